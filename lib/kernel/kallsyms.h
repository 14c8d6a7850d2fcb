/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the addresses of kernel functions. */
#ifndef ET_KALLSYMS_H
#define ET_KALLSYMS_H

#include <linux/types.h>
#include <stddef.h>

/* A kernel function and its address. */
struct et_ksym {
	const char *name;
	__u64 addr; /* address of the function; 0: unknown */
};

/**
 * et_kallsyms__find() - find the addresses of kernel functions, except those of modules
 * @syms:	the functions; receives the addresses of those that are found
 * @count:	number of functions
 *
 * Queries the kernel through a BPF program (Linux 5.16), which takes microseconds. If that fails,
 * reads /proc/kallsyms, which takes about 30 milliseconds.
 *
 * Return: the number of functions found. It is less than @count if the kernel lacks a function, or
 * hides its addresses (kptr_restrict, no CAP_SYSLOG).
 */
size_t et_kallsyms__find(struct et_ksym *syms, size_t count);

/*
 * Find the addresses of functions as et_kallsyms__find() does, but only by reading the file @path,
 * which has the format of /proc/kallsyms.
 */
size_t et_kallsyms__read(const char *path, struct et_ksym *syms, size_t count);

#endif /* ET_KALLSYMS_H */
