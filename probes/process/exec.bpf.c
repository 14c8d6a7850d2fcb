// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC */
#include "probes/core/path.bpf.h"
#include "probes/core/put.bpf.h"
#include "probes/core/task.bpf.h"

#define S_ISUID 04000
#define S_ISGID 02000

/*
 * A memfd's name begins so (mm/memfd.c), and that of no file with a place in a file system can be
 * told from it by name alone: a memfd is also its own parent.
 */
static __always_inline bool exec_is_memfd(struct file *file)
{
	static const char prefix[] = "memfd:";
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char name[sizeof(prefix)] = {};

	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	for (int i = 0; i < sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	return true;
}

static __always_inline int exec_body(const struct task_struct *task,
				     const struct linux_binprm *bprm)
{
	struct et_process_exec *ev;
	struct et_emit em;
	struct mm_struct *mm;
	struct inode *inode;
	struct file *file;
	__u16 mode;

	/* Any thread may call; it then takes its leader's place, and is it by now. */
	if (et_is_kthread(task))
		return 0;
	if (et_is_self()) {
		et_filtered(ET_PROCESS_EXEC);
		return 0;
	}
	ev = et_emit_begin(&em, PROCESS_EXEC, process_exec);
	if (!ev)
		return 0;
	file = BPF_CORE_READ(bprm, file);
	inode = BPF_CORE_READ(file, f_inode);
	mode = BPF_CORE_READ(inode, i_mode);
	mm = BPF_CORE_READ(task, mm);

	et_fill_pids(&ev->pids, task);
	et_fill_creds(&ev->creds, task);
	et_fill_ctty(&ev->ctty, task);
	et_fill_comm(ev->comm, task);
	et_fill_ns(&ev->ns, task);
	ev->is_setuid = !!(mode & S_ISUID);
	ev->is_setgid = !!(mode & S_ISGID);
	ev->is_memfd = exec_is_memfd(file);
	ev->inode_nlink = BPF_CORE_READ(inode, i_nlink);

	et_put_cgroup(&em, task);
	/* The new program's stack is in place: its arguments and environment lie there, packed. */
	et_put_user_range(&em, ET_VAR_ARGV, ET_CAP_ARGV, BPF_CORE_READ(mm, arg_start),
			  BPF_CORE_READ(mm, arg_end));
	et_put_user_range(&em, ET_VAR_ENV, ET_CAP_ENV, BPF_CORE_READ(mm, env_start),
			  BPF_CORE_READ(mm, env_end));
	et_put_cwd(&em, task);
	et_put_path(&em, ET_VAR_FILENAME, &file->f_path, task);
	et_emit_submit(&em);
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(exec_tp_btf, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	return exec_body(task, bprm);
}
