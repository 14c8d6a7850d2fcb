/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The file of a system call that is given a descriptor, where the call is seen at its end.
 *
 * Another thread can open another file under that descriptor while the call runs. So the file is
 * taken when the call begins, if other tasks share the table of descriptors: files_struct::count.
 * Nothing else changes a table: a table that is not shared when the call begins stays as it is.
 */
#ifndef ET_CALL_FILE_BPF_H
#define ET_CALL_FILE_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/task_map.bpf.h"

/*
 * Which programs at the call's end have not looked at the file yet: each takes its own bit back. So
 * a call that begins with a table that is not shared finds nothing of an earlier call.
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

/* Nothing drops a value of the hash table, so the oldest one makes room. */
#define CALL_FILES 8192

ET_TASK_MAP(call_files, struct call_file, BPF_MAP_TYPE_LRU_HASH, CALL_FILES);

/* Do other tasks share the current task's table of descriptors? */
static __always_inline bool call_file_is_shared(const struct task_struct *task)
{
	return et_read(task, files, count.counter) != 1;
}

/* With et_read(): from memory all of it comes back as numbers, which et_read_address() calls for. */
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

/* The call begins, with this descriptor, and these programs look when it ends. */
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
 * The call ends: its file as it was, if the table was shared when it began. NULL: it was not, or
 * the call began before the tracer did. To be asked once by each program, of failed calls too.
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
 * Is the file still there? The call has given back its own reference, so another thread that closes
 * the descriptor may have freed the file between then and now.
 */
static __always_inline bool call_file_is_there(const struct call_file *call)
{
	__u64 address = call->file;

	return et_read_address((struct file *)address, f_inode) == call->inode;
}

#endif /* ET_CALL_FILE_BPF_H */
