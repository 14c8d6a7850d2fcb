/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of kernel functions. */
#ifndef ET_KALLSYMS_H
#define ET_KALLSYMS_H

#include <linux/types.h>
#include <stddef.h>

/* A function of the kernel. */
struct et_ksym {
	const char *name;
	__u64 addr; /* 0: unknown */
};

/**
 * et_kallsyms__find() - find the addresses of functions of the kernel, not of modules
 * @syms:	the functions; receives their addresses, and is left alone where not found
 * @count:	number of functions
 *
* Queries the kernel through a BPF program (Linux 5.16), which takes microseconds. Reads
* /proc/kallsyms if that fails, which takes about 30 milliseconds.
 *
 * Return: number of functions found: fewer if the kernel hides its addresses (kptr_restrict, no
 * CAP_SYSLOG).
 */
size_t et_kallsyms__find(struct et_ksym *syms, size_t count);

/* Only the slow method: reads from @path, "/proc/kallsyms". Otherwise as et_kallsyms__find(). */
size_t et_kallsyms__read(const char *path, struct et_ksym *syms, size_t count);

#endif /* ET_KALLSYMS_H */
