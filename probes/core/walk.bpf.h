/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds paths of files (path.bpf.h), of files with a string appended (name.bpf.h), and of cgroups
 * (cgroup.bpf.h).
 *
 * The kernel keeps a path as a chain from its last component to its first, so paths are built in
 * this order. If a path has too many bytes or components, its beginning is missing and the field is
 * flagged. Files can be renamed meanwhile, but the memory of the names stays readable until the BPF
 * program ends (RCU). So in the worst case the result is a path that never existed as a whole.
 */
#ifndef ET_WALK_BPF_H
#define ET_WALK_BPF_H

#include "probes/core/put.bpf.h"

/*
 * Number of path components that one call of a global function adds to a path. The verifier would
 * follow each iteration of a single long loop, but it checks a global function only once.
 */
#define ET_CHUNK    8
#define ET_NAME_MAX 255 /* largest number of bytes of the name of a file (NAME_MAX) or cgroup */

/*
 * Size in bytes of the buffer in which a path is built, from its end backwards. The buffer is in
 * scratch memory, ET_TAIL bytes after the start of the field's data. The finished path is then
 * copied to the field's data.
 */
#define ET_TAIL 4096

/* The result of one step from a file or cgroup towards the root directory or root cgroup. */
enum et_step {
	ET_STEP_MORE, /* no name, because a mount point was crossed; there are more steps */
	ET_STEP_NAME, /* a name; there are more steps */
	ET_STEP_LAST, /* a name, and it is the path's first */
	ET_STEP_END,  /* no name: the root directory or root cgroup is reached */
};

/*
 * Set the length of a path to the measured @orig bytes. The root has no name, so 0 bytes are
 * measured, but its path is a slash.
 */
static __always_inline void et_src_measured(struct et_src *src, __u32 orig)
{
	src->orig = et_hide(orig ? orig : 1);
	src->size = et_min(src->orig, ET_TAIL);
}

static __always_inline void et_walk_begin(struct et_walk *walk, __u64 at, __u64 mount, __u32 room)
{
	walk->place.at = at;
	walk->place.mount = mount;
	walk->place.flags = ET_VAR_F_PARTIAL; /* cleared when the path is complete */
	walk->pos = room;
	walk->orig = 0;
	walk->full = 0;
}

/*
 * Make room for the name that the last step found, before the part of the path that is already
 * built. @step is the result of that step. If the name and a slash do not fit, only the end of the
 * name is kept. Returns true if something must be written at walk->pos.
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

static __always_inline bool et_walk_done(struct et_walk *walk, enum et_step step)
{
	if (step != ET_STEP_END && step != ET_STEP_LAST)
		return false;
	if (!walk->full)
		walk->place.flags &= ~ET_VAR_F_PARTIAL;
	return true;
}

/* ---- in scratch memory ---------------------------------------------------------------- */

/*
 * Write the name that the last step found, if any, before the part of the path that is already in
 * @tail. @step is the result of that step. Returns true if the path is complete.
 */
static __always_inline bool et_walk_tail(struct et_walk *walk, enum et_step step, char *tail)
{
	__u32 pos, len;

	if (et_walk_took(walk, step)) {
		pos = walk->pos;
		len = walk->place.len;
		barrier_var(pos);
		barrier_var(len);
		if (pos < ET_TAIL && len <= ET_NAME_MAX) {
			tail[pos] = '/';
			bpf_probe_read_kernel(tail + pos + !walk->full, len,
					      (void *)walk->place.name);
		}
	}
	return et_walk_done(walk, step);
}

static __always_inline void et_walk_settle(struct et_walk *walk, char *dst)
{
	__u32 pos = walk->pos, size;

	barrier_var(pos);
	if (pos >= ET_TAIL) {
		dst[0] = '/';
		walk->pos = walk->orig = 1;
		return;
	}
	size = ET_TAIL - pos;
	barrier_var(size);
	if (size <= ET_TAIL)
		bpf_probe_read_kernel(dst, size, dst + ET_TAIL + pos);
	walk->pos = size;
}

/* ---- in a record in the ring ---------------------------------------------------------- */

/*
 * Bits that tell what to write into a record in the ring after one step. In such a record, a path
 * is built backwards from the end of its measured size.
 *
 * A global function, which the verifier checks once, does the step and returns these bits. Its
 * caller writes the bytes, in a loop with bpf_for(), of which the verifier checks one iteration.
 * All kernels that support ET_EMIT_DIRECT have bpf_for().
 */
enum et_part {
	ET_PART_NAME = 1,  /* write a name at walk->pos */
	ET_PART_SLASH = 2, /* write a slash before the name */
	ET_PART_LAST = 4,
};

static __always_inline int et_walk_part(struct et_walk *walk, enum et_step step)
{
	int part = 0;

	if (et_walk_took(walk, step))
		part |= walk->full ? ET_PART_NAME : ET_PART_NAME | ET_PART_SLASH;
	if (et_walk_done(walk, step))
		part |= ET_PART_LAST;
	return part;
}

static __always_inline bool et_walk_record(struct et_walk *walk, int part, struct bpf_dynptr *ptr,
					   __u32 off)
{
	char slash = '/';

	if (part & ET_PART_SLASH)
		bpf_dynptr_write(ptr, off + walk->pos, &slash, 1, 0);
	if (part & ET_PART_NAME)
		bpf_probe_read_kernel_dynptr(ptr, off + walk->pos + !!(part & ET_PART_SLASH),
					     walk->place.len, (void *)walk->place.name);
	return part & ET_PART_LAST;
}

/*
 * If the path has become shorter since it was measured, the first bytes of its measured size are
 * unused: fill them with slashes.
 */
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
	bpf_for (i, 0, ET_TAIL / sizeof(slashes)) {
		__u32 n = walk->pos < sizeof(slashes) ? walk->pos : sizeof(slashes);

		barrier_var(n);
		if (!n || n > sizeof(slashes))
			break;
		walk->pos -= n;
		bpf_dynptr_write(ptr, off + walk->pos, slashes, n, 0);
	}
	walk->pos = size;
}

/* ---- the path of the root ------------------------------------------------------------- */

/*
 * Describes the path "/" of a file. et_put_root() writes this frequent path, also for cgroups,
 * without reading any dentry.
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

#endif /* ET_WALK_BPF_H */
