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

#include "probes/core/put.bpf.h"

/* Components and mounts that a walk passes at most. */
#define ET_PATH_STEPS   128
#define ET_CGROUP_STEPS 64
/*
 * Steps that are taken at a time. The verifier follows a loop round by round, and a global function
 * once: a walk is one leg after another, each of them a call.
 */
#define ET_LEG        8
#define ET_NAME_MAX   255 /* NAME_MAX; kernfs has the same */
#define ET_NAME_PIECE 64

/* In scratch a path is built from the end of a window, which lies behind the field's own place. */
#define ET_WINDOW 4096

/* What one step along a chain of names came upon. */
enum et_step {
	ET_STEP_MORE, /* nothing to print */
	ET_STEP_NAME, /* a name */
	ET_STEP_LAST, /* a name, and the end behind it */
	ET_STEP_END,  /* the end */
};

/* One step from a file towards the process's root. */
static __always_inline enum et_step et_path_step(struct et_place *p, const struct path *root,
						 bool first)
{
	struct dentry *dentry = (void *)p->at, *parent;
	struct vfsmount *mnt = (void *)p->mount;
	struct qstr name = {};

	if (dentry == root->dentry && mnt == root->mnt)
		return ET_STEP_END;
	parent = (struct dentry *)et_read_address(dentry, d_parent);
	if (dentry == et_read(mnt, mnt_root)) {
		struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		struct mount *up = (struct mount *)et_read_address(m, mnt_parent);

		/* The topmost mount, or one that was detached: not the process's root. */
		if (up == m || !up) {
			p->flags |= ET_VAR_F_UNREACHABLE;
			return ET_STEP_END;
		}
		p->at = et_read_address(m, mnt_mountpoint);
		p->mount = (__u64)up + bpf_core_field_offset(struct mount, mnt);
		return ET_STEP_MORE;
	}
	if (dentry == parent && !first) {
		p->flags |= ET_VAR_F_UNREACHABLE;
		return ET_STEP_END;
	}
	/* Only the file itself: d_unlinked() of the kernel. Its parents exist with it. */
	if (first && !et_read(dentry, d_hash.pprev))
		p->flags |= ET_VAR_F_DELETED;
	bpf_core_read(&name, sizeof(name), &dentry->d_name);
	p->name = (__u64)name.name;
	p->len = name.len & ET_NAME_MAX;
	p->at = (__u64)parent;
	/* A file that never had a place, such as a memfd: its name is all there is. */
	return dentry == parent ? ET_STEP_LAST : ET_STEP_NAME;
}

/* One step from a cgroup towards its hierarchy's root; its name goes to @buf. */
static __always_inline enum et_step et_cgroup_step(struct et_place *p, char buf[ET_NAME_MAX + 1])
{
	struct kernfs_node *kn = (void *)p->at;
	struct kernfs_node *parent = et_kernfs_parent(kn);
	long len;

	/* The root has no name. */
	if (!parent)
		return ET_STEP_END;
	len = bpf_probe_read_kernel_str(buf, ET_NAME_MAX + 1, et_read(kn, name));
	if (len <= 0) {
		p->flags |= ET_VAR_F_FAULT;
		return ET_STEP_END;
	}
	p->name = (__u64)buf;
	p->len = len - 1;
	p->at = (__u64)parent;
	return ET_STEP_NAME;
}

/* ---- measured --------------------------------------------------------------------------- */

/*
 * Length in bytes of a path that is not cut. The steps are those of et_path_step(), with fewer ways
 * through each: there is no memory yet to keep a walk in, so that the verifier follows them all. It
 * need not where nothing is measured, and what kernels before 6.8 look into functions for that are
 * never called (commit 2afae08c9dcb, "bpf: Validate global subprogs lazily") ends at once.
 *
 * Lengths are only added up, never compared: on a sum that nothing depends on, the verifier does
 * not tell one round of the loop from another.
 */
__weak int et_path_measure(__u64 at, __u64 mount, __u64 fs)
{
	struct path root = {};
	__u32 orig = 0;

	if (!et_measures())
		return 0;
	bpf_core_read(&root, sizeof(root), &((struct fs_struct *)fs)->root);
	for (int i = 0; i < ET_PATH_STEPS; i++) {
		struct dentry *dentry = (void *)at;
		struct vfsmount *mnt = (void *)mount;
		struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		__u64 parent, up;

		if (dentry == root.dentry && mnt == root.mnt)
			break;
		if (at == et_read_address(mnt, mnt_root)) {
			up = et_read_address(m, mnt_parent);
			if (up == (__u64)m || !up)
				break;
			at = et_read_address(m, mnt_mountpoint);
			mount = up + bpf_core_field_offset(struct mount, mnt);
			continue;
		}
		parent = et_read_address(dentry, d_parent);
		if (parent == at && i)
			break;
		orig += 1 + (et_read(dentry, d_name.len) & ET_NAME_MAX);
		if (parent == at)
			break;
		at = parent;
	}
	return orig;
}

