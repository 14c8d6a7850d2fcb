/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Pending operations: operations on files that a task has begun. One BPF program saves the
 * operation at a kernel function that gets the mount, before the file changes. Another BPF program
 * sees the result, and uses the saved operation.
 *
 * The kernel functions that change a file, such as vfs_unlink(), get no mount, and a path cannot be
 * built without one. The functions that ask security modules for permission get the mount. The
 * kernel calls them once for each system call, right before the operation.
 *
 * A stacked file system, such as an overlay, then changes files on the underlying file systems, for
 * which the kernel asks no permission. So the saved file is the one of the process's path, and
 * changes of other files are ignored.
 *
 * A task does one operation on a name at a time. If the kernel refuses the operation, the saved one
 * stays until the task's next operation replaces it, or until the task ends.
 */
#ifndef ET_PENDING_OP_BPF_H
#define ET_PENDING_OP_BPF_H

#include "probes/core/emit.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/lane.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/core/task_map.bpf.h"

/* Largest number of tasks with a pending operation at once, on kernels without task storage. */
#define PENDING_PLACES 2048
/*
 * In a kretprobe, the stack pointer can be this many bytes below the stack pointer at the entry of
 * the same function call. The difference depends on how the kernel version calls kretprobes.
 */
#define PENDING_SETTLED 24

/*
 * The creation, deletion or renaming of a file that a task has begun, and whose result is not known
 * yet.
 */
struct pending_op {
	__u64 type; /* enum et_event_type; 0: the task has no pending operation */
	__u64 dentry;
	__u64 mount;
	__u64 new_mount; /* mount of the new name, for a rename */
	__u64 inode;
	__u64 folder; /* dentry of the directory that contains the name */
	/*
	 * With kprobes: the stack pointer when the operation began. An overlay's operation causes
	 * another operation on an underlying file system: pending_op_is_inner() compares stack
	 * pointers to distinguish the two.
	 */
	__u64 stack;
	/* For a rename: the old path. It is in the map because the stack has no room for it. */
	struct et_src_name old;
	/*
	 * For a deletion: the fields and the name that the file had before. Afterwards its dentry
	 * can have another name, because NFS renames a file that is still open.
	 */
	struct et_file_info info;
	__u32 name_len;
	__u32 pad;
	__u64 name_at; /* address of `name` as a number, for global functions */
	char name[ET_NAME_MAX + 1];
};

/*
 * The open or the change of a file that a task has begun. An element PENDING_SLOT_MOUNT is no
 * operation: its `mount` is the mount on which the task holds write access.
 */
struct pending_call {
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	/*
	 * for an open: address of the struct file; for a deduplication: address of the struct
	 * file_dedupe_range
	 */
	__u64 file;
	__u64 stack;
	__u64 what; /* for a change: enum et_change_type; for an open: a mask of OPEN_* */
};

/* The kinds of pending opens and changes of a file; a task has at most one of each. */
enum pending_slot {
	PENDING_SLOT_MOUNT,
	PENDING_SLOT_OPEN,
	PENDING_SLOT_CHANGE,
	PENDING_SLOT_DEDUPE,
	PENDING_SLOTS,
};

struct pending_calls {
	__u64 saved; /* the members of `call` that are valid: a mask of 1 << enum pending_slot */
	struct pending_call call[PENDING_SLOTS];
};

ET_TASK_MAP(pending_ops, struct pending_op, BPF_MAP_TYPE_HASH, PENDING_PLACES);
ET_TASK_MAP(pending_calls, struct pending_calls, BPF_MAP_TYPE_HASH, PENDING_PLACES);

/*
 * True if the current task is a kernel thread, whose work belongs to no process. io_uring's workers
 * are threads of their process since 5.12 (commit 3bfe6106693b, "io-wq: fork worker threads from
 * original task"). The tracer's own events are left out by the filters, not here.
 */
