// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC_FAILED: a process tried to replace its program, and execve failed. */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/arch.bpf.h"
#include "probes/core/task.bpf.h"

/*
 * True if execve replaced the process's memory before it failed. After the replacement only the ELF
 * loader can fail. Until the loader has succeeded, mm->start_code of the new memory is 0. In a
 * running process it is never 0: prctl(PR_SET_MM) refuses 0.
 *
 * The kernel is about to kill such a process. The arguments of execve no longer exist, because the
 * new memory has replaced the old one. The kernel still has the new program's file.
 */
static __always_inline bool exec_replaced(const struct mm_struct *mm)
{
	return mm && !et_read(mm, start_code);
}

/*
 * Make the record of a failed execve. @replaced is the result of exec_replaced(), as a compile-time
 * constant: there is one copy of this function for each value. @filename: address of a struct path
 * if @replaced, else of a user string.
 */
static __always_inline int exec_failed_as(bool replaced, const struct task_struct *task, long ret,
					  __u64 filename, __u64 argv)
{
	struct et_process_exec_failed *ev;
	struct et_src args = { .flags = ET_VAR_F_FAULT }, cwd, name;
	struct et_src_cgroup cgroup;
	struct et_emit em;

	cwd = et_src_cwd(task);
	if (replaced) {
		name = et_src_path((const struct path *)filename, task);
		if (et_path_skips(ET_PROCESS_EXEC_FAILED, &name, NULL))
			return 0;
	} else {
		name = et_src_user_str(filename, ET_CAP_FILENAME);
		/*
		 * Path filters take a relative path as relative to the working directory. This can
		 * be wrong for execveat(2), which also takes paths relative to another directory.
		 * That directory is not looked up, because the file may not exist.
		 */
		if (et_path_skips(ET_PROCESS_EXEC_FAILED, &cwd, &name))
			return 0;
		args = et_src_user_strings(argv, ET_CAP_ARGV);
	}
	cgroup = et_src_cgroup(task);
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
	if (replaced)
		et_put_path(&em, FILENAME, &name);
	else
		et_put_user_str(&em, FILENAME, &name);
	et_emit_submit(&em);
	return 0;
}

static __always_inline int exec_failed_body(long ret, __u64 filename, __u64 argv)
{
	const struct task_struct *task = et_current();
	const struct mm_struct *mm;
	struct file *file;

	if (et_skips(ET_PROCESS_EXEC_FAILED, task))
		return 0;
	mm = et_read(task, mm);
	if (!exec_replaced(mm))
		return exec_failed_as(false, task, ret, filename, argv);
	file = (struct file *)et_read_address(mm, exe_file);
	return exec_failed_as(true, task, ret, (__u64)&file->f_path, 0);
}

static __always_inline int exec_failed_exit(long ret, __u32 nr)
{
	/* In execveat(2) the path is the second argument, after the directory's descriptor. */
	__u32 path = nr == ET_NR_EXECVEAT ? 2 : 1;

	if (ret >= 0)
		return 0;
	return exec_failed_body(ret, et_syscall_arg(path), et_syscall_arg(path + 1));
}

SEC("?tracepoint")
int exec_failed_tp(void *ctx)
{
	return exec_failed_exit(et_exit_ret(ctx), et_exit_nr(ctx));
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
