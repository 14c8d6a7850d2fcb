/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Appends fields from strings that the current process has passed to a system call: one string, or
 * an array of pointers to strings. The kernel does not store the lengths. So in emit modes that
 * need lengths in advance, the strings are read twice.
 */
#ifndef ET_STRINGS_BPF_H
#define ET_STRINGS_BPF_H

#include "probes/core/put.bpf.h"

/* Largest number of strings of an array, such as argv, that are read. */
#define ET_USER_STRINGS 256
/*
 * Number of strings that one call of et_read_some_strings() copies. The verifier checks this global
 * function once; it would follow each iteration of a single long loop.
 */
#define ET_STRINGS_LEG 16
/* A string's length is measured by copying it to the stack in pieces of this many bytes. */
#define ET_PIECE 96

/*
 * Copy a string from user memory by et_probe_read_user_str(). For an empty string the result is
 * always 1, the size of its NUL byte. The helper itself returns 0 before the change "maccess: fix
 * strncpy_from_user_nofault() empty string handling" in 6.15.
 */
static __always_inline long et_read_user_str(void *dst, __u32 size, __u64 at)
{
	long n = et_probe_read_user_str(dst, size, at);

	return n ? n : 1;
}

/*
 * Length in bytes of the string at user address @str. A result above ET_CAP_ARGV only means that
 * the string is longer than ET_CAP_ARGV. -1 if the string cannot be read to its end.
 */
__weak int et_user_strlen(__u64 str)
{
	char piece[ET_PIECE];
	__u32 len = 0;

	for (int i = 0; i <= ET_CAP_ARGV / (ET_PIECE - 1); i++) {
		long n = et_read_user_str(piece, sizeof(piece), str + len);

		if (n <= 0)
			return -1;
		/* The helper ends each piece with a NUL byte, even if the string continues. */
		len += n - 1;
		if (n < sizeof(piece))
			break;
	}
	return len;
}

/*
 * Size in bytes of the user string @str with its NUL byte. The result is @max + 1 if the string
 * does not end within @max bytes, and -1 if these bytes cannot be read. If the string does not
 * change, et_read_user_str() later copies min(result, @max) bytes.
 */
__weak int et_user_str_size(__u64 str, __u32 max)
{
	char piece[ET_PIECE], last = 0;
	__u32 done = 0;

	if (!et_measures())
		return 0;
	for (int i = 0; i <= ET_CAP_ARGV / (ET_PIECE - 2); i++) {
		__u32 size = et_min(max - done, sizeof(piece) - 1);
		long n;

		/* Never true; the verifier needs the check. */
		barrier_var(size);
		if (size >= sizeof(piece))
			return -1;
		n = et_probe_read_user_str(piece, size, str + done);
		if (n < 0)
			return -1;
		/*
		 * An empty string has size 1, as in et_read_user_str(). There is no branch here,
		 * because each branch doubles the paths that the verifier follows.
		 */
		n = et_max(n, 1);
		if (n < size)
			return done + n;
		/* The helper ends each piece with a NUL byte, even if the string continues. */
		if (done + size >= max)
			break;
		done += size - 1;
	}
	if (et_probe_read_user(&last, 1, str + max - 1))
		return -1;
	return last ? max + 1 : max;
}

/*
 * et_user_strings_size() returns two values in one number: a size in the low bits, and flags (enum
 * et_var_flags) from this bit on.
 */
#define ET_STRINGS_FLAGS_SHIFT 16
_Static_assert(ET_CAP_ARGV < 1 << ET_STRINGS_FLAGS_SHIFT, "a size and flags in one number");

/*
 * Measure the strings of a user array that et_put_user_strings() will copy. The function stops
 * before a string that cannot be read, and after a string that does not fit into @cap bytes.
 * Returns the total size in bytes of the measured strings, and the field's flags <<
 * ET_STRINGS_FLAGS_SHIFT.
 */
__weak __u32 et_user_strings_size(__u64 array, __u32 cap)
{
	__u32 sum = 0, flags = 0;
	__u64 str;

	if (!et_measures())
		return 0;
	for (int i = 0; i <= ET_USER_STRINGS; i++) {
		int size;

		if (et_probe_read_user(&str, sizeof(str), array + i * sizeof(str))) {
			flags = ET_VAR_F_FAULT;
			break;
		}
		if (!str)
			break;
		if (i == ET_USER_STRINGS || sum >= cap) {
			flags = ET_VAR_F_PARTIAL;
			break;
		}
		size = et_user_str_size(str, cap - sum);
		if (size < 0) {
			flags = ET_VAR_F_FAULT;
			break;
		}
		sum += size;
		if (sum > cap) {
			sum = cap;
			flags = ET_VAR_F_PARTIAL;
			break;
		}
	}
	return sum | flags << ET_STRINGS_FLAGS_SHIFT;
}

static __always_inline struct et_src et_src_user_str(__u64 str, __u32 cap)
{
	struct et_src src = { .at = str };
	__s64 size;

	if (et_measures()) {
		/* The size includes the NUL byte, which the field does not contain. */
		size = et_user_str_size(str, cap + 1);
		/*
		 * There are no branches here, because each branch doubles the paths that the
		 * verifier follows. Size -1 means that the string cannot be read.
		 */
		src.flags = size >> 63 & ET_VAR_F_FAULT;
		src.size = et_min(et_max(size, 1) - 1, cap);
	}
	return src;
}

