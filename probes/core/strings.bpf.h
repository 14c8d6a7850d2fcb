/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Strings of the current process that a system call was given: one, or an array of pointers to
 * them. Their lengths are nowhere; who needs them beforehand reads them twice.
 */
#ifndef ET_STRINGS_BPF_H
#define ET_STRINGS_BPF_H

#include "probes/core/put.bpf.h"

/* Strings of an array that are looked at. */
#define ET_USER_STRINGS 256
/* ... at a time: see ET_LEG. */
#define ET_STRINGS_LEG 16
/* A string is measured in pieces. */
#define ET_PIECE 128

/*
 * As bpf_probe_read_user_str(), which up to 6.15 gives 0 for an empty string instead of the 1 for
 * its terminator (changed by "maccess: fix strncpy_from_user_nofault() empty string handling").
 */
static __always_inline long et_read_user_str(void *dst, __u32 size, const void *src)
{
	long n = bpf_probe_read_user_str(dst, size, src);

	return n ? n : 1;
}

/*
 * Bytes of a string without its terminator; of one over the largest cap, more than that. -1: it
 * cannot be read to its end.
 */
__weak int et_user_strlen(__u64 str)
{
	char piece[ET_PIECE];
	__u32 len = 0;

	for (int i = 0; i <= ET_CAP_ARGV / (ET_PIECE - 1); i++) {
		long n = et_read_user_str(piece, sizeof(piece), (void *)(str + len));

		if (n <= 0)
			return -1;
		/* The helper ends a piece with a terminator also where the string goes on. */
		len += n - 1;
		if (n < sizeof(piece))
			break;
	}
	return len;
}

/*
 * Bytes of an array's strings with their terminators. One that cannot be read is taken for empty:
 * there is then room for coming upon it when the strings are copied.
 */
__weak int et_user_strings_len(__u64 array)
{
	__u32 sum = 0;
	__u64 str;

	for (int i = 0; i < ET_USER_STRINGS; i++) {
		if (bpf_probe_read_user(&str, sizeof(str), (void *)(array + i * sizeof(str))) ||
		    !str)
			break;
		sum += et_user_strlen(str) + 1;
	}
	return sum;
}

/* What a string takes of a record. */
__weak __u32 et_str_size(int len, __u32 cap)
{
	return len < 0 ? 0 : len < cap ? len : cap;
}

static __always_inline struct et_src et_src_user_str(__u64 str, __u32 cap)
{
	struct et_src src = { .at = str };

	if (et_measures())
		src.size = et_str_size(et_user_strlen(str), cap);
	return src;
}

static __always_inline struct et_src et_src_user_strings(__u64 array, __u32 cap)
{
	struct et_src src = { .at = array };

	if (et_measures())
		src.size = et_min(et_user_strings_len(array), cap);
	return src;
}

/* One string. Of one that fills the cap it is not known how much longer it is. */
static __always_inline void et_put_user_str_cap(struct et_emit *em, enum et_var_type type,
						__u32 cap, const struct et_src *src)
{
	__u32 size = src->size < cap ? src->size : cap;
	__u16 flags = 0;
	char *dst, last;
	long len;

	if (em->direct) {
		/* Also of an empty one there is a byte to read: its terminator. */
		if (size ? bpf_probe_read_user_dynptr(&em->ptr, et_data_at(em), size,
						      (void *)src->at)
			 : bpf_probe_read_user(&last, 1, (void *)src->at)) {
			flags = ET_VAR_F_FAULT;
			size = 0;
		}
	} else {
		dst = et_var_begin(em);
		if (!dst)
			return;
		len = et_read_user_str(dst, cap + 1, (void *)src->at);
		if (len <= 0)
			flags = ET_VAR_F_FAULT;
		size = len > 0 ? len - 1 : 0;
	}
	if (size >= cap)
		flags = ET_VAR_F_PARTIAL;
	et_var_end(em, type, cap, size, size, flags);
}

