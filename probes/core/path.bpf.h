/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds the paths of files, as a process sees them. The field has a flag if the path does not lead
 * to the process's root directory, and a flag if the file is unlinked.
 */
#ifndef ET_PATH_BPF_H
#define ET_PATH_BPF_H

#include "probes/core/walk.bpf.h"

#define ET_PATH_STEPS 128 /* largest number of path components and mounts that are read */

/*
 * Begin to build a path. It ends with the dentry @at of the vfsmount @mount, and begins at the root
 * directory of the fs_struct @fs. It gets at most @room bytes.
 */
static __always_inline void et_path_walk(struct et_walk *walk, __u64 at, __u64 mount, __u64 fs,
					 __u32 room)
{
	const struct path *root = &((struct fs_struct *)fs)->root;

	et_walk_begin(walk, at, mount, room);
	bpf_core_read(&walk->place.root_dentry, sizeof(__u64), &root->dentry);
	bpf_core_read(&walk->place.root_mount, sizeof(__u64), &root->mnt);
}

/*
 * Go from the dentry at p->at to its parent. Such steps lead from a file to the process's root
 * directory. @first is true for the first step, which begins at the file itself.
 */
static __always_inline enum et_step et_path_step(struct et_place *p, bool first)
{
	struct dentry *dentry = (void *)p->at, *parent;
	struct vfsmount *mnt = (void *)p->mount;

	if (p->at == p->root_dentry && p->mount == p->root_mount)
		return ET_STEP_END;
	parent = (struct dentry *)et_read_address(dentry, d_parent);
	if (dentry == et_read(mnt, mnt_root)) {
		struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
		struct mount *up = (struct mount *)et_read_address(m, mnt_parent);

		/*
		 * This mount has no parent mount, and no step has reached the process's root
		 * directory. So no path of the process leads to the file.
		 */
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
	/*
	 * Only the file itself can be unlinked: its parent directories exist as long as it does.
	 * This is the test of the kernel's d_unlinked().
	 */
	if (first && !et_read(dentry, d_hash.pprev))
		p->flags |= ET_VAR_F_DELETED;
	bpf_core_read(&p->name, sizeof(p->name), &dentry->d_name.name);
	p->len = et_read(dentry, d_name.len) & ET_NAME_MAX;
	p->at = (__u64)parent;
	/*
	 * The dentry of a file that never had a path, such as a memfd, is its own parent. It has
	 * only a name.
	 */
	return dentry == parent ? ET_STEP_LAST : ET_STEP_NAME;
}

/* ---- the length of a path ------------------------------------------------------------- */

/*
 * Length in bytes of the whole path, before any cut. The steps are those of et_path_step(), with
 * fewer branches. The state is in registers, not in memory, because no scratch memory is claimed
 * yet. So the verifier follows every branch of every step.
 *
 * If the emit mode needs no lengths, no caller calls this function. But kernels before 6.8 also
 * verify functions that are never called (commit 2afae08c9dcb, "bpf: Validate global subprogs
 * lazily"). The check of the mode at the beginning saves these kernels the verification of the
 * loop.
 *
 * No branch depends on the sum of the lengths. Otherwise the verifier would follow the rest of the
 * loop separately for each sum.
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

/* ---- building the path in scratch memory ---------------------------------------------- */

static __always_inline bool et_path_chunk(struct et_walk *walk, char *tail, bool first)
{
	for (int i = 0; i < ET_CHUNK; i++)
		if (et_walk_tail(walk, et_path_step(&walk->place, first && !i), tail))
			return true;
	return false;
}

/*
 * Add the next ET_CHUNK components of a path in scratch memory, from its end to its beginning.
 * Returns true if the path is complete. If @last is true, the path ends here, even if it is
 * incomplete.
 */
__weak int et_path_continue(__u32 slot, __u32 off, __u32 last)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 1;
	if (!et_path_chunk(walk, dst + ET_TAIL, false) && !last)
		return 0;
	et_walk_settle(walk, dst);
	return 1;
}

/*
 * Add the components of a path that come before its last ET_CHUNK ones; most paths have none.
 * Inline, because nested function calls share 512 bytes of stack.
 */
static __always_inline void et_path_rest(const struct et_emit *em)
{
	for (int i = ET_PATH_STEPS / ET_CHUNK - 2; i >= 0; i--)
		if (et_path_continue(em->slot, et_build_at(em), !i))
			break;
}

/*
 * Begin to build a path in scratch memory, with its last ET_CHUNK components. Returns true if the
 * path has more components.
 */
__weak int et_path_begin(__u32 slot, __u32 off, __u64 at, __u64 mount, __u64 fs)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	et_path_walk(walk, at, mount, fs, ET_TAIL);
	if (!et_path_chunk(walk, dst + ET_TAIL, true))
		return 1;
	et_walk_settle(walk, dst);
	return 0;
}

/* ---- building the path in the record itself ----------------------------------------------- */

__weak int et_path_part(__u32 slot, __u32 i)
{
	struct et_walk *walk = et_walk_of(slot);

	return walk ? et_walk_part(walk, et_path_step(&walk->place, !i)) : ET_PART_LAST;
}

static __always_inline void et_path_direct(struct et_emit *em, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;
	int i;

	et_path_walk(walk, src->at, src->mount, src->fs, src->size);
	bpf_for (i, 0, ET_PATH_STEPS)
		if (et_walk_record(walk, et_path_part(em->slot, i), &em->ptr, et_data_at(em)))
			break;
	et_walk_fill(walk, &em->ptr, et_data_at(em), src->size);
}

/* ---- for probes ------------------------------------------------------------------------- */

/* Describe a field with the path of the file @path, from the root directory of @task. */
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
		et_path_rest(em);
	et_var_end_walk(em, type, cap, em->direct ? src->orig : walk->orig);
}

#define et_put_path(em, NAME, src) et_put_path_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_PATH_BPF_H */
