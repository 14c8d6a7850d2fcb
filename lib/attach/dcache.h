/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the address of the kernel's hash table of dentries, for BPF programs that look up paths. */
#ifndef ET_DCACHE_H
#define ET_DCACHE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/attach/load.h"
#include "lib/attach/log.h"

/* A dentry, as the BPF program reads it. */
struct et_dcache_sample {
	__u64 slot; /* dentry::d_hash.pprev: address of the pointer to the dentry */
	__u32 hash; /* dentry::d_name.hash: hash of the file's name and directory */
};

/**
 * et_dcache__derive() - derive the hash table's address from dentries in it
 * @samples:	values from dentries, most of which are the first of their hash chain
 * @count:	number of samples
 * @ret_table:	receives the table's address
 * @ret_shift:	receives the shift: hash >> shift is the index in the table
 *
 * Return: 0, or -ENOENT if there are too few samples, or fewer than three quarters of them agree.
 */
int et_dcache__derive(const struct et_dcache_sample *samples, size_t count, __u64 *ret_table,
		      __u32 *ret_shift);

/**
 * et_dcache__find() - find the kernel's hash table of dentries
 * @loaded:	the loaded BPF programs; nothing is done if none of them looks up paths
 * @log:	receives a warning if the table is not found: BPF programs then search directories
 *		dentry by dentry
 *
 * Not every kernel has a symbol for the table. So this function opens some files of /proc, for
 * which the kernel creates new dentries. A BPF program reads their positions in the table, and
 * checks whether a lookup finds them by name.
 */
void et_dcache__find(const struct et_loaded *loaded, const struct et_log *log);

#endif /* ET_DCACHE_H */
