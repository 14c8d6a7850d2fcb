/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A table of the meaning of each system call's arguments. So one program serves many system calls,
 * and the verifier checks it once.
 *
 * A tracepoint's context has the system call's number, from the table of 64-bit calls. System calls
 * of 32-bit programs, and with x32 numbers, come through other entry points. The tracepoints of
 * single system calls do not report these since 3.8 (commit f431b634f24d, "tracing/syscalls: Allow
 * archs to ignore tracing compat syscalls").
 */
#ifndef ET_FILE_CALL_BPF_H
#define ET_FILE_CALL_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/syscall_nr.bpf.h"

#define FILE_CALLS 512 /* size of the table; all system call numbers in it are smaller */

/*
 * Parts of a row, which describes one system call. Arguments have numbers from 1 on; 0: there is no
 * such argument. The second path of a system call is the argument after the first. If each path
 * follows a directory's descriptor, it is the second argument after the first.
 */
/* the file's descriptor, or its directory's descriptor */
#define FILE_CALL_FD(arg)    ((arg) << 0)
#define FILE_CALL_PATH(arg)  ((arg) << 2)
#define FILE_CALL_FLAGS(arg) ((arg) << 4)
/* what the system call changes in the file: enum et_change_type */
#define FILE_CALL_CHANGE(TYPE) (ET_CHANGE_TYPE_##TYPE << 7)
/* the system call changes a symbolic link, not its target */
#define FILE_CALL_NOFOLLOW (1 << 10)
#define FILE_CALL_COUNTS   (1 << 11) /* the system call returns the number of bytes written */
/* the system call opens a file and returns its descriptor */
#define FILE_CALL_OPENS (1 << 12)
/* the system call opens a file and always empties it: creat(2) */
#define FILE_CALL_TRUNCATES (1 << 13)
/* the system call opens a file and takes its flags in memory: struct open_how */
#define FILE_CALL_HOW (1 << 14)

#define FILE_CALL_FD_OF(call)     ((call) & 3)
#define FILE_CALL_PATH_OF(call)   ((call) >> 2 & 3)
#define FILE_CALL_FLAGS_OF(call)  ((call) >> 4 & 7)
#define FILE_CALL_CHANGE_OF(call) ((call) >> 7 & 7)

/* The table, by system call number. Only call.bpf.c defines it. */
extern const volatile __u16 file_calls[FILE_CALLS];

/*
 * The row of system call @nr; 0: none. @nr is the lower half of the number in the tracepoint's
 * context: kernels since 6.6 set only this half.
 */
static __always_inline __u32 file_call(__u32 nr)
{
	barrier_var(nr);
	return nr < FILE_CALLS ? file_calls[nr] : 0;
}

/* Address of the first or @second path of the current system call. @call: its row of file_calls. */
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
