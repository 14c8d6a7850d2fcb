/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Finds the file of a system call's descriptor, for a BPF program at the system call's exit.
 *
 * Another thread can open another file under this descriptor number while the system call runs. So
 * the file is saved at the system call's entry, but only if several tasks share the descriptor
 * table (files_struct::count > 1). A table that is not shared at the entry cannot change before the
 * exit.
 */
#ifndef ET_CALL_FILE_BPF_H
#define ET_CALL_FILE_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/task_map.bpf.h"

/*
 * One bit for each BPF program that reads the saved file at a system call's exit. A BPF program
 * clears its bit when it has read the file. So it does not read the same file again at the exit of
 * a later system call.
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
	__u32 major;   /* major number of the device, if the file is a device */
	__u32 readers; /* BPF programs that have not read `file` yet: enum call_file_reader */
	__u32 pad;
};

/*
 * Number of entries of the hash table that replaces task storage on kernels before 5.12. No BPF
 * program deletes entries. If the table is full, a new entry replaces the least recently used one.
 */
#define CALL_FILES 8192

ET_TASK_MAP(call_files, struct call_file, BPF_MAP_TYPE_LRU_HASH, CALL_FILES);

/* True if other tasks share the current task's descriptor table. */
static __always_inline bool call_file_is_shared(const struct task_struct *task)
{
	return et_read(task, files, count.counter) != 1;
}

/*
 * Store the file's addresses and type in @call, which is in a map. An address from et_read() has a
 * pointer type for the verifier. An address that is read back from the map is a plain number, and
 * can be passed to global functions.
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
 * At a system call's entry: save the file of descriptor @fd, if another task shares the descriptor
 * table. @readers: the BPF programs that will read it, a mask of enum call_file_reader.
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
 * At a system call's exit: returns the file that call_file_enter() saved. NULL if no other task
 * shared the descriptor table at the entry, or if the tracer was not yet attached at the entry.
 * Each reader must call this at the exit of every such system call, even of a failed one.
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
 * True if the saved file still exists. The system call has already dropped its own reference to the
 * file. So the file may be freed by now if another thread has closed the descriptor.
 */
static __always_inline bool call_file_is_there(const struct call_file *call)
{
	__u64 address = call->file;

	return et_read_address((struct file *)address, f_inode) == call->inode;
}

#endif /* ET_CALL_FILE_BPF_H */
