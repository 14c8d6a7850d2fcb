// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC_FAILED */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/syscall_nr.bpf.h"
#include "probes/core/task.bpf.h"

static __always_inline int exec_failed_body(long ret, __u64 filename, __u64 argv)
{
	const struct task_struct *task = et_current();
	struct et_process_exec_failed *ev;
	struct et_src args, cwd, name;
	struct et_src_cgroup cgroup;
	struct et_emit em;

	if (et_skips(ET_PROCESS_EXEC_FAILED, task))
		return 0;
	cwd = et_src_cwd(task);
	name = et_src_user_str(filename, ET_CAP_FILENAME);
	/* Which directory another descriptor stands for, nobody looks up for a file that is not. */
	if (et_path_skips(ET_PROCESS_EXEC_FAILED, &cwd, &name))
		return 0;
	cgroup = et_src_cgroup(task);
	args = et_src_user_strings(argv, ET_CAP_ARGV);
	ev = et_emit_begin(&em, PROCESS_EXEC_FAILED, process_exec_failed,
			   et_need_cgroup(&cgroup) + et_need(&args) + et_need(&cwd) +
				   et_need(&name));
	if (!ev)
		return 0;
	et_fill_task(ev, task);
	ev->error = -ret;
	et_put_cgroup(&em, &cgroup);
	et_put_user_strings(&em, ARGV, &args);
	et_put_path(&em, CWD, &cwd);
	et_put_user_str(&em, FILENAME, &name);
	et_emit_submit(&em);
	return 0;
}

/*
 * A call that failed left the old program in place, and with it what it was given: the registers
 * at entry, and the strings that they point to.
 */
static __always_inline int exec_failed_exit(long ret, __u32 nr)
{
	/* In front of a path comes its folder's descriptor. */
	__u32 path = nr == ET_NR_EXECVEAT ? 2 : 1;

	if (ret >= 0)
		return 0;
	return exec_failed_body(ret, et_syscall_arg(path), et_syscall_arg(path + 1));
}

SEC("?tracepoint")
int exec_failed_tp(struct trace_event_raw_sys_exit *ctx)
{
	return exec_failed_exit(ctx->ret, ctx->id);
}

SEC("?fexit")
int BPF_PROG(exec_failed_execve_fexit, const struct pt_regs *unused, long ret)
{
	return exec_failed_exit(ret, 0);
}

SEC("?fexit")
int BPF_PROG(exec_failed_execveat_fexit, const struct pt_regs *unused, long ret)
{
	return exec_failed_exit(ret, ET_NR_EXECVEAT);
}

SEC("?kretprobe")
int exec_failed_kretprobe(struct pt_regs *ctx)
{
	return exec_failed_exit(PT_REGS_RC(ctx), et_syscall_nr(et_syscall_regs(et_current())));
}
