/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Appends variable-length fields to a record: bytes that are copied unchanged from the current
 * process's memory.
 */
#ifndef ET_PUT_BPF_H
#define ET_PUT_BPF_H

#include "probes/core/emit.bpf.h"

/*
 * A kernel function (kfunc) that copies kernel memory straight into a record in the ring. See those
 * for user memory in user.bpf.h.
 */
extern int bpf_probe_read_kernel_dynptr(struct bpf_dynptr *ptr, __u64 off, __u64 size,
					const void *src) __ksym __weak;

#define ET_PAGE 4096

/*
 * Number of bytes at user address @at that can be read, at most @len. Memory may be unreadable
 * because a BPF program cannot wait until the kernel has loaded a page.
 */
__weak int et_user_readable(__u64 at, __u32 len)
{
	__u32 rest = ET_PAGE - (at & (ET_PAGE - 1)), done = 0;
	char byte;

	for (int i = 0; i <= ET_CAP_ENV / ET_PAGE && done < len; i++) {
		if (et_probe_read_user(&byte, 1, at + done))
			break;
		done += rest;
		rest = ET_PAGE;
	}
	return done < len ? done : len;
}

/*
 * Number of bytes between two user addresses, at most 2^32 - 1. It is a global function, so that
 * the verifier does not follow each case in the callers.
 */
__weak __u32 et_range(__u64 start, __u64 end)
{
	return end <= start ? 0 : end - start > 0xffffffff ? 0xffffffff : end - start;
}

/*
 * Describe a field whose source is the @len bytes of user memory at @start. The record gets at most
 * @cap bytes.
 */
static __always_inline struct et_src et_src_user(__u64 start, __u64 len, __u32 cap)
{
	return (struct et_src){ .at = start,
				.orig = et_min(len, 0xffffffff),
				.size = et_min(len, cap) };
}

/*
 * Describe a field whose source is the user memory from @start up to @end. The record gets at most
 * @cap bytes.
 */
static __always_inline struct et_src et_src_user_range(__u64 start, __u64 end, __u32 cap)
{
	return et_src_user(start, et_range(start, end), cap);
}

/*
 * Copy @len bytes of user memory at @at into the record, as the next field's data. Returns 0 or a
 * negative errno.
 */
static __always_inline long et_read_user(struct et_emit *em, __u64 at, __u32 len, __u32 cap)
{
	char *dst;

	barrier_var(len);
	if (len > cap)
		len = cap;
	if (em->direct)
		return et_probe_read_user_dynptr(&em->ptr, et_data_at(em), len, at);
	dst = et_var_begin(em);
	return dst ? et_probe_read_user(dst, len, at) : -1;
}

static __always_inline void et_put_user_cap(struct et_emit *em, enum et_var_type type, __u32 cap,
					    const struct et_src *src)
{
	__u32 len = src->size;
	__u16 flags = 0;

	if (et_read_user(em, src->at, len, cap)) {
		flags = ET_VAR_F_FAULT;
		len = et_user_readable(src->at, len);
		if (et_read_user(em, src->at, len, cap))
			len = 0;
	}
	et_var_end(em, type, cap, len, src->orig, flags);
}

#define et_put_user(em, NAME, src) et_put_user_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_PUT_BPF_H */