/*
 * Bytes of a name, 0 if it cannot be read. In pieces: there is no lane yet to read it to, and the
 * stacks of a program and of what it calls have 512 bytes together. Until 6.8 functions count that
 * are never reached.
 */
__weak int et_name_len(__u64 name)
{
	char piece[ET_NAME_PIECE];
	int len = 0;

	if (!et_measures())
		return 0;
	for (int i = 0; i <= ET_NAME_MAX / (ET_NAME_PIECE - 1); i++) {
		long n = bpf_probe_read_kernel_str(piece, sizeof(piece), (void *)(name + len));

		if (n <= 0)
			return 0;
		len += n - 1;
		if (n < sizeof(piece))
			break;
	}
	return len;
}

__weak int et_cgroup_measure(__u64 kn)
{
	__u32 orig = 0;

	if (!et_measures())
		return 0;
	for (int i = 0; i < ET_CGROUP_STEPS; i++) {
		struct kernfs_node *parent = et_kernfs_parent((struct kernfs_node *)kn);

		if (!parent)
			break;
		orig += 1 + et_name_len(et_read_address((struct kernfs_node *)kn, name));
		kn = (__u64)parent;
	}
	return orig;
}

/* The root has no name, and is a slash all the same. */
static __always_inline void et_src_measured(struct et_src *src, __u32 orig)
{
	src->orig = orig ? orig : 1;
	src->size = et_min(src->orig, ET_WINDOW);
}

/* ---- built ------------------------------------------------------------------------------ */

static __always_inline void et_walk_begin(struct et_walk *walk, __u64 at, __u64 mount, __u32 room)
{
	walk->place.at = at;
	walk->place.mount = mount;
	walk->place.flags = ET_VAR_F_PARTIAL; /* until the end is reached */
	walk->pos = room;
	walk->orig = 0;
	walk->full = 0;
}

/*
 * Make room for the name that @step came upon: at walk->pos a slash, if that still fits, then the
 * name, or its end.
 */
static __always_inline bool et_walk_took(struct et_walk *walk, enum et_step step)
{
	__u32 len = walk->place.len, pos = walk->pos;

	if (step != ET_STEP_NAME && step != ET_STEP_LAST)
		return false;
	walk->orig += 1 + len;
	if (walk->full)
		return false;
	if (pos < 1 + len) {
		walk->full = 1;
		walk->place.name += len - pos;
		walk->place.len = pos;
		walk->pos = 0;
	} else {
		walk->pos = pos - len - 1;
	}
	return true;
}

static __always_inline bool et_walk_over(struct et_walk *walk, enum et_step step)
{
	if (step != ET_STEP_END && step != ET_STEP_LAST)
		return false;
	if (!walk->full)
		walk->place.flags &= ~ET_VAR_F_PARTIAL;
	return true;
}

/* ... in scratch: from the end of the window, then moved to its place. */
static __always_inline bool et_walk_window(struct et_walk *walk, enum et_step step, char *window)
{
	__u32 pos, len;

	if (et_walk_took(walk, step)) {
		pos = walk->pos;
		len = walk->place.len;
		barrier_var(pos);
		barrier_var(len);
		if (pos < ET_WINDOW && len <= ET_NAME_MAX) {
			window[pos] = '/';
			bpf_probe_read_kernel(window + pos + !walk->full, len,
					      (void *)walk->place.name);
		}
	}
	return et_walk_over(walk, step);
}

static __always_inline void et_walk_settle(struct et_walk *walk, char *dst)
{
	__u32 pos = walk->pos, size;

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

static __always_inline bool et_path_leg(struct et_walk *walk, const struct path *root, char *window,
					bool first)
{
	for (int i = 0; i < ET_LEG; i++)
		if (et_walk_window(walk, et_path_step(&walk->place, root, first && !i), window))
			return true;
	return false;
}

/* The next leg of a walk. Returns whether that was all, as it is after the last that is taken. */
__weak int et_path_go_on(__u32 slot, __u32 off, __u64 fs, __u32 last)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	struct path root = {};

	if (!walk || !dst)
		return 1;
	bpf_core_read(&root, sizeof(root), &((struct fs_struct *)fs)->root);
	if (!et_path_leg(walk, &root, dst + ET_WINDOW, false) && !last)
		return 0;
	et_walk_settle(walk, dst);
	return 1;
}

/*
 * All legs behind the first, of which most paths have none. Each is called from where the first is,
 * and nothing in between: the stacks of all that call each other have 512 bytes together.
 */
