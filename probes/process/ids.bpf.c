// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * PROCESS_SETUID and PROCESS_SETGID: a user or group ID of a thread has changed.
 *
 * The kernel's commit_creds() sets a thread's new user and group IDs. If it cannot be hooked, BPF
 * programs save a thread's IDs at the entry of a system call that may change them. At the exit of
 * the system call they compare the IDs. One of these system calls is execve: a file with the
 * set-user-ID bit changes the effective user ID.
 */
#include "probes/core/arch.bpf.h"
#include "probes/core/emit.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/task.bpf.h"

struct ids {
	__u32 uid, euid, suid, fsuid;
	__u32 gid, egid, sgid, fsgid;
};

/*
 * User and group IDs at the entry of a system call. The key is the task's address, not the task's
 * ID: execve changes the ID of a thread that is not the leader. An entry exists until the system
 * call exits, or until the thread dies in the system call.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, __u64);
	__type(value, struct ids);
} ids_stash SEC(".maps");

static __always_inline void ids_read(struct ids *ids, const struct cred *cred)
{
	ids->uid = et_read(cred, uid.val);
	ids->euid = et_read(cred, euid.val);
	ids->suid = et_read(cred, suid.val);
	ids->fsuid = et_read(cred, fsuid.val);
	ids->gid = et_read(cred, gid.val);
	ids->egid = et_read(cred, egid.val);
	ids->sgid = et_read(cred, sgid.val);
	ids->fsgid = et_read(cred, fsgid.val);
}

static __always_inline void setuid_emit(const struct task_struct *task, const struct cred *cred,
					const struct ids *was, const struct ids *now)
{
	struct et_process_setuid *ev;
	struct et_emit em;

	ev = et_emit_begin(&em, PROCESS_SETUID, process_setuid, 0);
	if (!ev)
		return;
	et_fill_pids(&ev->pids, task);
	et_fill_creds_of(&ev->creds, cred);
	et_fill_comm(ev->comm, task);
	ev->cgroup_id = et_cgroup_id(task);
	ev->new_ruid = now->uid;
	ev->new_euid = now->euid;
	ev->new_suid = now->suid;
	ev->new_fsuid = now->fsuid;
	ev->old_ruid = was->uid;
	ev->old_euid = was->euid;
	ev->old_suid = was->suid;
	ev->old_fsuid = was->fsuid;
	et_emit_submit(&em);
}

static __always_inline void setgid_emit(const struct task_struct *task, const struct cred *cred,
					const struct ids *was, const struct ids *now)
{
	struct et_process_setgid *ev;
	struct et_emit em;

	ev = et_emit_begin(&em, PROCESS_SETGID, process_setgid, 0);
	if (!ev)
		return;
	et_fill_pids(&ev->pids, task);
	et_fill_creds_of(&ev->creds, cred);
	et_fill_comm(ev->comm, task);
	ev->cgroup_id = et_cgroup_id(task);
	ev->new_rgid = now->gid;
	ev->new_egid = now->egid;
	ev->new_sgid = now->sgid;
	ev->new_fsgid = now->fsgid;
	ev->old_rgid = was->gid;
	ev->old_egid = was->egid;
	ev->old_sgid = was->sgid;
	ev->old_fsgid = was->fsgid;
	et_emit_submit(&em);
}

/*
 * Report changes from the IDs @was to the IDs @now. @new: the new credentials, for the event's
 * fields. @owner: the credentials for the filters; NULL: those of @task.
 */
static __always_inline void ids_compare(const struct task_struct *task, const struct cred *new,
					const struct cred *owner, const struct ids *was,
					const struct ids *now)
{
	bool uid = was->uid != now->uid || was->euid != now->euid || was->suid != now->suid ||
		   was->fsuid != now->fsuid;
	bool gid = was->gid != now->gid || was->egid != now->egid || was->sgid != now->sgid ||
		   was->fsgid != now->fsgid;

	if (uid && et_wants(ET_PROCESS_SETUID) && !et_skips_as(ET_PROCESS_SETUID, task, owner))
		setuid_emit(task, new, was, now);
	if (gid && et_wants(ET_PROCESS_SETGID) && !et_skips_as(ET_PROCESS_SETGID, task, owner))
		setgid_emit(task, new, was, now);
}

