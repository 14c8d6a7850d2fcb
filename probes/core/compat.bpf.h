/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Kernel fields that moved, changed type or changed name, each with the commit or version that
 * did it, and one function that reads each on any kernel. Nothing else knows of these differences.
 *
 * A flavour (struct x___y) is matched by CO-RE against the kernel's struct x; a read of a field
 * that the running kernel lacks is replaced by an instruction that the verifier must never reach,
 * so every such read stands behind its own bpf_core_field_exists().
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

/* The same by plain loads where there are such; not for a global function, which takes numbers. */
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
 * kernel_cap_t was an array of two u32 until 6.3: commit f122a08b197d ("capability: just use a
 * 'u64' instead of a 'u32[2]' array"). On little-endian machines its bytes are the same.
 */
static __always_inline __u64 et_cap(const kernel_cap_t *cap)
{
	__u64 mask = 0;

	bpf_core_read(&mask, sizeof(mask), cap);
	return mask;
}

/*
 * tty_driver::type and ::subtype were shorts with other numbers until 6.15, where they became
 * enums.
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

#define ET_TTY_DRIVER_TYPE_PTY 4 /* before 6.15, include/linux/tty_driver.h */
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
 * A file whose last descriptor is closed, and which is about to be freed. Its f_count, which is 0
 * then, became f_ref in 6.13, which has its highest bit set then: commit 90ee6ed776c0 ("fs: port
 * files to file_ref").
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

#endif /* ET_COMPAT_BPF_H */
