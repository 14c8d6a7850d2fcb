/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of kernel functions. */
#ifndef ET_KALLSYMS_H
#define ET_KALLSYMS_H

#include <linux/types.h>
#include <stddef.h>

/* A function of the kernel. */
struct et_ksym {
	const char *name;
	__u64 addr; /* 0: not known */
};

/**
 * et_kallsyms__find() - where functions of the kernel itself (not of modules) are
 * @syms:	the functions; their addresses are filled in, and left alone where not found
 * @count:	how many
 *
 * Asks the kernel through a BPF program (Linux 5.16), which takes microseconds; reads
 * /proc/kallsyms where that does not work, which takes about 30 milliseconds.
 *
 * Return: how many were found: fewer where the kernel hides its addresses (kptr_restrict, no
 * CAP_SYSLOG).
 */
size_t et_kallsyms__find(struct et_ksym *syms, size_t count);

/* The slow way alone: reads from @path, "/proc/kallsyms". Otherwise as et_kallsyms__find(). */
size_t et_kallsyms__read(const char *path, struct et_ksym *syms, size_t count);

#endif /* ET_KALLSYMS_H */
