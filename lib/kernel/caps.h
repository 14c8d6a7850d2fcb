/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the capabilities that this process has, and those that BPF needs. */
#ifndef ET_CAPS_H
#define ET_CAPS_H

#include <linux/types.h>
#include <stddef.h>

/**
 * et_caps__effective() - find the effective capabilities of this process
 * @ret:	receives a mask of 1 << CAP_...
 *
 * Return: 0 or a negative errno.
 */
int et_caps__effective(__u64 *ret);

/**
 * et_caps__missing_for_bpf() - name the capabilities for BPF that this process lacks
 * @effective:	from et_caps__effective()
 * @ret:	receives "CAP_BPF and CAP_PERFMON", one of them, or an empty string
 * @size:	bytes at @ret
 *
 * CAP_SYS_ADMIN includes both capabilities, which Linux 5.8 split from it.
 *
 * Return: the number of missing capabilities.
 */
int et_caps__missing_for_bpf(__u64 effective, char *ret, size_t size);

#endif /* ET_CAPS_H */
