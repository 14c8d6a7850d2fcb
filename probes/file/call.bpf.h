/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which argument of a system call is what: so that one program serves many calls, and the verifier
 * checks it once.
 *
 * A tracepoint's context has the call's number. It is one of the table of 64-bit calls: of those
 * that came by another entry, from 32-bit programs or with numbers of x32, the tracepoints of
 * single calls tell nothing, since 3.8 (commit f431b634f24d, "tracing/syscalls: Allow archs to
 * ignore tracing compat syscalls").
 */
#ifndef ET_FILE_CALL_BPF_H
#define ET_FILE_CALL_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/syscall_nr.bpf.h"

#define FILE_CALLS 512 /* no number of the table is larger */

/*
 * An entry of the table, a call. Arguments are told by their number, from 1 on; 0: there is none. A
 * call of two paths has the second one behind the first, and its folder in front of it, if there
 * are folders.
 */
#define FILE_CALL_FD(arg)      ((arg) << 0) /* the file's descriptor, or its folder's */
#define FILE_CALL_PATH(arg)    ((arg) << 2)
#define FILE_CALL_FLAGS(arg)   ((arg) << 4)
#define FILE_CALL_CHANGE(TYPE) (ET_CHANGE_TYPE_##TYPE << 7) /* what it changes */
#define FILE_CALL_NOFOLLOW     (1 << 10) /* it changes a symbolic link, not what that leads to */
#define FILE_CALL_COUNTS       (1 << 11) /* it returns how much it has written */
#define FILE_CALL_OPENS        (1 << 12) /* it returns the file's descriptor */
#define FILE_CALL_TRUNCATES    (1 << 13) /* ... always emptied */
#define FILE_CALL_HOW          (1 << 14) /* ... its flags are an address: there they begin */

#define FILE_CALL_FD_OF(call)     ((call) & 3)
#define FILE_CALL_PATH_OF(call)   ((call) >> 2 & 3)
#define FILE_CALL_FLAGS_OF(call)  ((call) >> 4 & 7)
#define FILE_CALL_CHANGE_OF(call) ((call) >> 7 & 7)

/* By the call's number. One object has it, call.bpf.c. */
extern const volatile __u16 file_calls[FILE_CALLS];

/* The entry of a call; @nr is the context's, of which kernels since 6.6 set the lower half only. */
static __always_inline __u32 file_call(__u32 nr)
{
	barrier_var(nr);
	return nr < FILE_CALLS ? file_calls[nr] : 0;
}

/* The call's first path, or its second; and its folder's descriptor. */
static __always_inline __u64 file_call_path(__u32 call, int second)
{
	__u32 arg = FILE_CALL_PATH_OF(call);

	return et_syscall_arg(second ? arg + 1 + !!FILE_CALL_FD_OF(call) : arg);
}

static __always_inline int file_call_folder(__u32 call, int second)
{
	__u32 arg = FILE_CALL_FD_OF(call);

	return arg ? et_syscall_arg(arg + 2 * second) : AT_FDCWD;
}

#endif /* ET_FILE_CALL_BPF_H */
