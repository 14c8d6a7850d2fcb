/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a task is about to do to a file, noted where the kernel has the mount and the file as it
 * still is, for whoever sees how it went.
 *
 * Functions that do it, vfs_unlink() and so on, know no mount: without one there is no path. Those
 * that ask security modules for permission know it. A system call asks once, right before it acts,
 * and a file system that lies on others, as an overlay does, acts on those without asking: so what
 * is asked for is what the process does, and what it is done to tells it from what is done below.
 *
 * A task does one such thing at a time. A note that nobody takes is one of a call that was refused;
 * the next one of its task takes its place, or it goes with the task.
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

/* Tasks that act at one time, where the kernel has no storage of tasks. */
#define ACT_PLACES  2048
#define ACT_SETTLED 24 /* bytes; see act_is_inner() */

/* Something that is done to a name. */
struct act {
	__u64 type; /* enum et_event_type; 0: nothing is noted */
	__u64 dentry;
	__u64 mount;
	__u64 new_mount; /* of a rename */
	__u64 inode;
	__u64 folder; /* that the name is in */
	__u64 stack;  /* of a kprobe: see act_is_inner() */
	/* Of two names, the old one as a source: on the stack there is no room for it. */
	struct et_src_name old;
	/* As it was, and its name: that of a file which is still open changes on NFS. */
	struct et_file_info info;
	__u32 name_len;
	__u32 pad;
	__u64 name_at; /* its address as a number, for global functions */
	char name[ET_NAME_MAX + 1];
};

/* Something else that is done to a file, or the mount that it will be done on. */
struct act_call {
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	__u64 file; /* of an open, instead; of a deduplication its struct file_dedupe_range */
	__u64 stack;
	__u64 what; /* enum et_change_type, or of an open a mask of OPEN_* */
};

/* Notes of a task. */
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
 * Is what the current task does nothing of a process's? Workers of io_uring are threads of theirs
 * since 5.12 (commit 3bfe6106693b, "io-wq: fork worker threads from original task"). The tracer is a
 * process like others here: filters leave it out, and count it.
 */
static __always_inline bool act_is_foreign(void)
{
	return et_is_kthread(et_current());
}

/*
 * Is it a file that an overlay has opened below one of its own? Those are not counted as a
 * process's: commit d3b1084dfd63 ("vfs: make open_with_fake_path() not contribute to nr_files").
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

/* Storage of tasks keeps the memory for the task's next note. */
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
 * A blank note of the current task. NULL: it is not a process's; or a filter drops it, or there is
 * no room, which is counted. Filters are asked first, so that what they drop takes no room.
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
	/* The task's last note may be there. */
	bpf_probe_read_kernel(act, sizeof(*act), (const void *)&acts_blank);
	act->type = type;
	return act;
}

/* The note, if it is of such an event, and of this file. */
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

/* Returns whether there was room. */
static __always_inline bool act_call_keep(enum act_slot slot, const struct act_call *call)
{
	struct act_calls *calls = act_calls_make();

	if (!calls)
		return false;
	calls->call[slot] = *call;
	calls->noted |= 1ULL << slot;
	return true;
}

/* For an event of @type, if no filter drops it. If there is no room, it is counted as lost. */
static __always_inline void act_call_note(enum act_slot slot, const struct act_call *call,
					  enum et_event_type type)
{
	if (!et_skips(type, et_current()) && !act_call_keep(slot, call))
		et_lost_no_room(type, ET_TABLE_FILE_CALLS);
}

/*
 * A kretprobe knows nothing of the function that returns but its result, and where the stack is: on
 * x86-64 right behind the return address, or a few words above it. What a function calls is further
 * down, so a return from below of where the noted one began is not its own.
 */
static __always_inline bool act_is_inner(__u64 noted, __u64 at)
{
	return at + ACT_SETTLED < noted;
}

#endif /* ET_ACT_BPF_H */
