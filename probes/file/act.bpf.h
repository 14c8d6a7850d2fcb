/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pending operations: what a task is about to do to a file. They are saved where the kernel has the
 * mount and the unchanged file, for the program that sees the result.
 *
 * The functions that do it, such as vfs_unlink(), get no mount, and without a mount there is no
 * path. The functions that ask security modules for permission get it. A system call asks once,
 * right before the operation. A stacked file system, such as an overlay, operates on the files
 * below without asking. So the request for permission shows what the process does. The file in it
 * distinguishes the operation from those on the files below.
 *
 * A task does one such operation at a time. A pending operation that no program takes belongs to a
 * call that was refused. The task's next one replaces it, or it ends with the task.
 */
#ifndef ET_ACT_BPF_H
#define ET_ACT_BPF_H

#include "probes/core/emit.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/lane.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/core/task_map.bpf.h"

/* Tasks with a pending operation at the same time, on kernels without task storage. */
#define ACT_PLACES  2048
#define ACT_SETTLED 24 /* bytes; see act_is_inner() */

/* A pending operation on a name. */
struct act {
	__u64 type; /* enum et_event_type; 0: none is pending */
	__u64 dentry;
	__u64 mount;
	__u64 new_mount; /* of a rename */
	__u64 inode;
	__u64 folder; /* directory that contains the name */
	__u64 stack;  /* for a kprobe: see act_is_inner() */
	/* For a rename: the old name as a source. The stack has no room for it. */
	struct et_src_name old;
	/*
	 * The file before the operation, and its name: NFS changes the name of a file that is still
	 * open.
	 */
	struct et_file_info info;
	__u32 name_len;
	__u32 pad;
	__u64 name_at; /* its address as a number, for global functions */
	char name[ET_NAME_MAX + 1];
};

/* Another pending operation on a file, or the mount for a coming one. */
struct act_call {
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	__u64 file; /* for an open: the file; for a deduplication: struct file_dedupe_range */
	__u64 stack;
	__u64 what; /* enum et_change_type; for an open: a mask of OPEN_* */
};

/* A task's pending operations. */
enum act_slot {
	ACT_SLOT_MOUNT,
	ACT_SLOT_OPEN,
	ACT_SLOT_CHANGE,
	ACT_SLOT_DEDUPE,
	ACT_SLOTS,
};

struct act_calls {
	__u64 noted; /* bits of enum act_slot */
	struct act_call call[ACT_SLOTS];
};

ET_TASK_MAP(acts, struct act, BPF_MAP_TYPE_HASH, ACT_PLACES);
ET_TASK_MAP(act_calls, struct act_calls, BPF_MAP_TYPE_HASH, ACT_PLACES);

/*
 * True for kernel threads, whose work belongs to no process. Workers of io_uring are threads of
 * their process since 5.12 (commit 3bfe6106693b, "io-wq: fork worker threads from original task").
 * The tracer counts as a process here: filters leave it out, and count it.
 */
static __always_inline bool act_is_foreign(void)
{
	return et_is_kthread(et_current());
}

/*
 * True for a file that an overlay has opened below one of its own. The kernel does not count those
 * as a process's: commit d3b1084dfd63 ("vfs: make open_with_fake_path() not contribute to
 * nr_files").
 */
static __always_inline bool act_is_below(const struct file *file)
{
	return et_read(file, f_mode) & FMODE_NOACCOUNT;
}

static __always_inline struct act *act_mine(void)
{
	struct act *act = acts_find();

	return act && act->type ? act : NULL;
}

/* Task storage keeps the memory for the task's next operation. */
static __always_inline void act_drop(void)
{
	struct act *act;

	if (!et_task_storage) {
		acts_drop();
		return;
	}
	act = acts_find();
	if (act)
		act->type = 0;
}

/*
 * Returns a blank pending operation for the current task. NULL if the task is no process, if a
 * filter drops the event, or if there is no room. The last two are counted. Filters come first, so
 * that dropped events take no room.
 */
static __always_inline struct act *act_begin(enum et_event_type type)
{
	struct act *act;

	if (act_is_foreign() || et_skips(type, et_current()))
		return NULL;
	act = acts_make();
	if (!act) {
		et_lost_no_room(type, ET_TABLE_FILE_ACTS);
		return NULL;
	}
	/* The task's last operation may still be there. */
	bpf_probe_read_kernel(act, sizeof(*act), (const void *)&acts_blank);
	act->type = type;
	return act;
}

/* The pending operation, if it has this event type and this file. */
static __always_inline struct act *act_of(enum et_event_type type, __u64 dentry)
{
	struct act *act = act_mine();

	return act && act->type == type && act->dentry == dentry ? act : NULL;
}

static __always_inline struct act_call *act_call_mine(enum act_slot slot)
{
	struct act_calls *calls = act_calls_find();

	return calls && calls->noted & 1 << slot ? &calls->call[slot] : NULL;
}

static __always_inline void act_call_drop(enum act_slot slot)
{
	struct act_calls *calls = act_calls_find();

	if (!calls)
		return;
	calls->noted &= ~(1ULL << slot);
	if (!et_task_storage && !calls->noted)
		act_calls_drop();
}

/* Returns true if there was room. */
static __always_inline bool act_call_keep(enum act_slot slot, const struct act_call *call)
{
	struct act_calls *calls = act_calls_make();

	if (!calls)
		return false;
	calls->call[slot] = *call;
	calls->noted |= 1ULL << slot;
	return true;
}

/*
 * Save an operation for an event of @type, unless a filter drops it. Without room, the event counts
 * as lost.
 */
static __always_inline void act_call_note(enum act_slot slot, const struct act_call *call,
					  enum et_event_type type)
{
	if (!et_skips(type, et_current()) && !act_call_keep(slot, call))
		et_lost_no_room(type, ET_TABLE_FILE_CALLS);
}

/*
 * True if the returning function is a callee of the saved one. A kretprobe knows only the
 * function's result and the stack pointer. On x86-64 that is right after the return address, or a
 * few words above it. Callees have lower stack addresses, so a return from below the saved position
 * is not the saved function's.
 */
static __always_inline bool act_is_inner(__u64 noted, __u64 at)
{
	return at + ACT_SETTLED < noted;
}

#endif /* ET_ACT_BPF_H */
