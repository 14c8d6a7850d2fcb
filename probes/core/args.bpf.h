/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads an argument of the kernel function that a BPF program is attached to. The argument's
 * position differs between kernels. Before user space loads the BPF programs, it finds the position
 * for each row of lib/wire/btf_args.def.
 *
 * The verifier allows a BPF program to read its context only at constant offsets. So each position
 * has its own load instruction. The loads are in assembly, because the compiler would merge loads
 * in C into a single load at a computed offset. The verifier knows the argument's position and
 * removes the loads of all other positions.
 */
#ifndef ET_ARGS_BPF_H
#define ET_ARGS_BPF_H

#include "probes/core/config.bpf.h"

/* True if the kernel's function has the argument NAME, a row of lib/wire/btf_args.def. */
#define et_arg_exists(NAME) (et_config.args[ET_ARG_##NAME] != ET_ARG_NONE)

#define ET_LOAD_CTX(ctx, offset)                      \
	({                                            \
		__u64 __loaded;                       \
                                                      \
		asm volatile("%0 = *(u64 *)(%1 + %2)" \
			     : "=r"(__loaded)         \
			     : "r"(ctx), "i"(offset)  \
			     : "memory");             \
		__loaded;                             \
	})

/*
 * In a fentry or fexit program: argument number @i, from 0 on, of the kernel function. In a fexit
 * program's context, the return value follows the last argument. To read the return value, pass the
 * number of arguments as @i.
 */
static __always_inline __u64 et_ctx_at(const void *ctx, __u32 i)
{
	switch (i) {
	case 0:
		return ET_LOAD_CTX(ctx, 0);
	case 1:
		return ET_LOAD_CTX(ctx, 8);
	case 2:
		return ET_LOAD_CTX(ctx, 16);
	case 3:
		return ET_LOAD_CTX(ctx, 24);
	case 4:
		return ET_LOAD_CTX(ctx, 32);
	case 5:
		return ET_LOAD_CTX(ctx, 40);
	case 6:
		return ET_LOAD_CTX(ctx, 48);
	default:
		return 0;
	}
}

/*
 * Pointer argument number @i of the kernel function, as a plain number, to pass it to a global
 * function. The verifier accepts only numbers there, but gives the result of a plain load a pointer
 * type. So a helper function copies the argument.
 */
static __always_inline __u64 et_ctx_address(const __u64 *ctx, __u32 i)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), ctx + i);
	return address;
}

#define ET_REG_AT(reg) __builtin_offsetof(struct pt_regs, reg)

/* Argument number @i, from 0 on, of the kernel function, in a kprobe program. */
static __always_inline __u64 et_regs_at(const struct pt_regs *ctx, __u32 i)
{
	switch (i) {
	case 0:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM1_REG));
	case 1:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM2_REG));
	case 2:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM3_REG));
	case 3:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM4_REG));
	case 4:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM5_REG));
	case 5:
		return ET_LOAD_CTX(ctx, ET_REG_AT(__PT_PARM6_REG));
	default:
		return 0;
	}
}

/*
 * In a fentry or fexit program: the value of the argument NAME, a row of btf_args.def. 0 if the
 * kernel's function has no such argument.
 */
#define et_arg_traced(ctx, NAME) et_ctx_at(ctx, et_config.args[ET_ARG_##NAME])

/*
 * In a fentry or fexit program: the pointer argument NAME, a row of btf_args.def, as a number. 0 if
 * the kernel's function has no such argument.
 */
#define et_arg_address(ctx, NAME) \
	(et_arg_exists(NAME) ? et_ctx_address(ctx, et_config.args[ET_ARG_##NAME]) : 0)

/*
 * The return value of the kernel function, in a fexit program. NAME is a row ET_ARGS of
 * btf_args.def, which gives the number of arguments.
 */
#define et_ret_traced(ctx, NAME) et_ctx_at(ctx, et_config.args[ET_ARGS_##NAME])

/*
 * In a kprobe program: the value of the argument NAME, a row of btf_args.def. 0 if the kernel's
 * function has no such argument.
 */
#define et_arg_kprobed(ctx, NAME) et_regs_at(ctx, et_config.args[ET_ARG_##NAME])

#endif /* ET_ARGS_BPF_H */
