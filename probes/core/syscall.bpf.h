/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Arguments of the current system call. The body of a probe at a system call's exit takes (task,
 * regs, ret), and is the same under each kind of hook:
 *
 *	SEC("?tracepoint")  sys_exit_X:		ctx->ret
 *	SEC("?fexit")       __x64_sys_X:	ctx[1], after the only argument, the registers;
 *						5.10 forbids access to these, because BTF
 *						only declares their struct
 *	SEC("?kretprobe")   __x64_sys_X:	PT_REGS_RC(ctx)
 */
#ifndef ET_SYSCALL_BPF_H
#define ET_SYSCALL_BPF_H

#include "probes/core/config.bpf.h"
#include "probes/core/read.bpf.h"
#include "probes/core/task.bpf.h"

#define ET_TS_COMPAT 0x0002 /* arch/x86/include/asm/thread_info.h */
#define ET_STACK     16384  /* THREAD_SIZE of x86-64 without KASAN */

/* vmlinux.h only declares thread_union, and the size of a declared type is unknown. */
union thread_union___whole {
	__u64 stack;
} __attribute__((preserve_access_index));

/*
 * The registers with which the system call of @task, the current one, was entered. They stay until
 * its exit. User space has found their offset with bpf_task_pt_regs(), which came with 5.15, commit
 * dd6e10fbd9fb. A load instead of that call saves a tenth of the time that it takes to drop a
 * terminal write. Before 5.15 the registers are where the kernel's own task_pt_regs() finds them:
 * at the end of the task's stack.
 */
static __always_inline struct pt_regs *et_syscall_regs(const struct task_struct *task)
{
	__u64 stack, size;

	if (!et_pt_regs_offset &&
	    bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	stack = (__u64)et_read(task, stack);
	if (et_pt_regs_offset)
		return (struct pt_regs *)(stack + et_pt_regs_offset);
	size = bpf_core_type_size(union thread_union___whole);
	return (struct pt_regs *)(stack + (size ? size : ET_STACK) - sizeof(struct pt_regs));
}

/* The arguments 1 to 6 of the system call, and its number. */
#define et_syscall_arg1(regs) et_read(regs, __PT_PARM1_SYSCALL_REG)
#define et_syscall_arg2(regs) et_read(regs, __PT_PARM2_SYSCALL_REG)
#define et_syscall_arg3(regs) et_read(regs, __PT_PARM3_SYSCALL_REG)
#define et_syscall_arg4(regs) et_read(regs, __PT_PARM4_SYSCALL_REG)
#define et_syscall_arg5(regs) et_read(regs, __PT_PARM5_SYSCALL_REG)
#define et_syscall_arg6(regs) et_read(regs, __PT_PARM6_SYSCALL_REG)
#define et_syscall_nr(regs)   et_read(regs, orig_ax)

/* The argument with a number that is unknown at compile time; 0 for an invalid number. */
__weak __u64 et_syscall_arg(__u32 n)
{
	const struct pt_regs *regs = et_syscall_regs(et_current());

	switch (n) {
	case 1:
		return et_syscall_arg1(regs);
	case 2:
		return et_syscall_arg2(regs);
	case 3:
		return et_syscall_arg3(regs);
	case 4:
		return et_syscall_arg4(regs);
	case 5:
		return et_syscall_arg5(regs);
	case 6:
		return et_syscall_arg6(regs);
	default:
		return 0;
	}
}

/* True if a 32-bit program makes the system call. Its arguments are in other registers then. */
static __always_inline bool et_syscall_is_compat(const struct task_struct *task)
{
	return et_read(task, thread_info.status) & ET_TS_COMPAT;
}

#endif /* ET_SYSCALL_BPF_H */
