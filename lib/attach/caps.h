/* SPDX-License-Identifier: BSD-2-Clause */
/* What of the privileges that BPF takes this process has. */
#ifndef ET_CAPS_H
#define ET_CAPS_H

#include <linux/types.h>
#include <stddef.h>

/**
 * et_caps__effective() - the capabilities that are in effect
 * @ret:	receives a mask of 1 << CAP_...
 *
 * Return: 0 or a negative errno.
 */
int et_caps__effective(__u64 *ret);

/**
 * et_caps__missing_for_bpf() - name what programs and maps cannot do without
 * @effective:	from et_caps__effective()
 * @ret:	receives "CAP_BPF and CAP_PERFMON", one of them, or an empty string
 * @size:	bytes at @ret
 *
 * CAP_SYS_ADMIN stands for both, as it did before they were made of it (Linux 5.8).
 *
 * Return: how many are missing.
 */
int et_caps__missing_for_bpf(__u64 effective, char *ret, size_t size);

#endif /* ET_CAPS_H */
