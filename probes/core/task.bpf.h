/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The groups of fields that describe a task: who, with what rights, where. */
#ifndef ET_TASK_BPF_H
#define ET_TASK_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/config.bpf.h"

#define PF_KTHREAD 0x00200000 /* include/linux/sched.h */

static __always_inline struct task_struct *et_current(void)
{
	return (struct task_struct *)bpf_get_current_task();
}

static __always_inline bool et_is_kthread(const struct task_struct *task)
{
	return BPF_CORE_READ(task, flags) & PF_KTHREAD;
}

static __always_inline bool et_is_self(void)
{
	return bpf_get_current_pid_tgid() >> 32 == et_self_tgid;
}

/* Number of a process group or session, in the initial PID namespace. */
static __always_inline __u32 et_pid_nr(const struct signal_struct *signal, int type)
{
	return BPF_CORE_READ(signal, pids[type], numbers[0].nr);
}

static __always_inline __u32 et_pgid(const struct task_struct *task)
{
	return et_pid_nr(BPF_CORE_READ(task, signal),
			 bpf_core_enum_value(enum pid_type, PIDTYPE_PGID));
}

static __always_inline void et_fill_pids(struct et_pids *pids, const struct task_struct *task)
{
	const struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	const struct signal_struct *signal = BPF_CORE_READ(task, signal);

	pids->tid = BPF_CORE_READ(task, pid);
	pids->tgid = BPF_CORE_READ(task, tgid);
	pids->ppid = BPF_CORE_READ(leader, real_parent, tgid);
	pids->pgid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_PGID));
	pids->sid = et_pid_nr(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_SID));
	pids->start_time_ns = BPF_CORE_READ(leader, start_time);
}

static __always_inline void et_fill_creds(struct et_creds *creds, const struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	creds->ruid = BPF_CORE_READ(cred, uid.val);
	creds->rgid = BPF_CORE_READ(cred, gid.val);
	creds->euid = BPF_CORE_READ(cred, euid.val);
	creds->egid = BPF_CORE_READ(cred, egid.val);
	creds->suid = BPF_CORE_READ(cred, suid.val);
	creds->sgid = BPF_CORE_READ(cred, sgid.val);
	creds->cap_permitted = et_cap(&cred->cap_permitted);
	creds->cap_effective = et_cap(&cred->cap_effective);
}

static __always_inline void et_fill_comm(char comm[16], const struct task_struct *task)
{
	bpf_core_read_str(comm, 16, &task->comm);
}

static __always_inline void et_fill_ns(struct et_ns *ns, const struct task_struct *task)
{
	const struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);
	struct pid *pid = BPF_CORE_READ(task, thread_pid);

	ns->uts = BPF_CORE_READ(proxy, uts_ns, ns.inum);
	ns->ipc = BPF_CORE_READ(proxy, ipc_ns, ns.inum);
	ns->mnt = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
	ns->net = BPF_CORE_READ(proxy, net_ns, ns.inum);
	ns->cgroup = BPF_CORE_READ(proxy, cgroup_ns, ns.inum);
	/* Time namespaces came with 5.6. */
	if (bpf_core_field_exists(proxy->time_ns))
		ns->time = BPF_CORE_READ(proxy, time_ns, ns.inum);
	if (pid) {
		int level = BPF_CORE_READ(pid, level);

		ns->pid = BPF_CORE_READ(pid, numbers[level].ns, ns.inum);
	}
}

static __always_inline void et_fill_tty(struct et_tty *to, const struct tty_struct *tty)
{
	const struct tty_driver *driver = BPF_CORE_READ(tty, driver);
	struct winsize winsize = {};
	struct ktermios termios = {};

	bpf_core_read(&winsize, sizeof(winsize), &tty->winsize);
	/* The four sets of modes come first, as they have in uapi since termios.h exists. */
	bpf_core_read(&termios, 4 * sizeof(tcflag_t), &tty->termios);
	to->major = BPF_CORE_READ(driver, major);
	to->minor = BPF_CORE_READ(driver, minor_start) + BPF_CORE_READ(tty, index);
	to->winsize_rows = winsize.ws_row;
	to->winsize_cols = winsize.ws_col;
	to->termios_c_iflag = termios.c_iflag;
	to->termios_c_oflag = termios.c_oflag;
	to->termios_c_lflag = termios.c_lflag;
	to->termios_c_cflag = termios.c_cflag;
}

/* The controlling terminal; zeroes without one. */
static __always_inline void et_fill_ctty(struct et_tty *to, const struct task_struct *task)
{
	const struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);

	if (tty)
		et_fill_tty(to, tty);
}

#endif /* ET_TASK_BPF_H */