static __always_inline bool pending_op_is_foreign(void)
{
	return et_is_kthread(et_current());
}

/*
 * True if an overlay has opened @file on an underlying file system. The kernel does not count such
 * a file as a process's open file: commit d3b1084dfd63 ("vfs: make open_with_fake_path() not
 * contribute to nr_files").
 */
static __always_inline bool pending_op_is_below(const struct file *file)
{
	return et_read(file, f_mode) & FMODE_NOACCOUNT;
}

static __always_inline struct pending_op *pending_op_mine(void)
{
	struct pending_op *op = pending_ops_find();

	return op && op->type ? op : NULL;
}

/*
 * Delete the task's pending operation. With task storage, the memory stays for the task's next
 * operation.
 */
static __always_inline void pending_op_drop(void)
{
	struct pending_op *op;

	if (!et_config.task_storage) {
		pending_ops_drop();
		return;
	}
	op = pending_ops_find();
	if (op)
		op->type = 0;
}

/*
 * Returns an empty pending operation for the current task. Returns NULL in three cases. The task is
 * a kernel thread. A filter drops the event, which is then counted as filtered. The map has no
 * room, and the event is counted as lost. Filters come first, so that dropped events take no room
 * in the map.
 */
static __always_inline struct pending_op *pending_op_begin(enum et_event_type type)
{
	struct pending_op *op;

	if (pending_op_is_foreign() || et_skips(type, et_current()))
		return NULL;
	op = pending_ops_make();
	if (!op) {
		et_lost_no_room(type, ET_TABLE_FILE_ACTS);
		return NULL;
	}
	/* The memory may still have the task's last operation, if the kernel refused that one. */
	bpf_probe_read_kernel(op, sizeof(*op), (const void *)&pending_ops_blank);
	op->type = type;
	return op;
}

/*
 * The task's pending operation, if it is for an event of @type and its file has the dentry @dentry;
 * else NULL.
 */
static __always_inline struct pending_op *pending_op_of(enum et_event_type type, __u64 dentry)
{
	struct pending_op *op = pending_op_mine();

	return op && op->type == type && op->dentry == dentry ? op : NULL;
}

static __always_inline struct pending_call *pending_call_mine(enum pending_slot slot)
{
	struct pending_calls *calls = pending_calls_find();

	return calls && calls->saved & 1 << slot ? &calls->call[slot] : NULL;
}

static __always_inline void pending_call_drop(enum pending_slot slot)
{
	struct pending_calls *calls = pending_calls_find();

	if (!calls)
		return;
	calls->saved &= ~(1ULL << slot);
	if (!et_config.task_storage && !calls->saved)
		pending_calls_drop();
}

/*
 * Save @call as the current task's pending operation of the kind @slot. Returns false if the map
 * has no room.
 */
static __always_inline bool pending_call_save(enum pending_slot slot,
					      const struct pending_call *call)
{
	struct pending_calls *calls = pending_calls_make();

	if (!calls)
		return false;
	calls->call[slot] = *call;
	calls->saved |= 1ULL << slot;
	return true;
}

/*
 * Save @call as the current task's pending operation of the kind @slot. If a filter drops events of
 * @type, do nothing. If the map has no room, count an event of @type as lost.
 */
static __always_inline void pending_call_remember(enum pending_slot slot,
						  const struct pending_call *call,
						  enum et_event_type type)
{
	if (!et_skips(type, et_current()) && !pending_call_save(slot, call))
		et_lost_no_room(type, ET_TABLE_FILE_CALLS);
}

/*
 * In a kretprobe: true if a nested call returns, and not the call that was saved. @saved is the
 * stack pointer at the entry of the saved call, and @at is the stack pointer now. Nested calls have
 * lower stack addresses.
 */
static __always_inline bool pending_op_is_inner(__u64 saved, __u64 at)
{
	return at + PENDING_SETTLED < saved;
}

#endif /* ET_PENDING_OP_BPF_H */
