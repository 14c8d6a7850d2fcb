/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Resolves the symbolic links of procfs that have no stored target. The kernel generates the target
 * of `self` and `thread-self` for the task that follows the link (fs/proc/self.c, thread_self.c).
 * The links in a process's directory, such as `exe`, have no target string: they lead directly to a
 * file (fs/proc/base.c and fd.c, nd_jump_link()). The struct members that are read here exist since
 * 5.8: commit fa10fed30f25 ("proc: allow to mount many instances of proc in one pid namespace").
 */
#ifndef ET_PROCFS_BPF_H
#define ET_PROCFS_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/task.bpf.h"

#define PROC_SUPER_MAGIC 0x9fa0 /* s_magic of procfs: include/uapi/linux/magic.h */

#define PROCFS_TEXT 32 /* bytes for the longest target: "4294967295/task/4294967295" */

static __always_inline bool procfs_is(const struct inode *inode)
{
	return et_read(inode, i_sb, s_magic) == PROC_SUPER_MAGIC;
}

static __always_inline const struct proc_inode *procfs_inode(const struct inode *inode)
{
	return (const void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);
}

/* The first six characters of a dentry's name as a number, to compare with ET_WORD(). */
static __always_inline __u64 procfs_name(const struct dentry *dentry)
{
	__u64 word = 0;

	bpf_probe_read_kernel_str(&word, 7, et_read(dentry, d_name.name));
	return word;
}

static __always_inline __u32 procfs_put_number(char *text, __u32 at, __u32 number)
{
	/* et_hide(): otherwise the verifier follows each value of `unit` separately */
	__u32 unit = et_hide(1);

	for (int i = 0; i < 9; i++)
		if (number / unit >= 10)
			unit *= 10;
	for (int i = 0; i < 10 && unit; i++) {
		text[at++ & (PROCFS_TEXT - 1)] = '0' + number / unit % 10;
		unit /= 10;
	}
	return at;
}

/*
 * The process ID of @pid in the PID namespace of the procfs mount that contains @inode; 0 if @pid
 * has no ID in that namespace.
 */
static __always_inline __u32 procfs_nr(const struct inode *inode, const struct pid *pid)
{
	const struct proc_fs_info *info = et_read(inode, i_sb, s_fs_info);
	const struct pid_namespace *ns =
		(const void *)et_read_address((const struct proc_fs_info *)info, pid_ns);
	__u32 level = et_read(ns, level);

	if (level > et_read(pid, level))
		return 0;
	return BPF_CORE_READ(pid, numbers[level].nr);
}

/*
 * If the link @dentry is `self` or `thread-self`: write its target for the current task to @text,
 * and return true. The caller has zeroed @text.
 */
static __always_inline bool procfs_self(const struct inode *inode, const struct dentry *dentry,
					char *text)
{
	const struct task_struct *task = et_current();
	const struct signal_struct *signal = et_read(task, signal);
	int type = bpf_core_enum_value(enum pid_type, PIDTYPE_TGID);
	const struct pid *tgid = et_read(signal, pids[type]);
	__u64 name = procfs_name(dentry);
	__u32 at, nr;

	if (et_read(dentry, d_parent) != et_read(inode, i_sb, s_root))
		return false;
	if (name != ET_WORD('s', 'e', 'l', 'f', 0, 0) &&
	    name != ET_WORD('t', 'h', 'r', 'e', 'a', 'd'))
		return false;
	nr = procfs_nr(inode, tgid);
	if (!nr)
		return false;
	at = procfs_put_number(text, 0, nr);
	if (name == ET_WORD('s', 'e', 'l', 'f', 0, 0))
		return true;
	for (int i = 0; i < 6; i++)
		text[at++ & (PROCFS_TEXT - 1)] = ET_WORD('/', 't', 'a', 's', 'k', '/') >> i * 8;
	procfs_put_number(text, at, procfs_nr(inode, et_read(task, thread_pid)));
	return true;
}

/* The task of @pid; NULL if the task no longer exists. */
static __always_inline const struct task_struct *procfs_task(const struct pid *pid)
{
	const void *node;

	node = (const void *)et_read_address(
		pid, tasks[0].first); /* element 0 is for PIDTYPE_PID in every kernel */
	return node ? node - bpf_core_field_offset(struct task_struct, pid_links[0]) : NULL;
}

/*
 * Find the file that a process's link in procfs leads to: the link of a descriptor, `cwd`, `root`
 * or `exe`. Returns false for other links.
 */
static __always_inline bool procfs_path(const struct inode *inode, const struct dentry *dentry,
					struct path *ret)
{
	const struct proc_inode *proc = procfs_inode(inode);
	const struct pid *pid = (const struct pid *)et_read_address(proc, pid);
	const struct task_struct *task = pid ? procfs_task(pid) : NULL;
	const struct fs_struct *fs;
	const struct file *file;
	const struct path *path;

	if (!task)
		return false;
	fs = (const struct fs_struct *)et_read_address(task, fs);
	if (procfs_name(et_read(dentry, d_parent)) == ET_WORD('f', 'd', 0, 0, 0, 0)) {
		file = et_file_of(task, et_read(proc, fd));
		path = file ? &file->f_path : NULL;
	} else {
		switch (procfs_name(dentry)) {
		case ET_WORD('c', 'w', 'd', 0, 0, 0):
			path = fs ? &fs->pwd : NULL;
			break;
		case ET_WORD('r', 'o', 'o', 't', 0, 0):
			path = fs ? &fs->root : NULL;
			break;
		case ET_WORD('e', 'x', 'e', 0, 0, 0):
			file = et_read(task, mm, exe_file);
			path = file ? &file->f_path : NULL;
			break;
		default:
			path = NULL;
		}
	}
	return path && !bpf_core_read(ret, sizeof(*ret), path) && ret->dentry;
}

#endif /* ET_PROCFS_BPF_H */
