/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads an argument of the kernel function that a program is attached to. Its position differs
 * between kernels; user space finds it at load, for each row of lib/wire/btf_args.def.
 *
 * The verifier allows loads from a program's context at fixed offsets only. The compiler would
 * merge several loads at fixed offsets into one at a computed offset. So each load is a separate
 * instruction in assembly. The verifier knows the position and removes the other loads.
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
 * Argument @i of the kernel function, in a fentry or fexit program. In a fexit program the return
 * value follows the last argument.
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
 * Argument @i of the kernel function, a pointer, as a number: global functions take only numbers.
 * The verifier gives a pointer that is loaded from the context a type; a helper's copy has none.
 */
static __always_inline __u64 et_ctx_address(const __u64 *ctx, __u32 i)
{
	__u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), ctx + i);
	return address;
}

#define ET_REG_AT(reg) __builtin_offsetof(struct pt_regs, reg)

/* Argument @i of the kernel function, in a kprobe program. */
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

/* The argument NAME in a fentry or fexit program; 0 if the function has no such argument. */
#define et_arg_traced(ctx, NAME) et_ctx_at(ctx, et_config.args[ET_ARG_##NAME])

/*
 * The argument NAME, a pointer, as a number in a fentry or fexit program; 0 if there is no such
 * argument.
 */
#define et_arg_address(ctx, NAME) \
	(et_arg_exists(NAME) ? et_ctx_address(ctx, et_config.args[ET_ARG_##NAME]) : 0)

/* The function's return value in a fexit program. NAME is a row ET_ARGS of btf_args.def. */
#define et_ret_traced(ctx, NAME) et_ctx_at(ctx, et_config.args[ET_ARGS_##NAME])

/* The argument NAME in a kprobe program; 0 if the function has no such argument. */
#define et_arg_kprobed(ctx, NAME) et_regs_at(ctx, et_config.args[ET_ARG_##NAME])

#endif /* ET_ARGS_BPF_H */
