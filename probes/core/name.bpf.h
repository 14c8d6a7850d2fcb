/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Builds paths from two parts: the dentry of a directory, and a string of one or more names after
 * it. Such a path describes a file that is deleted before it is recorded, or a path that the lookup
 * in probes/file did not resolve.
 */
#ifndef ET_NAME_BPF_H
#define ET_NAME_BPF_H

#include "probes/core/path.bpf.h"

/* A file's path: a dentry alone, or a dentry and a string after it. */
struct et_src_name {
	/* the dentry's path; dir.orig and dir.size include the string */
	struct et_src dir;
	__u64 name;  /* address of the string after the dentry's path */
	__u64 given; /* if `user` is false: address of the string, as a number, for path filters */
	__u32 len;   /* bytes of the string; 0: there is none, and the dentry is the file itself */
	__u16 user;  /* true if the string is in the process's memory, false: in the kernel's */
	/* true if no dentry was found for the path; path filters then let the event pass */
	__u16 given_up;
	__u32 flags;  /* enum et_var_flags to add to the field's flags */
	__u32 hidden; /* enum et_var_flags to remove from the field's flags */
};

#define ET_NAME_USER (1U << 31) /* one more bit of et_place::flags: the string is in user memory */

/*
 * Copy a slash and the string of @name to offset @room of the buffer @tail. Returns 0, or nonzero
 * if the string cannot be read.
 */
static __always_inline long et_name_tail(const struct et_place *name, char *tail, __u32 room)
{
	__u32 len = name->len;

	barrier_var(len);
	barrier_var(room);
	if (room >= ET_TAIL || len >= ET_TAIL)
		return -1;
	tail[room] = '/';
	if (name->flags & ET_NAME_USER)
		return et_probe_read_user(tail + room + 1, len, name->name);
	return bpf_probe_read_kernel(tail + room + 1, len, (void *)name->name);
}

/*
 * Begin to build a path in scratch memory, from its end. First write the string, then the last
 * ET_CHUNK components of the dentry's path before the string. The caller has put the dentry and the
 * string into the struct et_walk of the lane (work area). Returns true if the path has more
 * components.
 */
__weak int et_name_begin(__u32 slot, __u32 off, __u64 fs)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	__u32 len, room, flags = 0;

	if (!walk || !dst)
		return 0;
	len = walk->place.len;
	room = ET_TAIL;
	if (len) {
		room = ET_TAIL - 1 - (len & (ET_TAIL - 1));
		if (et_name_tail(&walk->place, dst + ET_TAIL, room)) {
			flags = ET_VAR_F_FAULT;
			room = ET_TAIL;
		}
	}
	et_path_walk(walk, walk->place.at, walk->place.mount, fs, room);
	walk->place.flags |= flags;
	walk->orig = ET_TAIL - room;
	if (!et_path_chunk(walk, dst + ET_TAIL, !len))
		return 1;
	et_walk_settle(walk, dst);
	return 0;
}

/*
 * Build the path of a directory and a string after it, in a record in the ring. If the string
 * cannot be read, build only the directory's path. Returns the path's length before the cut.
 */
static __always_inline __u32 et_name_direct(struct et_emit *em, const struct et_src_name *src)
{
	struct et_walk *walk = &em->lane->walk;
	__u32 size = src->dir.size, orig = src->dir.orig, room = size, flags = 0;
	char slash = '/';
	long err;
	int i;

	if (src->len) {
		__u32 at = et_data_at(em) + size - src->len;

		bpf_dynptr_write(&em->ptr, at - 1, &slash, 1, 0);
		err = src->user ? et_probe_read_user_dynptr(&em->ptr, at, src->len, src->name)
				: bpf_probe_read_kernel_dynptr(&em->ptr, at, src->len,
							       (void *)src->name);
		room -= src->len + 1;
		if (err) {
			flags = ET_VAR_F_FAULT;
			/*
			 * Remove the string and the slash before it. But if the directory is the
			 * root directory, this slash is the whole path and remains.
			 */
			size = et_max(size - src->len, 2) - 1;
			orig = et_max(orig - src->len, 2) - 1;
		}
	}
	et_path_walk(walk, src->dir.at, src->dir.mount, src->dir.fs, room);
	walk->place.flags |= flags;
	bpf_for (i, 0, ET_PATH_STEPS)
		if (et_walk_record(walk, et_path_part(em->slot, i + src->len), &em->ptr,
				   et_data_at(em)))
			break;
	et_walk_fill(walk, &em->ptr, et_data_at(em), size);
	return orig;
}

/*
 * Measure the path that @src describes. Its length is that of the dentry's path. If @src has a
 * string, the length also includes a slash and the string.
 */
static __always_inline void et_src_name_measure(struct et_src_name *src)
{
	__u32 orig;

	if (!et_measures())
		return;
	orig = et_path_measure(src->dir.at, src->dir.mount, src->dir.fs);
	et_src_measured(&src->dir, src->len ? orig + 1 + src->len : orig);
}

/*
 * Set @src to the path of the file @name in the directory @dentry of @mount, as @task sees it.
 * @len, the length of @name in bytes, is below ET_TAIL. If @len is 0, @dentry is the file itself.
 * The caller passes @src because the stack has no room for a copy.
 */
static __always_inline void et_src_name_set(struct et_src_name *src, __u64 dentry, __u64 mount,
					    const struct task_struct *task, __u64 name, __u32 len,
					    bool user)
{
	src->dir.at = dentry;
	src->dir.mount = mount;
	src->dir.fs = et_read_address(task, fs);
	src->dir.orig = src->dir.size = 0;
	src->name = name;
	src->given = 0;
	src->len = len & (ET_TAIL - 1);
	src->user = user;
	src->given_up = 0;
	src->flags = src->hidden = 0;
	et_src_name_measure(src);
}

static __always_inline void et_put_name_cap(struct et_emit *em, enum et_var_type type, __u32 cap,
					    const struct et_src_name *src)
{
	struct et_walk *walk = &em->lane->walk;
	__u32 orig;

	if (em->direct) {
		orig = et_name_direct(em, src);
	} else {
		walk->place.at = src->dir.at;
		walk->place.mount = src->dir.mount;
		walk->place.name = src->name;
		walk->place.len = src->len;
		walk->place.flags = src->user ? ET_NAME_USER : 0;
		if (et_name_begin(em->slot, et_build_at(em), src->dir.fs))
			et_path_rest(em);
		orig = walk->orig;
	}
	walk->place.flags = (walk->place.flags & ~src->hidden) | src->flags;
	et_var_end_walk(em, type, cap, orig);
}

#define et_put_name(em, NAME, src) et_put_name_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_NAME_BPF_H */
