/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads kernel fields that moved, changed type or changed name. For each such field, one function
 * here reads it on all kernels. No other file handles these differences.
 *
 * CO-RE matches a flavour (struct x___y) against the kernel's struct x. If the running kernel lacks
 * a field, CO-RE replaces its read by an invalid instruction, which the verifier must never reach.
 * So bpf_core_field_exists() guards every such read.
 */
#ifndef ET_COMPAT_BPF_H
#define ET_COMPAT_BPF_H

#include "probes/core/read.bpf.h"

/*
 * kernfs_node::parent became __parent in 6.15: commit 633488947ef6 ("kernfs: Use RCU to access
 * kernfs_node::parent.").
 */
struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
} __attribute__((preserve_access_index));

struct kernfs_node___since_6_15 {
	struct kernfs_node *__parent;
} __attribute__((preserve_access_index));

static __always_inline struct kernfs_node *et_kernfs_parent(struct kernfs_node *kn)
{
	struct kernfs_node___since_6_15 *now = (void *)kn;
	struct kernfs_node___before_6_15 *then = (void *)kn;

	if (bpf_core_field_exists(now->__parent))
		return (struct kernfs_node *)et_read_address(now, __parent);
	return (struct kernfs_node *)et_read_address(then, parent);
}

/*
 * The parent of @kn, read by a plain load if the kernel allows it. This is faster than
 * et_kernfs_parent(). But the result is a typed pointer for the verifier, and cannot be passed to a
 * global function, which takes only numbers.
 */
static __always_inline const struct kernfs_node *et_kernfs_parent_typed(
	const struct kernfs_node *kn)
{
	const struct kernfs_node___since_6_15 *now = (const void *)kn;
	const struct kernfs_node___before_6_15 *then = (const void *)kn;

	if (bpf_core_field_exists(now->__parent))
		return et_read(now, __parent);
	return et_read(then, parent);
}

/*
 * The capabilities in @cap as a 64-bit mask. kernel_cap_t was an array of two u32 until 6.3: commit
 * f122a08b197d ("capability: just use a 'u64' instead of a 'u32[2]' array"). On little-endian
 * machines both have the same bytes.
 */
static __always_inline __u64 et_cap(const kernel_cap_t *cap)
{
	__u64 mask = 0;

	bpf_core_read(&mask, sizeof(mask), cap);
	return mask;
}

/*
 * tty_driver::type and tty_driver::subtype had the type short until 6.15. Since then they are
 * enums, and some of their values are different.
 */
enum tty_driver_type___since_6_15 {
	TTY_DRIVER_TYPE_PTY___since_6_15 = 3,
};

enum tty_driver_subtype___since_6_15 {
	PTY_TYPE_MASTER___since_6_15 = 1,
};

struct tty_driver___since_6_15 {
	enum tty_driver_type___since_6_15 type;
	enum tty_driver_subtype___since_6_15 subtype;
} __attribute__((preserve_access_index));

struct tty_driver___before_6_15 {
	short type;
	short subtype;
} __attribute__((preserve_access_index));

#define ET_TTY_DRIVER_TYPE_PTY 4 /* the value before 6.15: include/linux/tty_driver.h */
#define ET_PTY_TYPE_MASTER     1

static __always_inline bool et_tty_is_master(struct tty_driver *driver)
{
	struct tty_driver___since_6_15 *now = (void *)driver;
	struct tty_driver___before_6_15 *then = (void *)driver;

	if (bpf_core_enum_value_exists(enum tty_driver_type___since_6_15,
				       TTY_DRIVER_TYPE_PTY___since_6_15))
		return (int)et_read(now, type) ==
			       (int)bpf_core_enum_value(enum tty_driver_type___since_6_15,
							TTY_DRIVER_TYPE_PTY___since_6_15) &&
		       (int)et_read(now, subtype) ==
			       (int)bpf_core_enum_value(enum tty_driver_subtype___since_6_15,
							PTY_TYPE_MASTER___since_6_15);
	return et_read(then, type) == ET_TTY_DRIVER_TYPE_PTY &&
	       et_read(then, subtype) == ET_PTY_TYPE_MASTER;
}

/*
 * A file is released if its last reference is dropped, even if the kernel has not freed the file
 * yet. Up to 6.12, f_count is 0 in a released file. Since 6.13, f_ref replaces f_count, and the
 * highest bit of f_ref is set: commit 90ee6ed776c0 ("fs: port files to file_ref").
 */
struct file_ref___since_6_13 {
	struct {
		__s64 counter;
	} refcnt;
} __attribute__((preserve_access_index));

struct file___since_6_13 {
	struct file_ref___since_6_13 f_ref;
} __attribute__((preserve_access_index));

struct file___before_6_13 {
	atomic_long_t f_count;
} __attribute__((preserve_access_index));

static __always_inline bool et_file_is_released(const struct file *file)
{
	struct file___since_6_13 *now = (void *)file;
	struct file___before_6_13 *then = (void *)file;

	if (bpf_core_field_exists(now->f_ref))
		return et_read(now, f_ref.refcnt.counter) < 0;
	return !et_read(then, f_count.counter);
}

