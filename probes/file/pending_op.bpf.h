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
#ifndef ET_PENDING_OP_BPF_H
#define ET_PENDING_OP_BPF_H

#include "probes/core/emit.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/lane.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/task.bpf.h"
#include "probes/core/task_map.bpf.h"

/* Tasks with a pending operation at the same time, on kernels without task storage. */
#define PENDING_PLACES  2048
#define PENDING_SETTLED 24 /* bytes; see pending_op_is_inner() */

/* A pending operation on a name. */
struct pending_op {
	__u64 type; /* enum et_event_type; 0: none is pending */
	__u64 dentry;
	__u64 mount;
	__u64 new_mount; /* of a rename */
	__u64 inode;
	__u64 folder; /* directory that contains the name */
	__u64 stack;  /* for a kprobe: see pending_op_is_inner() */
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
struct pending_call {
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	__u64 file; /* for an open: the file; for a deduplication: struct file_dedupe_range */
	__u64 stack;
	__u64 what; /* enum et_change_type; for an open: a mask of OPEN_* */
};

/* A task's pending operations. */
enum pending_slot {
	PENDING_SLOT_MOUNT,
	PENDING_SLOT_OPEN,
	PENDING_SLOT_CHANGE,
	PENDING_SLOT_DEDUPE,
	PENDING_SLOTS,
};

struct pending_calls {
	__u64 saved; /* bits of enum pending_slot */
	struct pending_call call[PENDING_SLOTS];
};

ET_TASK_MAP(pending_ops, struct pending_op, BPF_MAP_TYPE_HASH, PENDING_PLACES);
ET_TASK_MAP(pending_calls, struct pending_calls, BPF_MAP_TYPE_HASH, PENDING_PLACES);

/*
 * True for kernel threads, whose work belongs to no process. Workers of io_uring are threads of
 * their process since 5.12 (commit 3bfe6106693b, "io-wq: fork worker threads from original task").
 * The tracer counts as a process here: filters leave it out, and count it.
 */
static __always_inline bool pending_op_is_foreign(void)
{
	return et_is_kthread(et_current());
}

/*
 * True for a file that an overlay has opened below one of its own. The kernel does not count those
 * as a process's: commit d3b1084dfd63 ("vfs: make open_with_fake_path() not contribute to
 * nr_files").
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

/* Task storage keeps the memory for the task's next operation. */
static __always_inline void pending_op_drop(void)
{
	struct pending_op *op;

	if (!et_task_storage) {
		pending_ops_drop();
		return;
	}
	op = pending_ops_find();
	if (op)
		op->type = 0;
}

/*
 * Returns a blank pending operation for the current task. NULL if the task is no process, if a
 * filter drops the event, or if there is no room. The last two are counted. Filters come first, so
 * that dropped events take no room.
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
	/* The task's last operation may still be there. */
	bpf_probe_read_kernel(op, sizeof(*op), (const void *)&pending_ops_blank);
	op->type = type;
	return op;
}

/* The pending operation, if it has this event type and this file. */
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
	if (!et_task_storage && !calls->saved)
		pending_calls_drop();
}

/* Returns true if there was room. */
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
 * Save an operation for an event of @type, unless a filter drops it. Without room, the event counts
 * as lost.
 */
static __always_inline void pending_call_remember(enum pending_slot slot,
						  const struct pending_call *call,
						  enum et_event_type type)
{
	if (!et_skips(type, et_current()) && !pending_call_save(slot, call))
		et_lost_no_room(type, ET_TABLE_FILE_CALLS);
}

/*
 * True if the returning function is a callee of the saved one. A kretprobe knows only the
 * function's result and the stack pointer. On x86-64 that is right after the return address, or a
 * few words above it. Callees have lower stack addresses, so a return from below the saved position
 * is not the saved function's.
 */
static __always_inline bool pending_op_is_inner(__u64 saved, __u64 at)
{
	return at + PENDING_SETTLED < saved;
}

#endif /* ET_PENDING_OP_BPF_H */
