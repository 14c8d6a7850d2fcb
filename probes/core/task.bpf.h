/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fills the nested structs of an event that describe a task: its IDs, credentials, terminal,
 * command name and namespaces.
 */
#ifndef ET_TASK_BPF_H
#define ET_TASK_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"
#include "probes/core/terminal.bpf.h"

#define PF_KTHREAD 0x00200000 /* the task is a kernel thread: include/linux/sched.h */

static __always_inline struct task_struct *et_current(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

static __always_inline bool et_is_kthread(const struct task_struct *task)
{
	return et_read(task, flags) & PF_KTHREAD;
}

static __always_inline bool et_is_self(void)
{
	return bpf_get_current_pid_tgid() >> 32 == et_config.self_tgid;
}

/*
 * ID of a task's process group or session, in the initial PID namespace. @type is PIDTYPE_PGID or
 * PIDTYPE_SID.
 */
static __always_inline __u32 et_pid_nr(const struct signal_struct *signal, int type)
{
	return et_read(signal, pids[type], numbers[0].nr);
}

static __always_inline __u32 et_pgid(const struct task_struct *task)
{
	return et_pid_nr(et_read(task, signal), bpf_core_enum_value(enum pid_type, PIDTYPE_PGID));
}

static __always_inline void et_fill_pids(struct et_pids *pids, const struct task_struct *task)
{
	const struct task_struct *leader = et_read(task, group_leader);
	const struct signal_struct *signal = et_read(task, signal);

	pids->tid = et_read(task, pid);
	pids->tgid = et_read(task, tgid);
	pids->ppid = et_read(leader, real_parent, tgid);
	pids->pgid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_PGID));
	pids->sid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_SID));
	pids->start_time_ns = et_read(leader, start_time);
	pids->start_boottime_ns = et_read(leader, start_boottime);
}

static __always_inline void et_fill_creds_of(struct et_creds *creds, const struct cred *cred)
{
	creds->ruid = et_read(cred, uid.val);
	creds->rgid = et_read(cred, gid.val);
	creds->euid = et_read(cred, euid.val);
	creds->egid = et_read(cred, egid.val);
	creds->suid = et_read(cred, suid.val);
	creds->sgid = et_read(cred, sgid.val);
	creds->cap_permitted = et_cap(&cred->cap_permitted);
	creds->cap_effective = et_cap(&cred->cap_effective);
}

static __always_inline void et_fill_creds(struct et_creds *creds, const struct task_struct *task)
{
	et_fill_creds_of(creds, et_read(task, cred));
}

static __always_inline void et_fill_comm(char comm[16], const struct task_struct *task)
{
	/*
	 * Since 5.17 the kernel zeroes the bytes after the name, so all 16 bytes can be copied:
	 * commit 06c5088aeedd ("fs/exec: replace strlcpy with strscpy_pad in __set_task_comm").
	 */
	if (bpf_ksym_exists(bpf_rdonly_cast)) {
		const __u64 *words = (const __u64 *)et_cast(task)->comm;

		((__u64 *)comm)[0] = words[0];
		((__u64 *)comm)[1] = words[1];
	} else {
		bpf_core_read_str(comm, 16, &task->comm);
	}
}

static __always_inline void et_fill_ns(struct et_ns *ns, const struct task_struct *task)
{
	const struct nsproxy *proxy = et_read(task, nsproxy);
	struct pid *pid = (struct pid *)et_read_address(task, thread_pid);

	ns->uts = et_read(proxy, uts_ns, ns.inum);
	ns->ipc = et_read(proxy, ipc_ns, ns.inum);
	ns->mnt = et_read(proxy, mnt_ns, ns.inum);
	ns->net = et_read(proxy, net_ns, ns.inum);
	ns->cgroup = et_read(proxy, cgroup_ns, ns.inum);
	/* Time namespaces exist since 5.6, if the kernel is built with them. */
	if (bpf_core_field_exists(proxy->time_ns))
		ns->time = et_read(proxy, time_ns, ns.inum);
	if (pid) {
		int level = et_read(pid, level);

		ns->pid = BPF_CORE_READ(pid, numbers[level].ns, ns.inum);
	}
}

static __always_inline void et_fill_tty(struct et_tty *to, const struct tty_struct *tty)
{
	const struct tty_driver *driver = et_read(tty, driver);

	to->major = et_read(driver, major);
	to->minor = et_read(driver, minor_start) + et_read(tty, index);
	to->devpts = et_tty_devpts(tty, to->major);
	to->winsize_rows = et_read(tty, winsize.ws_row);
	to->winsize_cols = et_read(tty, winsize.ws_col);
	to->termios_c_iflag = et_read(tty, termios.c_iflag);
	to->termios_c_oflag = et_read(tty, termios.c_oflag);
	to->termios_c_lflag = et_read(tty, termios.c_lflag);
	to->termios_c_cflag = et_read(tty, termios.c_cflag);
}

/* Fill @to with the task's controlling terminal; leave it unchanged if the task has none. */
static __always_inline void et_fill_ctty(struct et_tty *to, const struct task_struct *task)
{
	const struct tty_struct *tty = et_read(task, signal, tty);

	if (tty)
		et_fill_tty(to, tty);
}

/*
 * ID of the task's cgroup in the version 2 hierarchy. Every task has such a cgroup. Its ID is the
 * inode number of its directory. kernfs_node::id is a plain number since 5.5: commit 67c0496e87d1
 * ("kernfs: convert kernfs_node->id from union kernfs_node_id to u64").
 */
static __always_inline __u64 et_cgroup_id(const struct task_struct *task)
{
	return et_read(task, cgroups, dfl_cgrp, kn, id);
}

/*
 * Fill these members of the event @ev: creds, comm and cgroup_id. When a recording is replayed, the
 * filters compare these members. In a live run, et_drops_task() of filter.bpf.h compares the same
 * values of the task.
 */
#define et_fill_filtered(ev, task)                    \
	do {                                          \
		et_fill_creds(&(ev)->creds, task);    \
		et_fill_comm((ev)->comm, task);       \
		(ev)->cgroup_id = et_cgroup_id(task); \
	} while (0)

/* Fill the members pids, creds, ctty, comm, ns and cgroup_id of the event @ev from @task. */
#define et_fill_task(ev, task)                   \
	do {                                     \
		et_fill_pids(&(ev)->pids, task); \
		et_fill_filtered(ev, task);      \
		et_fill_ctty(&(ev)->ctty, task); \
		et_fill_ns(&(ev)->ns, task);     \
	} while (0)

#endif /* ET_TASK_BPF_H */
