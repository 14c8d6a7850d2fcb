/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The file of a system call's descriptor, for a program at the call's exit.
 *
 * Another thread can open another file under that descriptor while the call runs. So the file is
 * saved at the call's entry if other tasks share the descriptor table: files_struct::count. No
 * other task can change a table that is not shared at the call's entry.
 */
#ifndef ET_CALL_FILE_BPF_H
#define ET_CALL_FILE_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/task_map.bpf.h"

/*
 * The programs at the call's exit that have not read the file yet. Each clears its own bit. So a
 * call that begins with a table that is not shared finds nothing from an earlier call.
 */
enum call_file_reader {
	CALL_FILE_TTY = 1,
	CALL_FILE_MODIFY = 2,
};

struct call_file {
	__u64 file; /* 0: the descriptor was not open */
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	__u32 mode;    /* of the inode: its type */
	__u32 major;   /* of a device */
	__u32 readers; /* bits of enum call_file_reader */
	__u32 pad;
};

/* No program deletes values of the hash table, so a new value replaces the oldest one. */
#define CALL_FILES 8192

ET_TASK_MAP(call_files, struct call_file, BPF_MAP_TYPE_LRU_HASH, CALL_FILES);

/* True if other tasks share the current task's descriptor table. */
static __always_inline bool call_file_is_shared(const struct task_struct *task)
{
	return et_read(task, files, count.counter) != 1;
}

/*
 * Uses et_read(): values that are read back from a map are plain numbers, which et_read_address()
 * needs.
 */
static __always_inline void call_file_fill(struct call_file *call, const struct file *file,
					   __u32 readers)
{
	const struct inode *inode = et_read(file, f_inode);

	call->file = (__u64)file;
	call->dentry = (__u64)et_read(file, f_path.dentry);
	call->mount = (__u64)et_read(file, f_path.mnt);
	call->inode = (__u64)inode;
	call->mode = et_read(inode, i_mode);
	call->major = et_read(inode, i_rdev) >> 20;
	call->readers = readers;
}

/* At the call's entry: save the file of descriptor @fd for the programs @readers. */
static __always_inline int call_file_enter(__u32 fd, __u32 readers)
{
	const struct task_struct *task = et_current();
	struct call_file *call;

	if (!call_file_is_shared(task))
		return 0;
	call = call_files_make();
	if (call)
		call_file_fill(call, et_file_of(task, fd), readers);
	return 0;
}

/*
 * At the call's exit: the saved file, if the table was shared at the call's entry. NULL if it was
 * not shared, or if the call began before the tracer. Each program must call this once for each
 * call, also for failed ones.
 */
static __always_inline struct call_file *call_file_exit(const struct task_struct *task,
							enum call_file_reader reader)
{
	struct call_file *call;

	if (!et_task_has_storage(task))
		return NULL;
	call = call_files_find();
	if (!call || !(call->readers & reader))
		return NULL;
	call->readers &= ~reader;
	return call;
}

/*
 * True if the file still exists. The call has dropped its own reference. Another thread that closes
 * the descriptor may have freed the file since then.
 */
static __always_inline bool call_file_is_there(const struct call_file *call)
{
	__u64 address = call->file;

	return et_read_address((struct file *)address, f_inode) == call->inode;
}

#endif /* ET_CALL_FILE_BPF_H */
