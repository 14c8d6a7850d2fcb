/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * FILE_CREATE of an open that creates, FILE_MEMFD_OPEN and FILE_SHMEM_OPEN, however they are seen:
 * when the file is open, it says itself whether it was created.
 */
#ifndef ET_OPEN_BPF_H
#define ET_OPEN_BPF_H

#include "probes/core/filter.bpf.h"
#include "probes/file/file.bpf.h"

#define TMPFS_MAGIC 0x01021994 /* include/uapi/linux/magic.h */

static __always_inline __u64 open_word(const unsigned char *name)
{
	__u64 word = 0;

	bpf_probe_read_kernel_str(&word, sizeof(word), name);
	return word;
}

/* Is it somewhere under /dev/shm, as the process sees it? */
__weak int open_under_dev_shm(__u64 at, __u64 mount, __u64 fs)
{
	struct et_place p = { .at = at, .mount = mount };
	__u64 top = 0, second = 0, third = 0;
	enum et_step step = ET_STEP_MORE;
	struct path root = {};

	bpf_core_read(&root, sizeof(root), &((struct fs_struct *)fs)->root);
	for (int i = 0; i < ET_PATH_STEPS; i++) {
		step = et_path_step(&p, &root, !i);
		if (step == ET_STEP_END || step == ET_STEP_LAST)
			break;
		if (step != ET_STEP_NAME)
			continue;
		third = second;
		second = top;
		top = p.name;
	}
	if (step != ET_STEP_END || p.flags & ET_VAR_F_UNREACHABLE || !third)
		return 0;
	return open_word((void *)top) == ET_WORD('d', 'e', 'v', 0, 0, 0) &&
	       open_word((void *)second) == ET_WORD('s', 'h', 'm', 0, 0, 0);
}

static __always_inline bool open_is_shmem(const struct task_struct *task, const struct file *file)
{
	const struct inode *inode = et_read(file, f_inode);

	if (et_inode_type(inode) != S_IFREG || et_read(inode, i_sb, s_magic) != TMPFS_MAGIC)
		return false;
	return open_under_dev_shm(et_read_address(file, f_path.dentry),
				  et_read_address(file, f_path.mnt), et_read_address(task, fs));
}

/* A function for each, so that there is room on the stack for one of them only. */
#define OPEN_EMIT(NAME, name)                                  \
	__weak int open_emit_##name(__u64 at)                  \
	{                                                      \
		const struct file *file = (const void *)at;    \
		const struct task_struct *task = et_current(); \
		struct file_of of = {};                        \
                                                               \
		if (et_skips(ET_##NAME, task))                 \
			return 0;                              \
		file_by_file(&of, task, file);                 \
		return FILE_EMIT(NAME, name, task, &of);       \
	}

OPEN_EMIT(FILE_CREATE, file_create)
OPEN_EMIT(FILE_MEMFD_OPEN, file_memfd_open)
OPEN_EMIT(FILE_SHMEM_OPEN, file_shmem_open)

/* What an open file is to be told as, enum et_event_type; 0: not at all. */
static __always_inline __u32 open_type(const struct task_struct *task, const struct file *file)
{
	if (et_read(file, f_mode) & FMODE_CREATED)
		return et_wants(ET_FILE_CREATE) ? ET_FILE_CREATE : 0;
	if (et_wants(ET_FILE_MEMFD_OPEN) && et_is_memfd(et_read_address(file, f_path.dentry)))
		return ET_FILE_MEMFD_OPEN;
	if (et_wants(ET_FILE_SHMEM_OPEN) && open_is_shmem(task, file))
		return ET_FILE_SHMEM_OPEN;
	return 0;
}

static __always_inline int open_told(__u32 type, __u64 file)
{
	if (type == ET_FILE_CREATE)
		open_emit_file_create(file);
	else if (type == ET_FILE_MEMFD_OPEN)
		open_emit_file_memfd_open(file);
	else if (type == ET_FILE_SHMEM_OPEN)
		open_emit_file_shmem_open(file);
	return 0;
}

#endif /* ET_OPEN_BPF_H */
