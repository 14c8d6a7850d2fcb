/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds the paths of files, as a process sees them. A path gets a flag if it does not lead to the
 * process's root, or if its file is unlinked.
 */
#ifndef ET_PATH_BPF_H
#define ET_PATH_BPF_H

#include "probes/core/walk.bpf.h"

#define ET_PATH_STEPS 128 /* path components and mounts after which a walk ends */

/*
 * Begin a walk from the dentry @at of the vfsmount @mount to the root of the fs_struct @fs. @room:
 * bytes for the path.
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
 * One step of a walk from a file to the process's root. @first: the walk is still at the file
 * itself.
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
		 * The walk has reached the topmost mount or a detached one, without meeting the
		 * process's root.
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
	 * Only the file itself can be unlinked: its parents exist as long as it does. The test is
	 * that of the kernel's d_unlinked().
	 */
	if (first && !et_read(dentry, d_hash.pprev))
		p->flags |= ET_VAR_F_DELETED;
	bpf_core_read(&p->name, sizeof(p->name), &dentry->d_name.name);
	p->len = et_read(dentry, d_name.len) & ET_NAME_MAX;
	p->at = (__u64)parent;
	/* A file that never had a path, such as a memfd, is its own parent and has only a name. */
	return dentry == parent ? ET_STEP_LAST : ET_STEP_NAME;
}

/* ---- measured --------------------------------------------------------------------------- */

/*
 * Length in bytes of a path that is not cut. The steps are those of et_path_step() with fewer
 * branches. The state is not in memory, because no lane is held yet; so the verifier follows every
 * branch of every step. If the emit mode needs no lengths, the function returns at once: kernels
 * before 6.8 verify also functions that are never called (commit 2afae08c9dcb, "bpf: Validate
 * global subprogs lazily").
 *
 * Lengths are only added, never compared: the verifier does not distinguish rounds of the loop by a
 * sum on which no branch depends.
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

/* ---- in scratch -------------------------------------------------------------------------- */

static __always_inline bool et_path_chunk(struct et_walk *walk, char *tail, bool first)
{
	for (int i = 0; i < ET_CHUNK; i++)
		if (et_walk_tail(walk, et_path_step(&walk->place, first && !i), tail))
			return true;
	return false;
}

/*
 * Do the next chunk of a path's walk in scratch memory. Returns true if the walk is complete, or if
 * @last forbids further chunks.
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
 * All chunks of a path's walk after the first; most paths have only one. Inline, so that no further
 * function is on the stack: nested calls share 512 bytes of stack.
 */
static __always_inline void et_path_rest(const struct et_emit *em)
{
	for (int i = ET_PATH_STEPS / ET_CHUNK - 2; i >= 0; i--)
		if (et_path_continue(em->slot, et_build_at(em), !i))
			break;
}

/* Begin to build a path in scratch memory: the first chunk. Returns true if the path has more. */
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

/* The source of @path, as @task sees it from its root directory. */
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