/* ---- if commit_creds() can be hooked -------------------------------------------------- */

/*
 * At the entry of commit_creds(). The kernel also calls it if only other parts of the credentials
 * change: keyrings, capabilities, user namespaces. Then no ID differs. The kernel does not call it
 * for temporary credentials of a thread, for example in access(2).
 */
static __always_inline int ids_commit(const struct cred *new)
{
	const struct task_struct *task = et_current();
	struct ids was, now;

	if (et_is_kthread(task))
		return 0;
	ids_read(&was, et_read(task, cred));
	ids_read(&now, new);
	ids_compare(task, new, new, &was, &now);
	return 0;
}

SEC("?fentry")
int BPF_PROG(ids_fentry, struct cred *new)
{
	return ids_commit(new);
}

SEC("?kprobe")
int BPF_KPROBE(ids_kprobe, struct cred *new)
{
	return ids_commit(new);
}

/* ---- if commit_creds() cannot be hooked: system calls that may change IDs ------------- */

SEC("?tracepoint")
int ids_enter_tp(void *ctx)
{
	__u64 key = (__u64)et_current();
	struct ids ids;

	ids_read(&ids, et_read((struct task_struct *)key, cred));
	if (bpf_map_update_elem(&ids_stash, &key, &ids, BPF_ANY))
		et_refused(ET_TABLE_SET_IDS);
	return 0;
}

/*
 * At the exit of a system call whose old IDs could not be saved because the map was full: count
 * lost events. A system call that sets IDs counts as a change. An execve counts if the real and
 * effective IDs differ, as for a file with the set-user-ID bit.
 *
 * @nr is the lower half of ctx->id: the kernel writes only this half.
 */
static __always_inline void ids_lost(const struct task_struct *task, __u32 nr)
{
	bool exec = nr == ET_NR_EXECVE || nr == ET_NR_EXECVEAT;
	bool uid = nr == ET_NR_SETUID || nr == ET_NR_SETREUID || nr == ET_NR_SETRESUID ||
		   nr == ET_NR_SETFSUID;
	bool gid = nr == ET_NR_SETGID || nr == ET_NR_SETREGID || nr == ET_NR_SETRESGID ||
		   nr == ET_NR_SETFSGID;
	struct ids now;

	ids_read(&now, et_read(task, cred));
	if (exec && now.uid != now.euid)
		uid = true;
	if (exec && now.gid != now.egid)
		gid = true;
	if (uid && et_wants(ET_PROCESS_SETUID) && !et_skips(ET_PROCESS_SETUID, task))
		et_lost_as(ET_PROCESS_SETUID, ET_LOST_CAUSE_PENDING_FULL, 1);
	if (gid && et_wants(ET_PROCESS_SETGID) && !et_skips(ET_PROCESS_SETGID, task))
		et_lost_as(ET_PROCESS_SETGID, ET_LOST_CAUSE_PENDING_FULL, 1);
}

/*
 * A thread that is killed in a system call never reaches the system call's exit: delete its entry
 * here.
 */
SEC("?tp_btf/sched_process_exit")
int ids_gone_tp_btf(__u64 *ctx)
{
	__u64 key = ctx[0];

	bpf_map_delete_elem(&ids_stash, &key);
	return 0;
}

SEC("?tracepoint")
int ids_exit_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	__u64 key = (__u64)task;
	struct ids *found = bpf_map_lookup_elem(&ids_stash, &key);
	const struct cred *cred;
	struct ids was, now;

	if (!found) {
		/*
		 * If the map was never full, the system call began before this BPF program was
		 * attached, so nothing is lost.
		 */
		if (et_exit_ret(ctx) >= 0 && et_has_refused(ET_TABLE_SET_IDS))
			ids_lost(task, et_exit_nr(ctx));
		return 0;
	}
	was = *found;
	bpf_map_delete_elem(&ids_stash, &key);
	cred = et_read(task, cred);
	ids_read(&now, cred);
	ids_compare(task, cred, NULL, &was, &now);
	return 0;
}
