/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads kernel memory through a chain of struct fields:
 *
 *	et_read(task, group_leader, start_time)
 *
 * is task->group_leader->start_time, or 0 if a pointer in the chain is invalid.
 *
 * Since 6.2 (commit a35b9af4ec2c, "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx"
 * and its siblings) bpf_rdonly_cast() gives an address a type. A program then loads through it with
 * plain instructions, and a fault gives zeroes. Before that, each pointer in the chain takes a
 * helper call, which is ten times as slow. The object contains both: where the function is missing
 * its address is 0, and the verifier removes one of the two.
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
 * The pointer that is stored at an address, for example in an array. The cast needs a type that
 * contains only a pointer.
 */
static __always_inline void *et_pointer_at(const void *address)
{
	return et_read((const struct hlist_head *)address, first);
}

/*
 * Read a pointer as an integer: global functions take only scalars, and a value that is loaded
 * through a type has a type too. That applies to pointers to structs. In 7.3 it applies to all
 * other pointers too, which are plain numbers to the verifier of 6.18.
 */
#define et_read_address(src, field)                                          \
	({                                                                   \
		__u64 __address = 0;                                         \
                                                                             \
		bpf_core_read(&__address, sizeof(__address), &(src)->field); \
		__address;                                                   \
	})

#endif /* ET_READ_BPF_H */
