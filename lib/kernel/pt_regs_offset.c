/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/kernel/pt_regs_offset.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "lib/kernel/insn.h"

/*
 * Offset in bytes of the member task_struct::stack. 0 means unknown: `stack` is never the first
 * member.
 */
static __u32 stack_member(const struct btf *vmlinux)
{
	int id = btf__find_by_name_kind(vmlinux, "task_struct", BTF_KIND_STRUCT);
	const struct btf_type *t = id < 0 ? NULL : btf__type_by_id(vmlinux, (__u32)id);
	const struct btf_member *members = t ? btf_members(t) : NULL;

	for (__u32 i = 0; t && i < btf_vlen(t); i++) {
		const char *name = btf__name_by_offset(vmlinux, members[i].name_off);

		if (name && strcmp(name, "stack") == 0)
			return btf_member_bit_offset(t, i) / 8;
	}
	return 0;
}

__u32 et_pt_regs__offset(const struct btf *vmlinux)
{
	__u32 stack = stack_member(vmlinux);
	/*
	 * The BPF program returns bpf_task_pt_regs(task) - task->stack. It subtracts only the lower
	 * 32 bits, because the verifier forbids the subtraction of pointers.
	 */
	const struct bpf_insn insns[] = {
		ET_INSN_CALL(BPF_FUNC_get_current_task_btf),
		ET_INSN_MOV(BPF_REG_6, BPF_REG_0),
		ET_INSN_MOV(BPF_REG_1, BPF_REG_0),
		ET_INSN_CALL(BPF_FUNC_task_pt_regs),
		ET_INSN_MOV32(BPF_REG_0, BPF_REG_0),
		ET_INSN_LOAD64(BPF_REG_6, BPF_REG_6, (__s16)stack),
		ET_INSN_SUB32(BPF_REG_0, BPF_REG_6),
		ET_INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int prog, r;

	if (!stack || stack > INT16_MAX)
		return 0;
	prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "et_stack", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), NULL);
	if (prog < 0)
		return 0;
	r = bpf_prog_test_run_opts(prog, &run);
	close(prog);
	return r < 0 ? 0 : run.retval;
}