/*
 * The times of an inode were struct timespec64 until 6.11. To save padding, 6.11 split each into
 * seconds and nanoseconds: commit 3aa63a569c64 ("fs: switch timespec64 fields in inode to discrete
 * integers").
 *
 * Earlier commits renamed the members. 6.6 renamed i_ctime: commit 13bc24457850 ("fs: rename
 * i_ctime field to __i_ctime"). 6.7 renamed i_atime and i_mtime: commit 12cd44023651 ("fs: rename
 * inode i_atime and i_mtime fields").
 *
 * Since 6.13 the highest bit of i_ctime_nsec is no part of the time; it means that a process has
 * queried the time: commit 4e40eff0b573 ("fs: add infrastructure for multigrain timestamps").
 */
#define ET_CTIME_QUERIED (1U << 31)

struct inode___before_6_6 {
	struct timespec64 i_atime, i_mtime, i_ctime;
} __attribute__((preserve_access_index));

struct inode___before_6_11 {
	struct timespec64 __i_atime, __i_mtime, __i_ctime;
} __attribute__((preserve_access_index));

struct inode___since_6_11 {
	time64_t i_atime_sec, i_mtime_sec, i_ctime_sec;
	__u32 i_atime_nsec, i_mtime_nsec, i_ctime_nsec;
} __attribute__((preserve_access_index));

#define ET_NSEC_PER_SEC 1000000000ULL

/*
 * Define et_inode_NAME(), which returns an inode's time @name (atime, mtime or ctime) in
 * nanoseconds since the epoch. A time before the epoch is a negative number modulo 2^64: -1 ns is
 * 2^64 - 1.
 */
#define ET_INODE_TIME(name)                                                         \
	static __always_inline __u64 et_inode_##name(const struct inode *inode)     \
	{                                                                           \
		const struct inode___since_6_11 *now = (const void *)inode;         \
		const struct inode___before_6_11 *once = (const void *)inode;       \
		const struct inode___before_6_6 *then = (const void *)inode;        \
                                                                                    \
		if (bpf_core_field_exists(now->i_##name##_sec))                     \
			return et_read(now, i_##name##_sec) * ET_NSEC_PER_SEC +     \
			       (et_read(now, i_##name##_nsec) & ~ET_CTIME_QUERIED); \
		if (bpf_core_field_exists(once->__i_##name))                        \
			return et_read(once, __i_##name.tv_sec) * ET_NSEC_PER_SEC + \
			       et_read(once, __i_##name.tv_nsec);                   \
		return et_read(then, i_##name.tv_sec) * ET_NSEC_PER_SEC +           \
		       et_read(then, i_##name.tv_nsec);                             \
	}

ET_INODE_TIME(atime)
ET_INODE_TIME(mtime)
ET_INODE_TIME(ctime)

/*
 * The lists of a directory's children in the dentry cache, the newest child first. They were of
 * type list_head until 6.8, then hlist_head: commit da549bdd15c2 ("dentry: switch the lists of
 * children to hlist").
 */
struct dentry___before_6_8 {
	struct list_head d_child, d_subdirs;
} __attribute__((preserve_access_index));

struct dentry___since_6_8 {
	struct hlist_node d_sib;
	struct hlist_head d_children;
} __attribute__((preserve_access_index));

static __always_inline struct dentry *et_first_child(const struct dentry *dir)
{
	const struct dentry___since_6_8 *now = (const void *)dir;
	const struct dentry___before_6_8 *then = (const void *)dir;
	void *node;

	if (bpf_core_field_exists(now->d_children)) {
		node = (void *)et_read_address(now, d_children.first);
		return node ? node - bpf_core_field_offset(struct dentry___since_6_8, d_sib) : NULL;
	}
	/*
	 * Without this barrier, the compiler may do the reads below before the check above. Newer
	 * kernels lack these fields, and the verifier must not reach the reads.
	 */
	barrier_var(dir);
	node = (void *)et_read_address(then, d_subdirs.next);
	if (node == (void *)dir + bpf_core_field_offset(struct dentry___before_6_8, d_subdirs))
		return NULL;
	return node - bpf_core_field_offset(struct dentry___before_6_8, d_child);
}

static __always_inline struct dentry *et_next_child(const struct dentry *dir,
						    const struct dentry *child)
{
	const struct dentry___since_6_8 *now = (const void *)child;
	const struct dentry___before_6_8 *then = (const void *)child;
	void *node;

	if (bpf_core_field_exists(now->d_children)) {
		node = (void *)et_read_address(now, d_sib.next);
		return node ? node - bpf_core_field_offset(struct dentry___since_6_8, d_sib) : NULL;
	}
	barrier_var(dir);
	node = (void *)et_read_address(then, d_child.next);
	if (node == (void *)dir + bpf_core_field_offset(struct dentry___before_6_8, d_subdirs))
		return NULL;
	return node - bpf_core_field_offset(struct dentry___before_6_8, d_child);
}

#endif /* ET_COMPAT_BPF_H */
