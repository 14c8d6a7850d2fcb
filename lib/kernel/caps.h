/* SPDX-License-Identifier: BSD-2-Clause */
/* The privileges for BPF that this process has. */
#ifndef ET_CAPS_H
#define ET_CAPS_H

#include <linux/types.h>
#include <stddef.h>

/**
 * et_caps__effective() - the effective capabilities
 * @ret:	receives a mask of 1 << CAP_...
 *
 * Return: 0 or a negative errno.
 */
int et_caps__effective(__u64 *ret);

/**
 * et_caps__missing_for_bpf() - the missing capabilities that programs and maps need
 * @effective:	from et_caps__effective()
 * @ret:	receives "CAP_BPF and CAP_PERFMON", one of them, or an empty string
 * @size:	bytes at @ret
 *
* CAP_SYS_ADMIN includes both. Linux 5.8 split them off.
 *
 * Return: the number of missing capabilities.
 */
int et_caps__missing_for_bpf(__u64 effective, char *ret, size_t size);

#endif /* ET_CAPS_H */
