/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The meaning of each system call's arguments, so that one program serves many calls, and the
 * verifier checks it once.
 *
 * A tracepoint's context has the call's number, from the table of 64-bit calls. Calls of 32-bit
 * programs and calls with x32 numbers come through other entry points. The tracepoints of single
 * calls do not report them since 3.8 (commit f431b634f24d, "tracing/syscalls: Allow archs to ignore
 * tracing compat syscalls").
 */
#ifndef ET_FILE_CALL_BPF_H
#define ET_FILE_CALL_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/syscall_nr.bpf.h"

#define FILE_CALLS 512 /* no number of the table is larger */

/*
 * A row of the table: a system call. Arguments have numbers from 1 on; 0 means that there is none.
 * In a call with two paths, the second path follows the first. If there are directories, its
 * directory precedes it.
 */
#define FILE_CALL_FD(arg)      ((arg) << 0) /* the descriptor, or its directory's */
#define FILE_CALL_PATH(arg)    ((arg) << 2)
#define FILE_CALL_FLAGS(arg)   ((arg) << 4)
#define FILE_CALL_CHANGE(TYPE) (ET_CHANGE_TYPE_##TYPE << 7) /* what it changes */
#define FILE_CALL_NOFOLLOW     (1 << 10) /* changes a symbolic link, not its target */
#define FILE_CALL_COUNTS       (1 << 11) /* returns how much it has written */
#define FILE_CALL_OPENS        (1 << 12) /* returns the file's descriptor */
#define FILE_CALL_TRUNCATES    (1 << 13) /* ... and always empties the file */
#define FILE_CALL_HOW          (1 << 14) /* ... its flags are in memory, first */

#define FILE_CALL_FD_OF(call)     ((call) & 3)
#define FILE_CALL_PATH_OF(call)   ((call) >> 2 & 3)
#define FILE_CALL_FLAGS_OF(call)  ((call) >> 4 & 7)
#define FILE_CALL_CHANGE_OF(call) ((call) >> 7 & 7)

/* By the call's number. Defined only in call.bpf.c. */
extern const volatile __u16 file_calls[FILE_CALLS];

/*
 * The row of a call. @nr is the context's number, of which kernels since 6.6 set only the lower
 * half.
 */
static __always_inline __u32 file_call(__u32 nr)
{
	barrier_var(nr);
	return nr < FILE_CALLS ? file_calls[nr] : 0;
}

/* The call's first or second path, and the descriptor of its directory. */
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
