// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reads two values from an open file's dentry: the hash of the file's name, and the dentry's
 * position in the kernel's hash table of dentries. It also checks whether a lookup of the file's
 * name finds this dentry. lib/attach/dcache.c runs this BPF program before it attaches any other.
 */
#include "probes/file/lookup.bpf.h"

/* The results, which user space reads. */
/* d_hash.pprev: address of the pointer to the dentry in the hash table */
volatile __u64 et_dcache_slot = 0;
volatile __u32 et_dcache_hash = 0;     /* hash of the file's name as the kernel calculated it */
volatile __u32 et_dcache_own_hash = 0; /* hash of the same name as lookup.bpf.h calculates it */
volatile bool et_dcache_found = false;

/* Arguments: descriptor of a directory, address of a file name in it, descriptor of this file. */
SEC("?raw_tp")
int dcache_sample_raw_tp(struct bpf_raw_tracepoint_args *ctx)
{
	const struct task_struct *task = et_current();
	struct file *file = et_file_of(task, ctx->args[2]);
	struct dentry *dentry;
	struct lookup *l;

	if (!file)
		return 0;
	dentry = et_read(file, f_path.dentry);
	et_dcache_slot = et_read_address(dentry, d_hash.pprev);
	et_dcache_hash = et_read(dentry, d_name.hash);
	et_dcache_found = false;
	et_dcache_own_hash = 0;
	lookup_walk(ctx->args[1], ctx->args[0], LOOKUP_PARENT);
	l = lookup_mine();
	if (l) {
		et_dcache_own_hash = l->hash;
		et_dcache_found = l->found == (__u64)dentry;
	}
	lookup_drop();
	return 0;
}
