/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading kernel memory, one field of a struct behind another:
 *
 *	et_read(task, group_leader, start_time)
 *
 * is task->group_leader->start_time, and 0 where a pointer on the way leads nowhere.
 *
 * Since 6.2 (commit a35b9af4ec2c, "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx"
 * and its siblings) bpf_rdonly_cast() gives any address a type, through which a program then loads
 * with plain instructions that a fault turns into zeroes. Before that each pointer on the way is a
 * call of a helper, ten times as slow. Both are in the object: where the function is missing its
 * address is 0, and the verifier drops the one or the other.
 */
#ifndef ET_READ_BPF_H
#define ET_READ_BPF_H

#include "probes/core/common.bpf.h"

#define et_cast(ptr) bpf_core_cast(ptr, __typeof_unqual__(*(ptr)))

#define et_read(src, a, ...)                                                       \
	({                                                                         \
		__typeof_unqual__(___arrow((src), a, ##__VA_ARGS__)) __value = {}; \
                                                                                   \
		if (bpf_ksym_exists(bpf_rdonly_cast))                              \
			__value = ___arrow(et_cast(src), a, ##__VA_ARGS__);        \
		else                                                               \
			BPF_CORE_READ_INTO(&__value, (src), a, ##__VA_ARGS__);     \
		__value;                                                           \
	})

/*
 * The pointer that stands at an address, of an array for one. A type is needed that is nothing but
 * a pointer.
 */
static __always_inline void *et_pointer_at(const void *address)
{
	return et_read((const struct hlist_head *)address, first);
}

/*
 * The same of one pointer, as a number: what is loaded through a type has one too, and global
 * functions take numbers only. So it is of pointers to structs, and in 7.3 of all others too, which
 * are plain numbers to the verifier of 6.18.
 */
#define et_read_address(src, field)                                          \
	({                                                                   \
		__u64 __address = 0;                                         \
                                                                             \
		bpf_core_read(&__address, sizeof(__address), &(src)->field); \
		__address;                                                   \
	})

#endif /* ET_READ_BPF_H */
