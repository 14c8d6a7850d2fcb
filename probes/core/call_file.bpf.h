/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The file of a system call's descriptor, for a program at the call's exit.
 *
 * Another thread can open another file under this descriptor number while the call runs. So the
 * file is saved at the call's entry if several tasks share the descriptor table
 * (files_struct::count > 1). No other task can change a table that is not shared at the call's
 * entry.
 */
#ifndef ET_CALL_FILE_BPF_H
#define ET_CALL_FILE_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/task_map.bpf.h"

/*
 * The programs at a system call's exit that read the saved file, as bits. Each program clears its
 * bit when it has read the file, so a later call finds nothing from an earlier one.
 */
enum call_file_reader {
	CALL_FILE_TTY = 1,
	CALL_FILE_MODIFY = 2,
};

struct call_file {
	__u64 file; /* address of the struct file; 0: the descriptor was not open */
	__u64 dentry;
	__u64 mount;
	__u64 inode;
	__u32 mode;    /* i_mode of the inode, which contains the file type */
	__u32 major;   /* major number of the device, if the file is one */
	__u32 readers; /* programs that have not read this yet: bits of enum call_file_reader */
	__u32 pad;
};

/* Entries of the hash table. No program deletes them, so a new value replaces the oldest. */
#define CALL_FILES 8192

ET_TASK_MAP(call_files, struct call_file, BPF_MAP_TYPE_LRU_HASH, CALL_FILES);

/* True if other tasks share the current task's descriptor table. */
static __always_inline bool call_file_is_shared(const struct task_struct *task)
{
	return et_read(task, files, count.counter) != 1;
}

/*
 * Store the file's addresses and type in @call. The addresses are read back from a map, so the
 * verifier sees them as plain numbers. et_read() can therefore be used here.
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

/*
 * At a system call's entry: save the file of descriptor @fd for the programs @readers, if other
 * tasks share the descriptor table.
 */
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
 * At a system call's exit: the file that call_file_enter() saved. NULL if the descriptor table was
 * not shared then, or if the system call began before the tracer. Each program must call this once
 * for each system call, also for a failed one.
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
 * True if the saved file still exists. The system call has dropped its own reference, so another
 * thread that closes the descriptor may have freed the file since then.
 */
static __always_inline bool call_file_is_there(const struct call_file *call)
{
	__u64 address = call->file;

	return et_read_address((struct file *)address, f_inode) == call->inode;
}

#endif /* ET_CALL_FILE_BPF_H */
