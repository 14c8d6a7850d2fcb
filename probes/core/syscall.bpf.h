/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads the arguments of the current system call.
 *
 * A probe at the exit of a system call X has one program for each kind of hook. All of them call
 * the same function with (task, regs, ret). The registers regs come from et_syscall_regs(). The
 * return value ret is:
 *
 *	SEC("?tracepoint")  sys_exit_X:		et_exit_ret(ctx)
 *	SEC("?fexit")       __x64_sys_X:	ctx[1]
 *	SEC("?kretprobe")   __x64_sys_X:	PT_REGS_RC(ctx)
 *
 * In a fexit program, ctx[0] is the address of the registers. But 5.10 does not allow a program to
 * read the registers through this address, because BTF only declares their struct.
 */
#ifndef ET_SYSCALL_BPF_H
#define ET_SYSCALL_BPF_H

#include "probes/core/arch.bpf.h"
#include "probes/core/args.bpf.h"
#include "probes/core/config.bpf.h"
#include "probes/core/read.bpf.h"
#include "probes/core/task.bpf.h"

/*
 * The kernel's thread_union, which has the size of a task's stack. vmlinux.h only declares the
 * union, and CO-RE needs a definition to read its size.
 */
union thread_union___whole {
	__u64 stack;
} __attribute__((preserve_access_index));

/*
 * The user registers at the entry of the current system call of @task, the current task. They are
 * saved on the task's stack until the exit.
 *
 * The helper bpf_task_pt_regs() returns their address since 5.15, commit dd6e10fbd9fb. Before user
 * space loads the probes, another BPF program calls this helper. User space stores the offset of
 * the registers on the stack in et_config.pt_regs_offset. A load at this offset is cheaper than a
 * call: it saves a tenth of the time to drop a terminal write. Before 5.15, the address is
 * calculated as in the kernel's task_pt_regs(): the registers are at the end of the stack.
 */
static __always_inline struct pt_regs *et_syscall_regs(const struct task_struct *task)
{
	__u64 stack, size;

	if (!et_config.pt_regs_offset &&
	    bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
	stack = (__u64)et_read(task, stack);
	if (et_config.pt_regs_offset)
		return (struct pt_regs *)(stack + et_config.pt_regs_offset);
	size = bpf_core_type_size(union thread_union___whole);
	return (struct pt_regs *)(stack + (size ? size : ET_STACK) - ET_PT_REGS_SIZE);
}

/* Arguments 1 to 6 of the system call, and its number, from the registers at its entry. */
#define et_syscall_arg1(regs) et_read(regs, __PT_PARM1_SYSCALL_REG)
#define et_syscall_arg2(regs) et_read(regs, __PT_PARM2_SYSCALL_REG)
#define et_syscall_arg3(regs) et_read(regs, __PT_PARM3_SYSCALL_REG)
#define et_syscall_arg4(regs) et_read(regs, __PT_PARM4_SYSCALL_REG)
#define et_syscall_arg5(regs) et_read(regs, __PT_PARM5_SYSCALL_REG)
#define et_syscall_arg6(regs) et_read(regs, __PT_PARM6_SYSCALL_REG)
#define et_syscall_nr(regs)   et_read(regs, ET_NR_REG)

/* Argument @n, from 1 to 6, of the current system call; 0 for another @n. */
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

/* True if @task is in a 32-bit system call, which passes arguments in other registers. */
static __always_inline bool et_syscall_is_compat(const struct task_struct *task)
{
	return et_read(task, thread_info.ET_COMPAT_MEMBER) & ET_COMPAT_BIT;
}

/*
 * A program SEC("?tracepoint") is for the entry or exit of one system call. It runs on the
 * tracepoint of this system call, or calls.bpf.c calls it on a tracepoint of all system calls. User
 * space loads it with the program type for its hook (et_config.calls_tp_btf). The context differs:
 *
 *	syscalls/sys_enter_X	number and arguments
 *	tp_btf/sys_enter	registers, number
 *	syscalls/sys_exit_X	number and result
 *	tp_btf/sys_exit		registers, result
 *
 * The registers come from et_syscall_regs(), not from the context. 5.10 does not allow a program to
 * read them through the context, because BTF only declares their struct.
 */
static __always_inline long et_exit_ret(const void *ctx)
{
	if (et_config.calls_tp_btf)
		return (long)ET_LOAD_CTX(ctx, 8);
	return ((const struct trace_event_raw_sys_exit *)ctx)->ret;
}

static __always_inline __u32 et_exit_nr(const void *ctx)
{
	if (et_config.calls_tp_btf)
		return et_syscall_nr(et_syscall_regs(et_current()));
	return ((const struct trace_event_raw_sys_exit *)ctx)->id;
}

static __always_inline __u32 et_enter_nr(const void *ctx)
{
	if (et_config.calls_tp_btf)
		return ET_LOAD_CTX(ctx, 8);
	return ((const struct trace_event_raw_sys_enter *)ctx)->id;
}

static __always_inline __u64 et_enter_arg1(const void *ctx)
{
	if (et_config.calls_tp_btf)
		return et_syscall_arg1(et_syscall_regs(et_current()));
	return ((const struct trace_event_raw_sys_enter *)ctx)->args[0];
}

static __always_inline __u64 et_enter_arg2(const void *ctx)
{
	if (et_config.calls_tp_btf)
		return et_syscall_arg2(et_syscall_regs(et_current()));
	return ((const struct trace_event_raw_sys_enter *)ctx)->args[1];
}

#endif /* ET_SYSCALL_BPF_H */
