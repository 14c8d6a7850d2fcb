/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Appends fields from strings in kernel memory to a record. A string's full length is measured in
 * every emit mode, so that a record shows how many bytes were cut.
 */
#ifndef ET_KERNEL_STR_BPF_H
#define ET_KERNEL_STR_BPF_H

#include "probes/core/put.bpf.h"

/*
 * A string is measured by copying it to the stack, in at most ET_KERNEL_PIECES pieces of
 * ET_KERNEL_PIECE bytes. The pieces are short, because a BPF program and all functions that it
 * calls share 512 bytes of stack.
 */
#define ET_KERNEL_PIECE  64
#define ET_KERNEL_PIECES 66

/* Length in bytes of the string at kernel address @str. 0 if @str is NULL or cannot be read. */
__weak __u32 et_kernel_strlen(__u64 str)
{
	char piece[ET_KERNEL_PIECE];
	__u32 len = 0;

	if (!str)
		return 0;
	for (int i = 0; i < ET_KERNEL_PIECES; i++) {
		long n = bpf_probe_read_kernel_str(piece, sizeof(piece), (void *)(str + len));

		if (n <= 0)
			break;
		/* The helper ends each piece with a NUL byte, even if the string continues. */
		len += n - 1;
		if (n < sizeof(piece))
			break;
	}
	return len;
}

static __always_inline struct et_src et_src_kernel_str(__u64 str, __u32 cap)
{
	__u32 len = et_kernel_strlen(str);

	return (struct et_src){ .at = str, .orig = len, .size = et_min(len, cap) };
}

/*
 * Copy @len bytes of kernel memory at @at into the record, as the next field's data. Returns 0 or a
 * negative errno.
 */
static __always_inline long et_read_kernel(struct et_emit *em, __u64 at, __u32 len, __u32 cap)
{
	char *dst;

	barrier_var(len);
	if (len > cap)
		len = cap;
	if (em->direct)
		return bpf_probe_read_kernel_dynptr(&em->ptr, et_data_at(em), len, (void *)at);
	dst = et_var_begin(em);
	return dst ? bpf_probe_read_kernel(dst, len, (void *)at) : -1;
}

static __always_inline void et_put_kernel_str_cap(struct et_emit *em, enum et_var_type type,
						  __u32 cap, const struct et_src *src)
{
	__u32 len = src->size;
	__u16 flags = 0;

	if (len && et_read_kernel(em, src->at, len, cap)) {
		flags = ET_VAR_F_FAULT;
		len = 0;
	}
	et_var_end(em, type, cap, len, src->orig, flags);
}

#define et_put_kernel_str(em, NAME, src) \
	et_put_kernel_str_cap(em, ET_VAR_##NAME, ET_CAP_##NAME, src)

#endif /* ET_KERNEL_STR_BPF_H */
