/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads kernel memory through a chain of struct fields:
 *
 *	et_read(task, group_leader, start_time)
 *
 * is task->group_leader->start_time, or 0 if a pointer in the chain is invalid.
 *
 * Since 6.2 (commit a35b9af4ec2c, "bpf: Add a kfunc to type cast from bpf uapi ctx to kernel ctx"
 * and related commits) the kernel function bpf_rdonly_cast() gives an address a type. A BPF program
 * then reads the struct with plain load instructions, and a fault gives zeroes. Before that, each
 * pointer in the chain takes a helper call, which is ten times as slow. Each BPF program contains
 * both variants, and the verifier removes the one that the kernel does not use.
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
 * The pointer that is stored at @address, for example in an array. et_read() reads members of
 * structs, so this uses struct hlist_head, whose only member is a pointer.
 */
static __always_inline void *et_pointer_at(const void *address)
{
	return et_read((const struct hlist_head *)address, first);
}

/*
 * Read a pointer member of a struct as an integer, to pass it to a global function. The verifier
 * accepts only integers as arguments of global functions. After a plain load, it treats the value
 * as a typed pointer: Linux 6.18 does so for pointers to structs, and 7.3 for all pointers.
 */
#define et_read_address(src, field)                                          \
	({                                                                   \
		__u64 __address = 0;                                         \
                                                                             \
		bpf_core_read(&__address, sizeof(__address), &(src)->field); \
		__address;                                                   \
	})

#endif /* ET_READ_BPF_H */
