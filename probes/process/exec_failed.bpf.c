// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* PROCESS_EXEC_FAILED */
#include "probes/core/cgroup.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/syscall_nr.bpf.h"
#include "probes/core/task.bpf.h"

/*
 * True if the call replaced the process's memory before it failed. Only the loader of ELF files can
 * fail after that, and it sets start_code after everything that can fail. In a running program
 * start_code is not 0: prctl(PR_SET_MM) refuses 0.
 *
 * The process is about to die. The call's arguments no longer exist, because the new program's
 * memory has replaced them. The kernel still has the new program's file.
 */
static __always_inline bool exec_replaced(const struct mm_struct *mm)
{
	return mm && !et_read(mm, start_code);
}

#define AT_EMPTY_PATH 0x1000 /* include/uapi/linux/fcntl.h */

/*
 * Address of the path of the file or directory at which the string of execveat(2) begins. 0 if the
 * string alone is told: it is a whole path, it cannot be read, it begins at the current directory,
 * or the descriptor is not open. Both are read at the call's exit: another thread can change them
 * while the call runs.
 */
static __always_inline __u64 exec_begins_at(const struct task_struct *task, __u64 filename)
{
	int fd = et_syscall_arg(1);
	char first;

	if (bpf_probe_read_user(&first, sizeof(first), (void *)filename) || first == '/')
		return 0;
	/* Without the flag, the kernel does not look at the descriptor. */
	if (!first && !(et_syscall_arg(5) & AT_EMPTY_PATH))
		return 0;
	if (fd == AT_FDCWD) {
		const struct fs_struct *fs = et_read(task, fs);

		return first ? 0 : (__u64)&fs->pwd;
	} else {
		const struct file *file = et_file_of(task, fd);

		return file ? (__u64)&file->f_path : 0;
	}
}

/*
 * Only now is there room on the stack for all members. So what the kernel still has is read again,
 * and not kept until here.
 */
static __always_inline void exec_put_name(struct et_emit *em, const struct et_src *dir, __u32 len)
{
	const struct et_src_name whole = {
		.dir = { .at = dir->at,
			 .mount = dir->mount,
			 .fs = et_read_address(et_current(), fs),
			 .orig = dir->orig,
			 .size = dir->size },
		.name = et_syscall_arg(2),
		.len = len & (ET_TAIL - 1),
		.user = true,
	};

	et_put_name(em, FILENAME, &whole);
}

/*
 * The program by the path @begin and the @len bytes at @filename that follow it; if @begin is 0, by
 * the string @filename alone. @by_path is a constant: each value compiles to its own body.
 * @replaced: the arguments no longer exist.
 */
static __always_inline int exec_failed_as(bool by_path, const struct task_struct *task, long ret,
					  __u64 filename, __u64 argv, __u64 begin, __u32 len,
					  bool replaced)
{
	struct et_process_exec_failed *ev;
	struct et_src args, cwd, name;
	struct et_src_cgroup cgroup;
	struct et_emit em;

	cwd = et_src_cwd(task);
	if (by_path) {
		const struct path *path = (const struct path *)begin;
		const struct et_src given = { .at = filename };
		struct et_src_name whole;

		et_src_name_set(&whole, et_read_address(path, dentry), et_read_address(path, mnt),
				task, filename, len, true);
		name = whole.dir;
		if (et_path_skips(ET_PROCESS_EXEC_FAILED, &name, len ? &given : NULL))
			return 0;
	} else {
		name = et_src_user_str(filename, ET_CAP_FILENAME);
		if (et_path_skips(ET_PROCESS_EXEC_FAILED, &cwd, &name))
			return 0;
	}
	args = et_src_user_strings(replaced ? 0 : argv, ET_CAP_ARGV);
	if (replaced)
		args.flags = ET_VAR_F_FAULT;
	cgroup = et_src_cgroup(task);
	ev = et_emit_begin(&em, PROCESS_EXEC_FAILED, process_exec_failed,
			   et_need_cgroup(&cgroup) + et_need(&args) + et_need(&cwd) +
				   et_need(&name));
	if (!ev)
		return 0;
	et_fill_task(ev, et_current());
	ev->error = -ret;
	et_put_cgroup(&em, &cgroup);
	et_put_user_strings(&em, ARGV, &args);
	cwd.fs = et_read_address(et_current(), fs);
	et_put_path(&em, CWD, &cwd);
	if (by_path)
		exec_put_name(&em, &name, len);
	else
		et_put_user_str(&em, FILENAME, &name);
	et_emit_submit(&em);
	return 0;
}

static __always_inline int exec_failed_body(long ret, __u64 filename, __u64 argv, bool at)
{
	const struct task_struct *task = et_current();
	const struct mm_struct *mm;
	bool replaced = false;
	__u64 begin = 0;
	int len = 0;

	if (et_skips(ET_PROCESS_EXEC_FAILED, task))
		return 0;
	mm = et_read(task, mm);
	if (exec_replaced(mm)) {
		const struct file *file = (struct file *)et_read_address(mm, exe_file);

		begin = (__u64)&file->f_path;
		replaced = true;
	} else if (at) {
		begin = exec_begins_at(task, filename);
		len = begin ? et_user_strlen(filename) : 0;
		if (len < 0 || len >= ET_TAIL)
			begin = 0;
	}
	if (begin)
		return exec_failed_as(true, task, ret, filename, argv, begin, len, replaced);
	return exec_failed_as(false, task, ret, filename, argv, 0, 0, false);
}

static __always_inline int exec_failed_exit(long ret, __u32 nr)
{
	/* The directory's descriptor precedes the path. */
	bool at = nr == ET_NR_EXECVEAT;
	__u32 path = at ? 2 : 1;

	if (ret >= 0)
		return 0;
	return exec_failed_body(ret, et_syscall_arg(path), et_syscall_arg(path + 1), at);
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
