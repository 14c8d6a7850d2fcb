// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/put.bpf.h"
#include "probes/core/task.bpf.h"

#define S_ISUID 04000
#define S_ISGID 02000

static __always_inline int exec_body(const struct task_struct *task,
				     const struct linux_binprm *bprm)
{
	struct et_src argv, env, cwd, filename;
	struct et_src_cgroup cgroup;
	struct et_process_exec *ev;
	struct et_emit em;
	struct mm_struct *mm;
	struct inode *inode;
	struct file *file;
	__u16 mode;

	/* Any thread may call; it then takes its leader's place, and is it by now. */
	if (et_is_kthread(task))
		return 0;
	if (et_skips(ET_PROCESS_EXEC, task))
		return 0;
	file = (struct file *)et_read_address(bprm, file);
	filename = et_src_path(&file->f_path, task);
	if (et_path_skips(ET_PROCESS_EXEC, &filename, NULL))
		return 0;
	inode = et_read(file, f_inode);
	mode = et_read(inode, i_mode);
	mm = et_read(task, mm);

	cgroup = et_src_cgroup(task);
	/* The new program's stack is in place: its arguments and environment lie there, packed. */
	argv = et_src_user_range(et_read(mm, arg_start), et_read(mm, arg_end), ET_CAP_ARGV);
	env = et_src_user_range(et_read(mm, env_start), et_read(mm, env_end), ET_CAP_ENV);
	cwd = et_src_cwd(task);
	ev = et_emit_begin(&em, PROCESS_EXEC, process_exec,
			   et_need_cgroup(&cgroup) + et_need(&argv) + et_need(&env) +
				   et_need(&cwd) + et_need(&filename));
	if (!ev)
		return 0;
	et_fill_task(ev, task);
	ev->is_setuid = !!(mode & S_ISUID);
	ev->is_setgid = !!(mode & S_ISGID);
	ev->is_memfd = et_is_memfd(et_read_address(file, f_path.dentry));
	ev->inode_nlink = et_read(inode, i_nlink);

	et_put_cgroup(&em, &cgroup);
	et_put_user(&em, ARGV, &argv);
	et_put_user(&em, ENV, &env);
	et_put_path(&em, CWD, &cwd);
	et_put_path(&em, FILENAME, &filename);
	et_emit_submit(&em);
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(exec_tp_btf, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	return exec_body(task, bprm);
}

/*
 * finalize_exec() is the last that the loader of a binary format does before it sets the registers
 * of the new program: everything is in its place by then, and nothing can fail any more.
 */
SEC("?fentry")
int BPF_PROG(exec_fentry, struct linux_binprm *bprm)
{
	return exec_body(et_current(), bprm);
}

SEC("?kprobe")
int BPF_KPROBE(exec_kprobe, struct linux_binprm *bprm)
{
	return exec_body(et_current(), bprm);
}
