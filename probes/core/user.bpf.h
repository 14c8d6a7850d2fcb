/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reads user memory of the current process. On some architectures a user address can contain a tag,
 * which the kernel's functions for BPF programs do not accept. So each function here removes the
 * tag. The names of the kernel's functions are poisoned at the end of this file: the compiler
 * refuses every other use of them.
 */
#ifndef ET_USER_BPF_H
#define ET_USER_BPF_H

#include "probes/core/arch.bpf.h"
#include <bpf/bpf_core_read.h>

/*
 * Kernel functions (kfuncs) that copy user memory straight into a record in the ring. They exist
 * since 6.16. On older kernels user space does not choose ET_EMIT_DIRECT, so the verifier removes
 * these calls.
 */
extern int bpf_probe_read_user_dynptr(struct bpf_dynptr *ptr, __u64 off, __u64 size,
				      const void *src) __ksym __weak;
extern int bpf_probe_read_user_str_dynptr(struct bpf_dynptr *ptr, __u64 off, __u64 size,
					  const void *src) __ksym __weak;

/* True if @at is an address in user memory, with or without a tag. False for kernel addresses. */
static __always_inline bool et_is_user(__u64 at)
{
	/* Kernel addresses have the highest bit set. */
	return (__s64)et_untagged(at) >= 0;
}

/* Copy @size bytes at the user address @at to @dst. Returns 0 or a negative errno. */
static __always_inline long et_probe_read_user(void *dst, __u32 size, __u64 at)
{
	return bpf_probe_read_user(dst, size, (void *)et_untagged(at));
}

/*
 * Copy the string at the user address @at to @dst, at most @size bytes with the NUL byte. Returns
 * the number of bytes copied, or a negative errno. The result for an empty string depends on the
 * kernel: see et_read_user_str().
 */
static __always_inline long et_probe_read_user_str(void *dst, __u32 size, __u64 at)
{
	return bpf_probe_read_user_str(dst, size, (void *)et_untagged(at));
}

/* Like the two functions above, but copy to the offset @off of a record in the ring. */
static __always_inline long et_probe_read_user_dynptr(struct bpf_dynptr *ptr, __u64 off, __u64 size,
						      __u64 at)
{
	return bpf_probe_read_user_dynptr(ptr, off, size, (void *)et_untagged(at));
}

static __always_inline long et_probe_read_user_str_dynptr(struct bpf_dynptr *ptr, __u64 off,
							  __u64 size, __u64 at)
{
	return bpf_probe_read_user_str_dynptr(ptr, off, size, (void *)et_untagged(at));
}

/*
 * Remove libbpf's macros that use these functions. The poison below does not affect macros that are
 * already defined.
 */
#undef bpf_core_read_user
#undef bpf_core_read_user_str
#undef BPF_CORE_READ_USER
#undef BPF_CORE_READ_USER_INTO
#undef BPF_CORE_READ_USER_STR_INTO
#undef BPF_PROBE_READ_USER
#undef BPF_PROBE_READ_USER_INTO
#undef BPF_PROBE_READ_USER_STR_INTO

#pragma GCC poison bpf_probe_read bpf_probe_read_str
#pragma GCC poison bpf_probe_read_user bpf_probe_read_user_str
#pragma GCC poison bpf_probe_read_user_dynptr bpf_probe_read_user_str_dynptr

#endif /* ET_USER_BPF_H */