static __always_inline struct et_src et_src_user_strings(__u64 array, __u32 cap)
{
	struct et_src src = { .at = array };
	__u32 measured;

	if (array && et_measures()) {
		measured = et_user_strings_size(array, cap);
		src.flags = measured >> ET_STRINGS_FLAGS_SHIFT;
		src.size = et_min(measured & ((1 << ET_STRINGS_FLAGS_SHIFT) - 1), cap);
	}
	return src;
}

/*
 * Append one string as a field of at most @cap bytes. A longer string is not read to its end, so
 * its length is unknown.
 */
static __always_inline void et_put_user_str_cap(struct et_emit *em, enum et_var_type type,
						__u32 cap, const struct et_src *src)
{
	__u32 size = src->size < cap ? src->size : cap;
	__u16 flags = 0;
	char *dst;
	long len;

	if (em->direct) {
		flags = src->flags;
		if (size && et_probe_read_user_dynptr(&em->ptr, et_data_at(em), size, src->at)) {
			flags = ET_VAR_F_FAULT;
			size = 0;
		}
	} else {
		dst = et_var_begin(em);
		if (!dst)
			return;
		len = et_read_user_str(dst, cap + 1, src->at);
		if (len <= 0)
			flags = ET_VAR_F_FAULT;
		size = len > 0 ? len - 1 : 0;
	}
	if (size >= cap)
		flags = ET_VAR_F_PARTIAL;
	et_var_end(em, type, cap, size, size, flags);
}

#define et_put_user_str(em, NAME, src) et_put_user_str_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

/*
 * Read the pointer to string @i of the user array @array into *ret_str. Returns true if the array
 * has such a string, and the field has room for more.
 */
static __always_inline bool et_string_next(struct et_walk *walk, __u64 array, int i, __u32 cap,
					   __u64 *ret_str)
{
	*ret_str = 0;
	if (et_probe_read_user(ret_str, sizeof(*ret_str), array + i * sizeof(*ret_str))) {
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

/*
 * Update the size of a field of @done bytes after a string of @len bytes was copied. @len < 0 means
 * that the string could not be read. Returns true if more strings may follow.
 */
static __always_inline bool et_string_took(struct et_walk *walk, __u32 done, long len)
{
	if (len < 0) {
		walk->place.flags = ET_VAR_F_FAULT;
		return false;
	}
	walk->pos = done + len;
	return true;
}

/*
 * Copy up to ET_STRINGS_LEG strings of a user array to a field in scratch memory, from string
 * number @first on. Returns true if no string is left to copy.
 */
__weak int et_read_some_strings(__u32 slot, __u32 off, __u64 array, __u32 first)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);
	__u64 str;

	if (!walk || !dst)
		return 1;
	for (int i = 0; i < ET_STRINGS_LEG; i++) {
		__u32 done, room;
		long len;

		if (!et_string_next(walk, array, first + i, ET_CAP_ARGV, &str))
			return 1;
		done = walk->pos;
		barrier_var(done);
		if (done >= ET_CAP_ARGV)
			return 1;
		room = ET_CAP_ARGV - done;
		len = et_read_user_str(dst + done, room, str);
		/*
		 * The string fills the room exactly, or is longer. In both cases, the last byte of
		 * the copy is a NUL byte. Read this byte of the process's string again: if it is
		 * not NUL there, the string is longer.
		 */
		if (len == room) {
			et_probe_read_user(dst + ET_CAP_ARGV - 1, 1, str + room - 1);
			if (dst[ET_CAP_ARGV - 1])
				walk->place.flags = ET_VAR_F_PARTIAL;
		}
		if (!et_string_took(walk, done, len) || walk->place.flags)
			return 1;
	}
	return 0;
}

/* Inline, because nested function calls share 512 bytes of stack. */
static __always_inline void et_read_user_strings(const struct et_emit *em, __u64 array)
{
	em->lane->walk.place.flags = 0;
	for (__u32 i = 0; i <= ET_USER_STRINGS; i += ET_STRINGS_LEG)
		if (et_read_some_strings(em->slot, et_build_at(em), array, i))
			break;
}

/*
 * Copy the strings of a user array into a record in the ring. @size is their total size in bytes,
 * from et_user_strings_size().
 */
static __noinline int et_read_user_strings_direct(struct bpf_dynptr *ptr, struct et_walk *walk,
						  __u32 off, __u64 array, __u32 size)
{
	char last = 0;
	__u64 str;
	int i;

	walk->pos = 0;
	bpf_for (i, 0, ET_USER_STRINGS) {
		__u32 done = walk->pos;
		long len;

		if (done >= size || !et_string_next(walk, array, i, size, &str))
			break;
		len = et_probe_read_user_str_dynptr(ptr, off + done, size - done, str);
		/*
		 * If the string continues, the helper has overwritten the last byte with a NUL
		 * byte: store the real byte.
		 */
		if (len == size - done && !et_probe_read_user(&last, 1, str + len - 1) && last)
			bpf_dynptr_write(ptr, off + size - 1, &last, 1, 0);
		if (!et_string_took(walk, done, len))
			break;
	}
	return 0;
}

/* Append the strings of a user array as one field. */
static __always_inline void et_put_user_strings_cap(struct et_emit *em, enum et_var_type type,
						    __u32 cap, const struct et_src *src)
{
	struct et_walk *walk = &em->lane->walk;

	walk->pos = 0;
	walk->place.flags = src->flags;
	if (src->at && em->direct)
		et_read_user_strings_direct(&em->ptr, walk, et_data_at(em), src->at, src->size);
	else if (src->at)
		et_read_user_strings(em, src->at);
	et_var_end_walk(em, type, cap, walk->pos);
}

#define et_put_user_strings(em, NAME, src) \
	et_put_user_strings_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_STRINGS_BPF_H */