static __always_inline void et_path_rest(const struct et_emit *em, __u64 fs)
{
	for (int i = ET_PATH_STEPS / ET_LEG - 2; i >= 0; i--)
		if (et_path_go_on(em->slot, et_build_at(em), fs, !i))
			break;
}

/* The first leg. Returns whether there are more. */
__weak int et_path_begin(__u32 slot, __u32 off, __u64 at, __u64 mount, __u64 fs)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	struct path root = {};

	if (!walk || !dst)
		return 0;
	bpf_core_read(&root, sizeof(root), &((struct fs_struct *)fs)->root);
	et_walk_begin(walk, at, mount, ET_WINDOW);
	if (!et_path_leg(walk, &root, dst + ET_WINDOW, true))
		return 1;
	et_walk_settle(walk, dst);
	return 0;
}

static __always_inline bool et_cgroup_leg(struct et_walk *walk, char *window)
{
	for (int i = 0; i < ET_LEG; i++)
		if (et_walk_window(walk, et_cgroup_step(&walk->place, walk->name), window))
			return true;
	return false;
}

__weak int et_cgroup_go_on(__u32 slot, __u32 off, __u32 last)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 1;
	if (!et_cgroup_leg(walk, dst + ET_WINDOW) && !last)
		return 0;
	et_walk_settle(walk, dst);
	return 1;
}

static __always_inline void et_cgroup_rest(const struct et_emit *em)
{
	for (int i = ET_CGROUP_STEPS / ET_LEG - 2; i >= 0; i--)
		if (et_cgroup_go_on(em->slot, et_build_at(em), !i))
			break;
}

__weak int et_cgroup_begin(__u32 slot, __u32 off, __u64 kn)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	et_walk_begin(walk, kn, 0, ET_WINDOW);
	if (!et_cgroup_leg(walk, dst + ET_WINDOW))
		return 1;
	et_walk_settle(walk, dst);
	return 0;
}

/*
 * ... in the record: from the end of what was measured. Kernels that can do that have bpf_for(),
 * of which the verifier checks one round; what a round consists of stands in global functions,
 * which are checked once. They leave in the walk what there is to write.
 */
enum et_round {
	ET_ROUND_NAME = 1,  /* a name, at walk->pos */
	ET_ROUND_SLASH = 2, /* with a slash in front of it */
	ET_ROUND_LAST = 4,
};

static __always_inline int et_walk_round(struct et_walk *walk, enum et_step step)
{
	int round = 0;

	if (et_walk_took(walk, step))
		round |= walk->full ? ET_ROUND_NAME : ET_ROUND_NAME | ET_ROUND_SLASH;
	if (et_walk_over(walk, step))
		round |= ET_ROUND_LAST;
	return round;
}

__weak int et_path_round(__u32 slot, __u64 root_dentry, __u64 root_mnt, __u32 i)
{
	struct path root = { .dentry = (void *)root_dentry, .mnt = (void *)root_mnt };
	struct et_walk *walk = et_walk_of(slot);

	return walk ? et_walk_round(walk, et_path_step(&walk->place, &root, !i)) : ET_ROUND_LAST;
}

__weak int et_cgroup_round(__u32 slot)
{
	struct et_walk *walk = et_walk_of(slot);

	return walk ? et_walk_round(walk, et_cgroup_step(&walk->place, walk->name)) : ET_ROUND_LAST;
}

static __always_inline bool et_walk_record(struct et_walk *walk, int round, struct bpf_dynptr *ptr,
					   __u32 off)
{
	char slash = '/';

	if (round & ET_ROUND_SLASH)
		bpf_dynptr_write(ptr, off + walk->pos, &slash, 1, 0);
	if (round & ET_ROUND_NAME)
		bpf_probe_read_kernel_dynptr(ptr, off + walk->pos + !!(round & ET_ROUND_SLASH),
					     walk->place.len, (void *)walk->place.name);
	return round & ET_ROUND_LAST;
}

/* A path that became shorter since it was measured begins with more slashes than one. */
static __always_inline void et_walk_fill(struct et_walk *walk, struct bpf_dynptr *ptr, __u32 off,
					 __u32 size)
{
	char slashes[64];
	int i;

	if (!walk->pos) {
		walk->pos = size;
		return;
	}
	__builtin_memset(slashes, '/', sizeof(slashes));
	bpf_for (i, 0, ET_WINDOW / sizeof(slashes)) {
		__u32 n = walk->pos < sizeof(slashes) ? walk->pos : sizeof(slashes);

		barrier_var(n);
		if (!n || n > sizeof(slashes))
			break;
		walk->pos -= n;
		bpf_dynptr_write(ptr, off + walk->pos, slashes, n, 0);
	}
	walk->pos = size;
}

