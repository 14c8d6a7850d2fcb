/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Paths as strings: of files, as the process sees them, and of cgroups.
 *
 * The kernel keeps a path as a chain from its last component to its first, so it is built from
 * its end. Where it has more than its cap or than the steps that are taken, its beginning is
 * missing and it is flagged; so is one that does not lead to the process's root, and one whose
 * file is unlinked. Names can change while they are read: the kernel's memory stays readable
 * until the program ends (RCU), so the worst is a path that was never whole at one instant.
 */
#ifndef ET_PATH_BPF_H
#define ET_PATH_BPF_H

#include "probes/core/emit.bpf.h"

/* Components and mounts that a walk passes at most. */
#define ET_PATH_STEPS 128
#define ET_CGROUP_STEPS 64
#define ET_NAME_MAX 255 /* NAME_MAX; kernfs has the same */

/* A path is built downwards from the end of a window, which lies behind the field's own place. */
#define ET_WINDOW 4096
#define ET_WINDOW_MASK (ET_WINDOW - 1)

/* Put "/" and a name of @len bytes in front of what is built so far, if it fits. */
static __always_inline void et_walk_prepend(struct et_walk *walk, char *window, const void *name,
					    __u32 len)
{
	__u32 pos = walk->pos;

	walk->orig += 1 + len;
	barrier_var(pos);
	barrier_var(len);
	if (walk->full || len > ET_NAME_MAX || pos > ET_WINDOW || pos < len + 1) {
		walk->full = 1;
		return;
	}
	pos -= len;
	barrier_var(pos);
	if (pos > ET_WINDOW)
		return;
	if (bpf_probe_read_kernel(window + pos, len, name))
		walk->flags |= ET_VAR_F_FAULT;
	pos--;
	barrier_var(pos);
	if (pos >= ET_WINDOW)
		return;
	window[pos] = '/';
	walk->pos = pos;
}

/* What was built becomes the field; walk->pos its size. */
static __always_inline void et_walk_finish(struct et_walk *walk, char *dst)
{
	__u32 pos = walk->pos, size;

	if (walk->full)
		walk->flags |= ET_VAR_F_PARTIAL;
	barrier_var(pos);
	if (pos >= ET_WINDOW) {
		dst[0] = '/';
		walk->pos = walk->orig = 1;
		return;
	}
	size = ET_WINDOW - pos;
	barrier_var(size);
	if (size <= ET_WINDOW)
		bpf_probe_read_kernel(dst, size, dst + ET_WINDOW + pos);
	walk->pos = size;
}

static __always_inline void et_walk_begin(struct et_walk *walk, __u64 at, __u64 mount)
{
	walk->at = at;
	walk->mount = mount;
	walk->pos = ET_WINDOW;
	walk->orig = 0;
	walk->full = 0;
	walk->flags = ET_VAR_F_PARTIAL; /* until the end is reached */
}

/* One step towards the process's root. Returns whether that was the last. */
static __always_inline bool et_path_step(struct et_walk *walk, char *window,
					 const struct path *root, bool first)
{
	struct dentry *dentry = (void *)walk->at, *parent;
	struct vfsmount *mnt = (void *)walk->mount;
	struct qstr name = {};

	if (dentry == root->dentry && mnt == root->mnt) {
		walk->flags &= ~ET_VAR_F_PARTIAL;
		return true;
	}
	parent = BPF_CORE_READ(dentry, d_parent);
	if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
		struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		struct mount *up = BPF_CORE_READ(m, mnt_parent);

		/* The topmost mount, or one that was detached: not the process's root. */
		if (up == m || !up) {
			walk->flags &= ~ET_VAR_F_PARTIAL;
			walk->flags |= ET_VAR_F_UNREACHABLE;
			return true;
		}
		walk->at = (__u64)BPF_CORE_READ(m, mnt_mountpoint);
		walk->mount = (__u64)up + bpf_core_field_offset(struct mount, mnt);
		return false;
	}
	if (dentry == parent && !first) {
		walk->flags &= ~ET_VAR_F_PARTIAL;
		walk->flags |= ET_VAR_F_UNREACHABLE;
		return true;
	}
	/* Only the file itself: d_unlinked() of the kernel. Its parents exist with it. */
	if (first && !BPF_CORE_READ(dentry, d_hash.pprev))
		walk->flags |= ET_VAR_F_DELETED;
	bpf_core_read(&name, sizeof(name), &dentry->d_name);
	et_walk_prepend(walk, window, name.name, name.len);
	walk->at = (__u64)parent;
	/* A file that never had a place, such as a memfd: its name is all there is. */
	if (dentry == parent) {
		walk->flags &= ~ET_VAR_F_PARTIAL;
		return true;
	}
	return false;
}

/* @at and @mount: a struct path's dentry and mnt; @fs: the struct fs_struct whose root it is for. */
__weak int et_path_build(__u32 slot, __u32 off, __u64 at, __u64 mount, __u64 fs)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	struct path root = {};

	if (!walk || !dst)
		return 0;
	bpf_core_read(&root, sizeof(root), &((struct fs_struct *)fs)->root);
	et_walk_begin(walk, at, mount);
	for (int i = 0; i < ET_PATH_STEPS; i++)
		if (et_path_step(walk, dst + ET_WINDOW, &root, !i))
			break;
	et_walk_finish(walk, dst);
	return 0;
}

/* A path as @task sees it. */
static __always_inline void et_put_path(struct et_emit *em, enum et_var_type type,
					const struct path *path, const struct task_struct *task)
{
	struct path p = {};

	bpf_core_read(&p, sizeof(p), path);
	et_path_build(em->slot, em->off, (__u64)p.dentry, (__u64)p.mnt,
		      (__u64)BPF_CORE_READ(task, fs));
	et_var_end_walk(em, type);
}

static __always_inline void et_put_cwd(struct et_emit *em, const struct task_struct *task)
{
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	et_put_path(em, ET_VAR_CWD, &fs->pwd, task);
}

/* @kn: a struct kernfs_node; 0 gives an empty field. */
__weak int et_cgroup_build(__u32 slot, __u32 off, __u64 kn)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	et_walk_begin(walk, kn, 0);
	if (!kn) {
		walk->pos = walk->flags = 0;
		return 0;
	}
	for (int i = 0; i < ET_CGROUP_STEPS; i++) {
		struct kernfs_node *node = (void *)walk->at;
		struct kernfs_node *parent = et_kernfs_parent(node);
		long len;

		/* The hierarchy's root has no name. */
		if (!parent) {
			walk->flags &= ~ET_VAR_F_PARTIAL;
			break;
		}
		len = bpf_probe_read_kernel_str(walk->name, sizeof(walk->name),
						BPF_CORE_READ(node, name));
		if (len <= 0) {
			walk->flags |= ET_VAR_F_FAULT;
			break;
		}
		et_walk_prepend(walk, dst + ET_WINDOW, walk->name, len - 1);
		walk->at = (__u64)parent;
	}
	et_walk_finish(walk, dst);
	return 0;
}

/* The path of @task's cgroup in the pids controller's hierarchy; empty where there is none. */
static __always_inline void et_put_cgroup(struct et_emit *em, const struct task_struct *task)
{
	struct kernfs_node *kn = NULL;

	/* The controller's number depends on the kernel's configuration. */
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id)) {
		int id = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);

		kn = BPF_CORE_READ(task, cgroups, subsys[id], cgroup, kn);
	}
	et_cgroup_build(em->slot, em->off, (__u64)kn);
	et_var_end_walk(em, ET_VAR_PIDS_SS_CGROUP_PATH);
}

#endif /* ET_PATH_BPF_H */
