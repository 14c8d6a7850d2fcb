/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A table with the meaning of the arguments of each system call that concerns files. So a single
 * BPF program serves many system calls, and the verifier checks it once.
 *
 * All numbers are those of 64-bit system calls. 32-bit and x32 system calls have other numbers. The
 * tracepoints of single system calls do not report them since 3.8 (commit f431b634f24d,
 * "tracing/syscalls: Allow archs to ignore tracing compat syscalls").
 */
#ifndef ET_FILE_CALL_BPF_H
#define ET_FILE_CALL_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/core/arch.bpf.h"

#define FILE_CALLS 512 /* size of the table; all system call numbers in it are smaller */

/*
 * Parts of a table row, which describes one system call. @arg is an argument's number, from 1 on; 0
 * means that there is no such argument. A row has only the first path of a system call. A second
 * path is the next argument, as in link(old, new). If each path has a directory's descriptor before
 * it, the second path is two arguments after the first: linkat(old_fd, old, new_fd, new, flags).
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
/* the system call opens a file and takes its flags in a struct open_how */
#define FILE_CALL_HOW (1 << 14)

#define FILE_CALL_FD_OF(call)     ((call) & 3)
#define FILE_CALL_PATH_OF(call)   ((call) >> 2 & 3)
#define FILE_CALL_FLAGS_OF(call)  ((call) >> 4 & 7)
#define FILE_CALL_CHANGE_OF(call) ((call) >> 7 & 7)

/* The table of system calls, by number. Only call.bpf.c defines it. */
extern const volatile __u16 file_calls[FILE_CALLS];

/*
 * The table row of system call @nr; 0: there is none. @nr has 32 bits, because kernels since 6.6
 * set only the lower half of the number's 64 bits in the tracepoint's context.
 */
static __always_inline __u32 file_call(__u32 nr)
{
	barrier_var(nr);
	return nr < FILE_CALLS ? file_calls[nr] : 0;
}

/*
 * Address of the current system call's first path, or of its second path if @second is true. @call:
 * the system call's row of file_calls.
 */
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
