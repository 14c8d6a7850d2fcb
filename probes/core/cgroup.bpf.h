/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Builds the paths of cgroups, relative to the root of their hierarchy. */
#ifndef ET_CGROUP_BPF_H
#define ET_CGROUP_BPF_H

#include "probes/core/compat.bpf.h"
#include "probes/core/walk.bpf.h"

#define ET_CGROUP_STEPS 64 /* largest number of path components that are read */
#define ET_NAME_PIECE   64

/* Go from the cgroup at p->at to its parent, and copy the cgroup's name to @buf. */
static __always_inline enum et_step et_cgroup_step(struct et_place *p, char buf[ET_NAME_MAX + 1])
{
	struct kernfs_node *kn = (void *)p->at;
	struct kernfs_node *parent = et_kernfs_parent(kn);
	long len;

	/* Only the root cgroup has no parent. It has no name either. */
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

/* ---- the length of a path ------------------------------------------------------------- */

/*
 * Length in bytes of the cgroup's name at kernel address @name; 0 if it cannot be read. No scratch
 * memory is claimed yet, so the name is copied to the stack. It is copied in short pieces, because
 * a BPF program and all functions that it calls share 512 bytes of stack. Before 6.8, the verifier
 * also counts the stack of functions that are never called.
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

/* ---- building the path in scratch memory ---------------------------------------------- */

static __always_inline bool et_cgroup_chunk(struct et_walk *walk, char *tail)
{
	for (int i = 0; i < ET_CHUNK; i++)
		if (et_walk_tail(walk, et_cgroup_step(&walk->place, walk->name), tail))
			return true;
	return false;
}

__weak int et_cgroup_continue(__u32 slot, __u32 off, __u32 last)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 1;
	if (!et_cgroup_chunk(walk, dst + ET_TAIL) && !last)
		return 0;
	et_walk_settle(walk, dst);
	return 1;
}

static __always_inline void et_cgroup_rest(const struct et_emit *em)
{
	for (int i = ET_CGROUP_STEPS / ET_CHUNK - 2; i >= 0; i--)
		if (et_cgroup_continue(em->slot, et_build_at(em), !i))
			break;
}

__weak int et_cgroup_begin(__u32 slot, __u32 off, __u64 kn)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	et_walk_begin(walk, kn, 0, ET_TAIL);
	if (!et_cgroup_chunk(walk, dst + ET_TAIL))
		return 1;
	et_walk_settle(walk, dst);
	return 0;
}

/* ---- building the path in the record itself ----------------------------------------------- */

__weak int et_cgroup_part(__u32 slot)
{
	struct et_walk *walk = et_walk_of(slot);

	return walk ? et_walk_part(walk, et_cgroup_step(&walk->place, walk->name)) : ET_PART_LAST;
}

static __always_inline void et_cgroup_direct(struct et_emit *em, __u64 kn, __u32 size)
{
	struct et_walk *walk = &em->lane->walk;
	int i;

	et_walk_begin(walk, kn, 0, size);
	bpf_for (i, 0, ET_CGROUP_STEPS)
		if (et_walk_record(walk, et_cgroup_part(em->slot), &em->ptr, et_data_at(em)))
			break;
	et_walk_fill(walk, &em->ptr, et_data_at(em), size);
}

/* ---- for probes ------------------------------------------------------------------------- */

/*
 * A cgroup whose path becomes a field of a record. For the root cgroup, kn is 0 and orig is 1. If
 * there is no cgroup, both are 0.
 */
struct et_src_kn {
	__u64 kn;   /* address of the cgroup's kernfs_node */
	__u32 orig; /* length of the path in bytes; only set for the root, or if et_measures() */
};

/*
 * A task's cgroup in the hierarchy of the pids controller, and its cgroup in the version 2
 * hierarchy.
 */
struct et_src_cgroup {
	struct et_src_kn pids, unified;
};

static __always_inline struct et_src_kn et_src_kn(__u64 kn)
{
	struct et_src_kn src = { .kn = kn };

	if (kn && !et_kernfs_parent((struct kernfs_node *)kn)) {
		src.kn = 0;
		src.orig = 1;
	} else if (et_measures() && kn) {
		src.orig = et_cgroup_measure(kn);
		if (!src.orig)
			src.orig = 1;
	}
	/*
	 * Without et_hide(), the verifier would follow the rest of the program once for each case
	 * above.
	 */
	src.kn = et_hide(src.kn);
	src.orig = et_hide(src.orig);
	return src;
}

/*
 * Returns the two cgroups of @task whose paths become fields of a record. If the kernel has no pids
 * controller, both members of `pids` are 0.
 */
static __always_inline struct et_src_cgroup et_src_cgroup(const struct task_struct *task)
{
	struct et_src_cgroup src = {};
	const struct cgroup *cgroup;
	__u64 unified, pids = 0;

	cgroup = et_read(task, cgroups, dfl_cgrp);
	unified = et_read_address(cgroup, kn);
	/* The pids controller's number depends on the kernel's configuration. */
	if (bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id)) {
		int id = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id);

		cgroup = et_read(task, cgroups, subsys[id], cgroup);
		pids = et_read_address(cgroup, kn);
	}
	src.unified = et_src_kn(unified);
	/* The two cgroups are the same if the pids controller is in the version 2 hierarchy. */
	src.pids = pids == unified ? src.unified : et_src_kn(pids);
	return src;
}

static __always_inline __u32 et_kn_size(const struct et_src_kn *src)
{
	return et_min(src->orig, ET_TAIL);
}

/* Bytes of a record that the two cgroup paths take, with headers and padding. */
static __always_inline __u32 et_need_cgroup(const struct et_src_cgroup *src)
{
	return 2 * sizeof(struct et_var) + ET_VAR_ALIGNED(et_kn_size(&src->pids)) +
	       ET_VAR_ALIGNED(et_kn_size(&src->unified));
}

static __always_inline void et_put_kn(struct et_emit *em, enum et_var_type type, __u32 cap,
				      const struct et_src_kn *src)
{
	struct et_walk *walk = &em->lane->walk;

	if (!src->kn && src->orig) {
		et_put_root(em, type, cap);
		return;
	}
	walk->pos = walk->orig = walk->place.flags = 0;
	if (src->kn && em->direct)
		et_cgroup_direct(em, src->kn, et_kn_size(src));
	else if (src->kn && et_cgroup_begin(em->slot, et_build_at(em), src->kn))
		et_cgroup_rest(em);
	et_var_end_walk(em, type, cap, em->direct ? src->orig : walk->orig);
}

/*
 * Append the fields PIDS_SS_CGROUP_PATH and CGROUP_PATH. If both are the same cgroup, its path is
 * built twice. A copy would take more stack than BPF programs have on kernels before 6.13.
 */
static __always_inline void et_put_cgroup(struct et_emit *em, const struct et_src_cgroup *src)
{
	et_put_kn(em, ET_VAR_PIDS_SS_CGROUP_PATH, ET_CAP_PIDS_SS_CGROUP_PATH, &src->pids);
	et_put_kn(em, ET_VAR_CGROUP_PATH, ET_CAP_CGROUP_PATH, &src->unified);
}

#endif /* ET_CGROUP_BPF_H */