static __always_inline void et_path_direct(struct et_emit *em, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;
	struct fs_struct *fs = (void *)src->fs;
	struct path root = {};
	int i;

	bpf_core_read(&root, sizeof(root), &fs->root);
	et_walk_begin(walk, src->at, src->mount, src->size);
	bpf_for (i, 0, ET_PATH_STEPS)
		if (et_walk_record(walk,
				   et_path_round(em->slot, (__u64)root.dentry, (__u64)root.mnt, i),
				   &em->ptr, et_data_at(em)))
			break;
	et_walk_fill(walk, &em->ptr, et_data_at(em), src->size);
}

static __always_inline void et_cgroup_direct(struct et_emit *em, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;
	int i;

	et_walk_begin(walk, src->at, 0, src->size);
	bpf_for (i, 0, ET_CGROUP_STEPS)
		if (et_walk_record(walk, et_cgroup_round(em->slot), &em->ptr, et_data_at(em)))
			break;
	et_walk_fill(walk, &em->ptr, et_data_at(em), src->size);
}

/* ---- for probes ------------------------------------------------------------------------- */

/*
 * The root itself: of a path, or of a hierarchy. So many processes are there that it is worth not to
 * call anything.
 */
static __always_inline struct et_src et_src_root(void)
{
	return (struct et_src){ .at = et_hide(0), .orig = et_hide(1), .size = et_hide(1) };
}

static __always_inline void et_put_root(struct et_emit *em, enum et_var_type type, __u32 cap)
{
	char slash = '/', *dst;

	if (em->direct) {
		bpf_dynptr_write(&em->ptr, et_data_at(em), &slash, 1, 0);
	} else {
		dst = et_var_begin(em);
		if (dst)
			*dst = slash;
	}
	et_var_end(em, type, cap, 1, 1, 0);
}

/* A path as @task sees it. */
static __always_inline struct et_src et_src_path(const struct path *path,
						 const struct task_struct *task)
{
	struct et_src src = { .fs = et_read_address(task, fs) };
	const struct fs_struct *fs = (void *)src.fs;
	struct path p = {}, root = {};

	bpf_core_read(&p, sizeof(p), path);
	bpf_core_read(&root, sizeof(root), &fs->root);
	if (p.dentry == root.dentry && p.mnt == root.mnt)
		return et_src_root();
	src.at = (__u64)p.dentry;
	src.mount = (__u64)p.mnt;
	if (et_measures())
		et_src_measured(&src, et_path_measure(src.at, src.mount, src.fs));
	return src;
}

static __always_inline struct et_src et_src_cwd(const struct task_struct *task)
{
	struct fs_struct *fs = et_read(task, fs);

	return et_src_path(&fs->pwd, task);
}

static __always_inline void et_put_path_cap(struct et_emit *em, enum et_var_type type, __u32 cap,
					    const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;

	if (!src->at) {
		et_put_root(em, type, cap);
		return;
	}
	if (em->direct)
		et_path_direct(em, src);
	else if (et_path_begin(em->slot, et_build_at(em), src->at, src->mount, src->fs))
		et_path_rest(em, src->fs);
	et_var_end_walk(em, type, cap, em->direct ? src->orig : walk->orig);
}

#define et_put_path(em, NAME, src) et_put_path_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

/* The cgroup of @task in the pids controller's hierarchy; empty where there is none. */
static __always_inline struct et_src et_src_cgroup(const struct task_struct *task)
{
	const struct cgroup *cgroup;
	struct et_src src = {};

	/* The controller's number depends on the kernel's configuration. */
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id)) {
		int id = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);

		cgroup = et_read(task, cgroups, subsys[id], cgroup);
		src.at = et_read_address(cgroup, kn);
		if (src.at && !et_kernfs_parent((struct kernfs_node *)src.at))
			return et_src_root();
	}
	if (et_measures() && src.at)
		et_src_measured(&src, et_cgroup_measure(src.at));
	return src;
}

static __always_inline void et_put_cgroup(struct et_emit *em, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;

	if (!src->at && src->orig) {
		et_put_root(em, ET_VAR_PIDS_SS_CGROUP_PATH, ET_CAP_PIDS_SS_CGROUP_PATH);
		return;
	}
	walk->pos = walk->orig = walk->place.flags = 0;
	if (src->at && em->direct)
		et_cgroup_direct(em, src);
	else if (src->at && et_cgroup_begin(em->slot, et_build_at(em), src->at))
		et_cgroup_rest(em);
	et_var_end_walk(em, ET_VAR_PIDS_SS_CGROUP_PATH, ET_CAP_PIDS_SS_CGROUP_PATH,
			em->direct ? src->orig : walk->orig);
}

#endif /* ET_PATH_BPF_H */
