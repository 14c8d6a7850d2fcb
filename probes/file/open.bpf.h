/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Makes the records of FILE_CREATE for an open that creates a file, of FILE_MEMFD_OPEN and of
 * FILE_SHMEM_OPEN, for all kinds of hooks. The struct file shows whether the open has created the
 * file.
 */
#ifndef ET_OPEN_BPF_H
#define ET_OPEN_BPF_H

#include "probes/core/filter.bpf.h"
#include "probes/file/file.bpf.h"

#define TMPFS_MAGIC 0x01021994 /* s_magic of a tmpfs: include/uapi/linux/magic.h */

static __always_inline __u64 open_word(const unsigned char *name)
{
	__u64 word = 0;

	bpf_probe_read_kernel_str(&word, sizeof(word), name);
	return word;
}

/*
 * True if the file's path, as the process sees it, is below /dev/shm. This claims a lane (a per-CPU
 * work area) for the state of et_path_part(), a global function.
 */
__weak int open_under_dev_shm(__u64 at, __u64 mount, __u64 fs)
{
	__u64 top = 0, second = 0, third = 0;
	struct et_lane *lane;
	int part = 0;
	__u32 index;
	bool has_end;

	index = et_lane_claim();
	lane = bpf_map_lookup_elem(&lanes, &index);
	if (!lane) {
		if (!et_skips(ET_FILE_SHMEM_OPEN, et_current()))
			et_lost_as(ET_FILE_SHMEM_OPEN, ET_LOST_CAUSE_NO_LANE, 1);
		return 0;
	}
	/* Allow a path of any length, so that no name is cut. */
	et_path_walk(&lane->walk, at, mount, fs, ~0U);
	for (int i = 0; i < ET_PATH_STEPS && !(part & ET_PART_LAST); i++) {
		part = et_path_part(index, i);
		if (!(part & ET_PART_NAME))
			continue;
		third = second;
		second = top;
		top = lane->walk.place.name;
	}
	has_end = !(lane->walk.place.flags & (ET_VAR_F_PARTIAL | ET_VAR_F_UNREACHABLE));
	et_lane_release(lane);
	/*
	 * The steps go from the file to the root directory. The last step reaches the root
	 * directory, which has no name. If the last step has a name, the file was never in a
	 * directory.
	 */
	if (part != ET_PART_LAST || !has_end || !third)
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

/* The three events have the same layout, so open_emit() makes the records of all three. */
#define OPEN_IS_LIKE(NAME, name)                                                             \
	_Static_assert(sizeof(struct et_##name) == sizeof(struct et_file_create), "layout"); \
	_Static_assert(ET_FIXED_SIZE_##NAME == ET_FIXED_SIZE_FILE_CREATE, "layout");         \
	_Static_assert((int)ET_RING_OF_##NAME == (int)ET_RING_OF_FILE_CREATE, "ring")

OPEN_IS_LIKE(FILE_MEMFD_OPEN, file_memfd_open);
OPEN_IS_LIKE(FILE_SHMEM_OPEN, file_shmem_open);

__weak int open_emit(__u64 at, __u32 type)
{
	const struct file *file = (const void *)at;
	const struct task_struct *task = et_current();
	struct file_of of = {};

	if (et_skips(type, task))
		return 0;
	file_by_file(&of, task, file);
	return FILE_EMIT_AS(type, FILE_CREATE, file_create, task, &of);
}

/*
 * The events that one open causes, as bits. The creation of a file below /dev/shm causes two
 * events.
 */
#define OPEN_CREATES (1U << 0)
#define OPEN_MEMFD   (1U << 1)
#define OPEN_SHMEM   (1U << 2)

/*
 * The events that the open of @file causes and that the user wants: a mask of OPEN_*. A memfd is
 * never created by an open.
 */
static __always_inline __u32 open_events(const struct task_struct *task, const struct file *file)
{
	__u32 events = 0;

	if (et_read(file, f_mode) & FMODE_CREATED) {
		if (et_wants(ET_FILE_CREATE))
			events = OPEN_CREATES;
	} else if (et_wants(ET_FILE_MEMFD_OPEN) &&
		   et_is_memfd(et_read_address(file, f_path.dentry))) {
		return OPEN_MEMFD;
	}
	if (et_wants(ET_FILE_SHMEM_OPEN) && open_is_shmem(task, file))
		events |= OPEN_SHMEM;
	return events;
}

/*
 * Make the records of @events, a mask of OPEN_*. Always returns 0, as the verifier requires of
 * fexit programs. They cannot return the result of the global function open_emit(): for the
 * verifier, it can be any number.
 */
static __always_inline int open_emit_all(__u32 events, __u64 file)
{
	if (events & OPEN_CREATES)
		open_emit(file, ET_FILE_CREATE);
	if (events & OPEN_MEMFD)
		open_emit(file, ET_FILE_MEMFD_OPEN);
	if (events & OPEN_SHMEM)
		open_emit(file, ET_FILE_SHMEM_OPEN);
	return 0;
}

#endif /* ET_OPEN_BPF_H */
