// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Finds facts about the tracer's own process: its IDs in the initial PID namespace, its ancestors,
 * its terminals, and the inodes of its descriptors. The tracer cannot find these in user space.
 * /proc and getpid(2) show the IDs of the tracer's own PID namespace.
 */
/* clang-format off: vmlinux.h comes first */
#include "probes/core/file.bpf.h"
#include "probes/core/terminal.bpf.h"
#include "lib/wire/own_task.h"
/* clang-format on */

struct et_own_task look = {};

static __always_inline __u64 terminal_of(const struct tty_struct *tty)
{
	struct tty_driver *driver = et_read(tty, driver);
	__u32 major;

	/* For the master of a pty use its slave, because events name the slave. */
	if (et_tty_is_master(driver)) {
		tty = et_read(tty, link);
		driver = et_read(tty, driver);
	}
	if (!tty)
		return 0;
	major = et_read(driver, major);
	return ET_TERMINAL(et_tty_devpts(tty, major), major,
			   et_read(driver, minor_start) + et_read(tty, index));
}

/* The inode of the socket at the other end of a Unix socket. */
static __always_inline const struct inode *peer_of(const struct file *file)
{
	const struct socket *socket = et_read(file, private_data);
	const struct sock *sk = et_read(socket, sk);
	const struct unix_sock *unix_sk = (const struct unix_sock *)sk;

	if (et_read(sk, __sk_common.skc_family) != 1 /* AF_UNIX */)
		return NULL;
	return et_read(unix_sk, peer, sk_socket, file, f_inode);
}

static __always_inline void look_at_file(struct et_own_file *to, const struct file *file,
					 bool is_tty)
{
	const struct inode *inode = et_read(file, f_inode);

	to->inode = (__u64)inode;
	to->number = et_read(inode, i_ino);
	to->mode = et_read(inode, i_mode);
	to->fmode = et_read(file, f_mode);
	if ((to->mode & S_IFMT) == S_IFSOCK) {
		const struct inode *peer = peer_of(file);

		to->peer = (__u64)peer;
		to->peer_number = et_read(peer, i_ino);
	}
	if (is_tty) {
		const struct tty_file_private *priv = et_read(file, private_data);

		to->tty = terminal_of(et_read(priv, tty));
	}
}

static __always_inline void look_at_ancestors(const struct task_struct *task)
{
	for (int i = 0; i < ET_SELF_ANCESTORS; i++) {
		__u32 tgid;

		task = et_read(task, group_leader, real_parent, group_leader);
		tgid = et_read(task, tgid);
		if (tgid <= 1)
			break;
		look.ancestors[i] = tgid;
		look.ancestor_count = i + 1;
	}
}

/* The tracer runs this BPF program once, so the current task is the tracer. */
SEC("raw_tp")
int self_look(void *ctx)
{
	const struct task_struct *task = (const void *)bpf_get_current_task();
	const struct signal_struct *signal = et_read(task, signal);
	const struct tty_struct *tty = et_read(signal, tty);

	look.tgid = et_read(task, tgid);
	look.start_time_ns = et_read(task, group_leader, start_time);
	look.level = et_read(task, thread_pid, level);
	look.pgid = et_read(signal, pids[PIDTYPE_PGID], numbers[0].nr);
	look_at_ancestors(task);
	look.ctty = terminal_of(tty);
	for (int i = 0; i < ET_SELF_FDS; i++) {
		const struct file *file;

		if (look.fds[i] < 0)
			continue;
		file = et_file_of(task, look.fds[i]);
		if (file)
			look_at_file(&look.files[i], file, look.ttys & 1U << i);
	}
	return 0;
}

/*
 * Translates process IDs (look.wanted) of the tracer's PID namespace to IDs of the initial one.
 * User space loads this iterator only if the two namespaces differ.
 */
SEC("?iter/task")
int self_wanted(struct bpf_iter__task *ctx)
{
	const struct task_struct *task = ctx->task;
	struct pid *pid;
	__u32 nr, level = look.level;

	if (!task || task->pid != task->tgid)
		return 0;
	pid = (struct pid *)et_read_address(task, thread_pid);
	if (!pid)
		return 0;
	nr = BPF_CORE_READ(pid, numbers[level].nr);
	for (__u32 i = 0; i < ET_SELF_WANTED; i++)
		if (i < look.wanted_count && look.wanted[i] == nr)
			look.found[i] = task->tgid;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
