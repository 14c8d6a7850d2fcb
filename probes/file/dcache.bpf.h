/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads the kernel's hash table of dentries, which finds a name in a directory of any size:
 * fs/dcache.c, d_hash(). Not every kernel gives BPF programs a symbol for the table's address. So
 * user space derives the address from dentries of its own files: lib/attach/dcache.c.
 */
#ifndef ET_DCACHE_BPF_H
#define ET_DCACHE_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/walk.bpf.h"

#define DCACHE_CHAIN 256 /* largest number of dentries of a hash chain that are compared */
#define DCACHE_CHUNK 16  /* dentries of a hash chain compared per function call */

/*
 * Address of the hash table (0: unknown), and the shift from a hash to an index. User space sets
 * both after the BPF programs are loaded and before they are attached.
 */
volatile __u64 et_dcache_table __weak = 0;
volatile __u32 et_dcache_shift __weak = 0;

/*
 * State of the calculation of a name's hash. At the start, x is 0 and y is the address of the
 * directory's dentry.
 */
struct dcache_hash {
	__u64 x, y;
};

static __always_inline __u64 dcache_rol(__u64 word, unsigned int bits)
{
	return word << bits | word >> (64 - bits);
}

/*
 * Add the next eight bytes of a name to a hash, as hash_name() in fs/namei.c does. Kernels with
 * CONFIG_DCACHE_WORD_ACCESS calculate the hash in this way since 4.8; x86-64 and arm64 have this
 * option. See commit 2a18da7a9c78 ("fs/namei.c: Improve dcache hash function"). User space checks
 * the result against the kernel's own hashes.
 */
static __always_inline void dcache_hash_word(struct dcache_hash *hash, __u64 word)
{
	hash->x ^= word;
	hash->y ^= hash->x;
	hash->x = dcache_rol(hash->x, 12);
	hash->x += hash->y;
	hash->y = dcache_rol(hash->y, 45);
	hash->y *= 9;
}

#define DCACHE_GOLDEN_RATIO_64 0x61C8864680B583EBULL /* GOLDEN_RATIO_64 of include/linux/hash.h */

/*
 * Finish the calculation of a name's hash. @word: the name's last bytes, fewer than eight, padded
 * with zeroes.
 */
static __always_inline __u32 dcache_hash_end(struct dcache_hash *hash, __u64 word)
{
	hash->x ^= word;
	hash->y ^= hash->x * DCACHE_GOLDEN_RATIO_64;
	hash->y *= DCACHE_GOLDEN_RATIO_64;
	return hash->y >> 32;
}

/*
 * The first node of the hash table's chain for names with the hash @hash; 0: the chain is empty.
 * The lowest bit of a chain's head is its lock, not a part of the address: include/linux/list_bl.h.
 */
static __always_inline __u64 dcache_chain(__u32 hash)
{
	__u64 node = 0;

	bpf_probe_read_kernel(
		&node, sizeof(node),
		(void *)(et_dcache_table + (hash >> (et_dcache_shift & 31)) * sizeof(node)));
	return node & ~1ULL;
}

static __always_inline struct dentry *dcache_of_node(__u64 node)
{
	return (struct dentry *)(node - bpf_core_field_offset(struct dentry, d_hash));
}

static __always_inline __u64 dcache_next(const struct dentry *dentry)
{
	return et_read_address(dentry, d_hash.next);
}

#endif /* ET_DCACHE_BPF_H */
