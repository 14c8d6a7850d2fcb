// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC: a process has replaced its program by execve. */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/env.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/put.bpf.h"
#include "probes/core/task.bpf.h"

#define S_ISUID 04000
#define S_ISGID 02000

/*
 * Kernel address of the name of the executed file, if it is a script or is handled by binfmt_misc;
 * otherwise 0. For such a file the kernel runs an interpreter. bprm->interp is the interpreter's
 * name. bprm->filename is still the name of the executed file, which the kernel has closed.
 */
static __always_inline __u64 exec_script(const struct linux_binprm *bprm)
{
	__u64 given = et_read_address(bprm, filename);

	return given != et_read_address(bprm, interp) ? given : 0;
}

static __always_inline void put_script(struct et_emit *em, const struct linux_binprm *bprm,
				       __u32 orig)
{
	__u64 at = exec_script(bprm);
	__u32 len = et_min(orig, ET_CAP_SCRIPT);
	char first = '/';
	__u16 flags = 0;

	if (len && et_read_kernel(em, at, len, ET_CAP_SCRIPT)) {
		flags = ET_VAR_F_FAULT;
		len = 0;
	}
	if (len)
		bpf_probe_read_kernel(&first, sizeof(first), (void *)at);
	if (first != '/')
		flags = ET_VAR_F_UNRESOLVED;
	et_var_end(em, ET_VAR_SCRIPT, ET_CAP_SCRIPT, len, orig, flags);
}

/*
 * Returns where the field ARGV comes from: the arguments on the new program's stack, which is
 * already complete.
 */
static __always_inline struct et_src exec_argv(const struct task_struct *task)
{
	const struct mm_struct *mm = et_read(task, mm);

	return et_src_user_range(et_read(mm, arg_start), et_read(mm, arg_end), ET_CAP_ARGV);
}

/*
 * Make the record. Values that do not change are read several times, because there is no stack left
 * to keep them.
 */
static __always_inline int exec_body(const struct task_struct *task,
				     const struct linux_binprm *bprm)
{
	struct et_src argv, cwd, filename;
	struct et_src_cgroup cgroup;
	struct et_process_exec *ev;
	__u32 need, script_len;
	struct et_emit em;
	struct mm_struct *mm;
	struct inode *inode;
	struct file *file;
	int env_slot;
	__u16 mode;

	/*
	 * Any thread of a process may call execve. By now the kernel has made this thread the group
	 * leader, so the IDs of @task are those of the process.
	 */
	if (et_is_kthread(task))
		return 0;
	if (et_skips(ET_PROCESS_EXEC, task))
		return 0;
	file = (struct file *)et_read_address(bprm, file);
	filename = et_src_path(&file->f_path, task);
	if (et_path_skips(ET_PROCESS_EXEC, &filename, NULL))
		return 0;

	mm = et_read(task, mm);
	env_slot =
		et_env_look(et_read(mm, env_start), et_read(mm, env_end), et_read(mm, start_stack),
			    (__u32)et_read(bprm, argc) | (__u64)et_read(bprm, envc) << 32);
	need = et_env_need(env_slot, et_read(mm, env_start), et_read(mm, env_end));
	script_len = et_kernel_strlen(exec_script(bprm));
	need += sizeof(struct et_var) + ET_VAR_ALIGNED(et_min(script_len, ET_CAP_SCRIPT));
	argv = exec_argv(task);
	need += et_need(&argv);
	cgroup = et_src_cgroup(task);
	cwd = et_src_cwd(task);
	cwd.fs = filename.fs;
	ev = et_emit_begin(&em, PROCESS_EXEC, process_exec,
			   need + et_need_cgroup(&cgroup) + et_need(&cwd) + et_need(&filename));
	if (!ev) {
		et_env_release(env_slot);
		return 0;
	}
	et_fill_task(ev, task);
	file = (struct file *)et_read_address(bprm, file);
	inode = et_read(file, f_inode);
	mode = et_read(inode, i_mode);
	ev->is_setuid = !!(mode & S_ISUID);
	ev->is_setgid = !!(mode & S_ISGID);
	ev->is_memfd = et_is_memfd(et_read_address(file, f_path.dentry));
	ev->inode_nlink = et_read(inode, i_nlink);
	ev->env_filtered = et_env_left_out(env_slot, et_read(bprm, envc));

	et_put_cgroup(&em, &cgroup);
	argv = exec_argv(task);
	et_put_user(&em, ARGV, &argv);
	mm = et_read(task, mm);
	et_put_env(&em, env_slot, et_read(mm, env_start), et_read(mm, env_end));
	et_put_path(&em, CWD, &cwd);
	et_put_path(&em, FILENAME, &filename);
	put_script(&em, bprm, script_len);
	et_emit_submit(&em);
	et_env_release(env_slot);
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(exec_tp_btf, struct task_struct *task, pid_t old_pid, struct linux_binprm *bprm)
{
	return exec_body(task, bprm);
}

/*
 * At the entry of finalize_exec(). The loader of a binary format calls it before it sets the
 * registers of the new program. By then the program's memory is complete, and execve can no longer
 * fail.
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
