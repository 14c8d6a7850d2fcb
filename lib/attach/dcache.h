/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's hash table of dentries, for programs that look up paths. */
#ifndef ET_DCACHE_H
#define ET_DCACHE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/attach/load.h"
#include "lib/attach/log.h"

/* What is known of a dentry. */
struct et_dcache_sample {
	__u64 slot; /* dentry::d_hash.pprev */
	__u32 hash; /* dentry::d_name.hash */
};

/**
 * et_dcache__derive() - where the table is, from dentries that are in it
 * @samples:	of dentries, most of which are the first of their chains
 * @count:	how many
 * @ret_table:	receives its address
 * @ret_shift:	receives by how many bits a hash is shifted to the right to be an index
 *
 * Return: 0, or -ENOENT if most of the samples do not agree.
 */
int et_dcache__derive(const struct et_dcache_sample *samples, size_t count, __u64 *ret_table,
		      __u32 *ret_shift);

/**
 * et_dcache__find() - find the table, and let the programs use it
 * @loaded:	programs; if none of them looks up paths, nothing is done
 * @log:	hears if the table is not found: then folders are searched dentry by dentry
 *
 * The table has no symbol that can be had in every kernel. So some files of /proc are opened, of
 * which the kernel makes new dentries; it is seen where in the table these are, and whether all of
 * them are found there by their names.
 */
void et_dcache__find(const struct et_loaded *loaded, const struct et_log *log);

#endif /* ET_DCACHE_H */
