// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Runs programs at the entry and exit of single system calls, from the tracepoints of all system
 * calls. The tracepoint of a single system call needs tracefs. The tracepoints of all system calls,
 * sys_enter and sys_exit, need only BTF.
 *
 * A program is called with bpf_tail_call(), which does not return to its caller. But if a function
 * of a program makes a tail call, the called program returns to the caller of that function (since
 * 5.10: commit ebf7d1f508a7, "bpf, x64: rework pro/epilogue and tailcall handling in JIT"). So
 * several programs can run for one system call, one after the other. Each is in a layer: slot
 * `layer * ET_CALLS + number of the system call` of a program array holds the program.
 */
#include "probes/core/common.bpf.h"
#include "probes/core/syscall.bpf.h"

#define CALL_PROGRAMS(NAME)                            \
	struct {                                       \
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY); \
		__uint(max_entries, ET_CALL_SLOTS);    \
		__type(key, __u32);                    \
		__type(value, __u32);                  \
	} NAME SEC(".maps")

CALL_PROGRAMS(enter_programs);
CALL_PROGRAMS(exit_programs);

/*
 * The layers in which system call nr has a program at its entry: bit 1 << n of enter_layers[nr] is
 * for layer n. The array exit_layers is for the exit.
 */
__u8 enter_layers[ET_CALLS];
__u8 exit_layers[ET_CALLS];

static __noinline int call_enter(void *ctx, __u32 slot)
{
	bpf_tail_call(ctx, &enter_programs, slot);
	return 0;
}

static __noinline int call_exit(void *ctx, __u32 slot)
{
	bpf_tail_call(ctx, &exit_programs, slot);
	return 0;
}

SEC("?tp_btf/sys_enter")
int calls_enter_tp_btf(__u64 *ctx)
{
	__u64 nr = ET_LOAD_CTX(ctx, 8);
	__u32 layers;

	if (nr >= ET_CALLS)
		return 0;
	layers = enter_layers[nr];
	if (!layers || et_syscall_is_compat(et_current()))
		return 0;
	for (__u32 i = 0; i < ET_CALL_LAYERS; i++)
		if (layers & 1 << i)
			call_enter(ctx, i * ET_CALLS + nr);
	return 0;
}

SEC("?tp_btf/sys_exit")
int calls_exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = et_current();
	__u64 nr = et_syscall_nr(et_syscall_regs(task));
	__u32 layers;

	if (nr >= ET_CALLS)
		return 0;
	layers = exit_layers[nr];
	if (!layers || et_syscall_is_compat(task))
		return 0;
	for (__u32 i = 0; i < ET_CALL_LAYERS; i++)
		if (layers & 1 << i)
			call_exit(ctx, i * ET_CALLS + nr);
	return 0;
}
