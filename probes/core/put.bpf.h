/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Variable-length fields that are copied as they are: from user memory and from the kernel's. */
#ifndef ET_PUT_BPF_H
#define ET_PUT_BPF_H

#include "probes/core/emit.bpf.h"

#define ET_PAGE 4096

/*
 * What of user memory can be read, page by page, when all of it at once cannot: a program cannot
 * wait for a page that is not there. Leaves in walk->pos how many bytes it got.
 */
__weak int et_read_user_pages(__u32 slot, __u32 off, __u64 src, __u32 len)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	walk->pos = 0;
	for (int i = 0; i <= ET_CAP_ENV / ET_PAGE; i++) {
		__u32 done = walk->pos, left = len - done;
		__u32 n = ET_PAGE - ((src + done) & (ET_PAGE - 1));

		if (n > left)
			n = left;
		barrier_var(done);
		barrier_var(n);
		if (!n || n > ET_PAGE || done > ET_CAP_ENV)
			break;
		if (bpf_probe_read_user(dst + done, n, (void *)(src + done)))
			break;
		walk->pos = done + n;
	}
	return 0;
}

/* Bytes of the current process's memory. A length of 0 gives an empty field. */
static __always_inline void et_put_user(struct et_emit *em, enum et_var_type type, __u32 cap,
					__u64 src, __u64 orig)
{
	char *dst = et_var_begin(em);
	__u32 len = orig > cap ? cap : orig;

	if (!dst)
		return;
	if (orig > 0xffffffff)
		orig = 0xffffffff;
	barrier_var(len);
	if (len > cap)
		len = cap;
	if (bpf_probe_read_user(dst, len, (void *)src) == 0) {
		et_var_end(em, type, len, orig, 0);
		return;
	}
	et_read_user_pages(em->slot, em->off, src, len);
	em->lane->walk.orig = orig;
	em->lane->walk.flags = ET_VAR_F_FAULT;
	et_var_end_walk(em, type);
}

/* The same, from @start up to @end. */
static __always_inline void et_put_user_range(struct et_emit *em, enum et_var_type type, __u32 cap,
					      __u64 start, __u64 end)
{
	et_put_user(em, type, cap, start, end > start ? end - start : 0);
}

/*
 * A NUL-terminated string of the current process's memory. One that is longer than the cap is
 * flagged: how much longer is not known.
 */
static __always_inline void et_put_user_str(struct et_emit *em, enum et_var_type type, __u32 cap,
					    __u64 src)
{
	char *dst = et_var_begin(em);
	long len;

	if (!dst)
		return;
	/* One byte more than the cap: the terminator is not sent. */
	len = bpf_probe_read_user_str(dst, cap + 1, (void *)src);
	if (len <= 0)
		et_var_end(em, type, 0, 0, ET_VAR_F_FAULT);
	else
		et_var_end(em, type, len - 1, len - 1, len > cap ? ET_VAR_F_PARTIAL : 0);
}

/* Arguments that a system call was given: most that are looked at. */
#define ET_USER_STRINGS 256

/* An array of pointers to strings, ended by NULL, becomes a list. */
__weak int et_read_user_strings(__u32 slot, __u32 off, __u64 array)
{
	struct et_walk *walk = et_walk_of(slot);
	char *dst = et_slot_at(slot, off);

	if (!walk || !dst)
		return 0;
	walk->pos = walk->flags = 0;
	for (int i = 0; array; i++) {
		__u32 done = walk->pos;
		__u64 str = 0;
		long len;

		barrier_var(done);
		if (i >= ET_USER_STRINGS || done >= ET_CAP_ARGV) {
			walk->flags = ET_VAR_F_PARTIAL;
			break;
		}
		if (bpf_probe_read_user(&str, sizeof(str), (void *)(array + i * sizeof(str)))) {
			walk->flags = ET_VAR_F_FAULT;
			break;
		}
		if (!str)
			break;
		len = bpf_probe_read_user_str(dst + done, ET_CAP_ARGV, (void *)str);
		if (len < 0) {
			walk->flags = ET_VAR_F_FAULT;
			break;
		}
		walk->pos = done + len;
	}
	if (walk->pos > ET_CAP_ARGV) {
		walk->pos = ET_CAP_ARGV;
		walk->flags |= ET_VAR_F_PARTIAL;
	}
	walk->orig = walk->pos;
	return 0;
}

static __always_inline void et_put_user_strings(struct et_emit *em, enum et_var_type type,
						__u64 array)
{
	et_read_user_strings(em->slot, em->off, array);
	et_var_end_walk(em, type);
}

#endif /* ET_PUT_BPF_H */
