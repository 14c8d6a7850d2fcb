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

#define ACT_PLACES  512 /* of each map: tasks that act at one time */
#define ACT_SETTLED 24  /* bytes; see act_is_inner() */

/* Something that is done to a name. */
struct act {
	__u64 type; /* enum et_event_type */
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
	__u64 file; /* of an open, instead */
	__u64 stack;
	__u64 what; /* enum et_change_type, or of an open enum et_event_type */
};

/* Notes of a task in that map: its address, which is even, and one of these. */
enum act_slot {
	ACT_SLOT_MOUNT,
	ACT_SLOT_OPEN,
	ACT_SLOT_CHANGE,
	ACT_SLOTS,
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ACT_PLACES);
	__type(key, __u64); /* the task's address */
	__type(value, struct act);
} acts __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ACT_PLACES);
	__type(key, __u64);
	__type(value, struct act_call);
} act_calls __weak SEC(".maps");

const volatile __u64 act_blank[sizeof(struct act) / 8] __weak = {};

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
	__u64 key = (__u64)et_current();

	return bpf_map_lookup_elem(&acts, &key);
}

static __always_inline void act_drop(__u64 task)
{
	bpf_map_delete_elem(&acts, &task);
}

/*
 * A blank note of the current task. NULL: it is not a process's; or a filter drops it, or there is
 * no room, which is counted. Filters are asked first, so that what they drop takes no room.
 */
static __always_inline struct act *act_begin(enum et_event_type type)
{
	__u64 key = (__u64)et_current();
	struct act *act;

	if (act_is_foreign() || et_skips(type, et_current()))
		return NULL;
	if (bpf_map_update_elem(&acts, &key, (const void *)&act_blank, BPF_ANY)) {
		et_lost_no_room(type, ET_TABLE_FILE_ACTS);
		return NULL;
	}
	act = bpf_map_lookup_elem(&acts, &key);
	if (act)
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
	__u64 key = (__u64)et_current() + slot;

	return bpf_map_lookup_elem(&act_calls, &key);
}

static __always_inline void act_call_drop(__u64 task, enum act_slot slot)
{
	task += slot;
	bpf_map_delete_elem(&act_calls, &task);
}

/* Returns whether there was room. */
static __always_inline bool act_call_keep(enum act_slot slot, const struct act_call *call)
{
	__u64 key = (__u64)et_current() + slot;

	return !bpf_map_update_elem(&act_calls, &key, call, BPF_ANY);
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