#define et_put_user_str(em, NAME, src) et_put_user_str_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

/* One string of an array behind what is there. Returns whether there is one, and room for it. */
static __always_inline bool et_string_next(struct et_walk *walk, __u64 array, int i, __u32 cap,
					   __u64 *ret_str)
{
	*ret_str = 0;
	if (bpf_probe_read_user(ret_str, sizeof(*ret_str),
				(void *)(array + i * sizeof(*ret_str)))) {
		walk->place.flags = ET_VAR_F_FAULT;
		return false;
	}
	if (!*ret_str)
		return false;
	if (i >= ET_USER_STRINGS || walk->pos >= cap) {
		walk->place.flags = ET_VAR_F_PARTIAL;
		return false;
	}
	return true;
}

static __always_inline bool et_string_took(struct et_walk *walk, __u32 done, long len, __u32 cap)
{
	if (len < 0) {
		walk->place.flags = ET_VAR_F_FAULT;
		return false;
	}
	walk->pos = done + len;
	if (walk->pos > cap) {
		walk->pos = cap;
		walk->place.flags = ET_VAR_F_PARTIAL;
		return false;
	}
	return true;
}

/* Some strings of an array, from number @first on. Returns whether these were the last. */
__weak int et_read_some_strings(__u32 slot, __u32 off, __u64 array, __u32 first)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	__u64 str;

	if (!walk || !dst)
		return 1;
	for (int i = 0; i < ET_STRINGS_LEG; i++) {
		__u32 done;
		long len;

		if (!et_string_next(walk, array, first + i, ET_CAP_ARGV, &str))
			return 1;
		done = walk->pos;
		barrier_var(done);
		if (done >= ET_CAP_ARGV)
			return 1;
		len = et_read_user_str(dst + done, ET_CAP_ARGV, (void *)str);
		if (!et_string_took(walk, done, len, ET_CAP_ARGV))
			return 1;
	}
	return 0;
}

__weak int et_read_user_strings(__u32 slot, __u32 off, __u64 array)
{
	struct et_walk *walk = et_walk_of(slot);

	if (!walk)
		return 0;
	walk->pos = walk->place.flags = 0;
	for (__u32 i = 0; i <= ET_USER_STRINGS; i += ET_STRINGS_LEG)
		if (et_read_some_strings(slot, off, array, i))
			break;
	return 0;
}

static __noinline int et_read_user_strings_direct(struct bpf_dynptr *ptr, struct et_walk *walk,
						  __u32 off, __u64 array, __u32 size)
{
	char last = 0;
	__u64 str;
	int i;

	walk->pos = walk->place.flags = 0;
	bpf_for (i, 0, ET_USER_STRINGS + 1) {
		__u32 done = walk->pos;
		long len;

		if (!et_string_next(walk, array, i, size, &str) || done >= size)
			break;
		len = bpf_probe_read_user_str_dynptr(ptr, off + done, size - done, (void *)str);
		/*
		 * It ends what it copies with a terminator also where the string goes on. Whoever
		 * cuts a string in scratch has a byte of it there.
		 */
		if (len == size - done && !bpf_probe_read_user(&last, 1, (void *)(str + len - 1)) &&
		    last) {
			bpf_dynptr_write(ptr, off + size - 1, &last, 1, 0);
			len++;
		}
		if (!et_string_took(walk, done, len, size))
			break;
	}
	return 0;
}

/* Strings as a list. */
static __always_inline void et_put_user_strings_cap(struct et_emit *em, enum et_var_type type,
						    __u32 cap, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;

	walk->pos = walk->place.flags = 0;
	if (src->at && em->direct)
		et_read_user_strings_direct(&em->ptr, walk, et_data_at(em), src->at, src->size);
	else if (src->at)
		et_read_user_strings(em->slot, et_build_at(em), src->at);
	et_var_end_walk(em, type, cap, walk->pos);
}

#define et_put_user_strings(em, NAME, src) \
	et_put_user_strings_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_STRINGS_BPF_H */
