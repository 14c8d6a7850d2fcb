// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_MEMFD_CREATE: a process has created an anonymous file in memory by memfd_create(2). */
#include "probes/core/filter.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

/* Flags of memfd_create(2): include/uapi/linux/memfd.h; the last two since 6.3 */
#define MFD_CLOEXEC       0x0001U
#define MFD_ALLOW_SEALING 0x0002U
#define MFD_HUGETLB       0x0004U
#define MFD_NOEXEC_SEAL   0x0008U
#define MFD_EXEC          0x0010U

/*
 * Make the record at the exit of memfd_create(2). By then the kernel has read the name, so the
 * name's page is in memory. At the entry a BPF program could not wait for the page.
 */
static __always_inline int memfd_create_body(const struct task_struct *task,
					     const struct pt_regs *regs, long ret)
{
	struct et_process_memfd_create *ev;
	struct et_src name;
	struct et_emit em;
	__u32 flags;

	if (ret < 0)
		return 0;
	if (et_skips(ET_PROCESS_MEMFD_CREATE, task))
		return 0;
	name = et_src_user_str(et_syscall_arg1(regs), ET_CAP_FILENAME);
	flags = et_syscall_arg2(regs);
	ev = et_emit_begin(&em, PROCESS_MEMFD_CREATE, process_memfd_create, et_need(&name));
	if (!ev)
		return 0;
	et_fill_pids(&ev->pids, task);
	et_fill_filtered(ev, task);
	ev->flags = flags;
	ev->flag_cloexec = !!(flags & MFD_CLOEXEC);
	ev->flag_allow_seal = !!(flags & MFD_ALLOW_SEALING);
	ev->flag_hugetlb = !!(flags & MFD_HUGETLB);
	ev->flag_noexec_seal = !!(flags & MFD_NOEXEC_SEAL);
	ev->flag_exec = !!(flags & MFD_EXEC);
	et_put_user_str(&em, FILENAME, &name);
	et_emit_submit(&em);
	return 0;
}

SEC("?fexit")
int BPF_PROG(memfd_create_fexit, const struct pt_regs *regs, long ret)
{
	const struct task_struct *task = et_current();

	return memfd_create_body(task, et_syscall_regs(task), ret);
}

SEC("?kretprobe")
int BPF_KRETPROBE(memfd_create_kretprobe, long ret)
{
	const struct task_struct *task = et_current();

	return memfd_create_body(task, et_syscall_regs(task), ret);
}

SEC("?tracepoint")
int memfd_create_tp(void *ctx)
{
	const struct task_struct *task = et_current();

	return memfd_create_body(task, et_syscall_regs(task), et_exit_ret(ctx));
}
