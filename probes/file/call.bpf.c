// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Defines the table of system calls (call.bpf.h), and saves the files of system calls that take a
 * descriptor.
 */
#include "probes/core/call_file.bpf.h"
#include "probes/file/call.bpf.h"

#define FD(arg)      FILE_CALL_FD(arg)
#define PATH(arg)    FILE_CALL_PATH(arg)
#define AT           (FD(1) | PATH(2)) /* arguments 1 and 2: a directory's descriptor and a path */
#define FLAGS(arg)   FILE_CALL_FLAGS(arg)
#define CHANGE(TYPE) FILE_CALL_CHANGE(TYPE)
#define NOFOLLOW     FILE_CALL_NOFOLLOW
#define COUNTS       FILE_CALL_COUNTS
#define OPENS        FILE_CALL_OPENS
#define TRUNCATES    FILE_CALL_TRUNCATES
#define HOW          FILE_CALL_HOW

const volatile __u16 file_calls[FILE_CALLS] = {
	/*
	 * change of contents; write(2) and similar system calls have their own BPF programs and no
	 * row
	 */
	[ET_NR_SPLICE] = FD(3) | CHANGE(CONTENT) | COUNTS,
	[ET_NR_COPY_FILE_RANGE] = FD(3) | CHANGE(CONTENT) | COUNTS,
	[ET_NR_FTRUNCATE] = FD(1) | CHANGE(CONTENT),
	[ET_NR_FALLOCATE] = FD(1) | CHANGE(CONTENT),
	[ET_NR_TRUNCATE] = PATH(1) | CHANGE(CONTENT),
	[ET_NR_OPENAT] = OPENS | FLAGS(3),
	[ET_NR_OPENAT2] = OPENS | FLAGS(3) | HOW,
	[ET_NR_OPEN_BY_HANDLE_AT] = OPENS | FLAGS(3),

	/* change of permissions */
	[ET_NR_FCHMOD] = FD(1) | CHANGE(PERMISSIONS),
	[ET_NR_FCHMODAT] = AT | CHANGE(PERMISSIONS),
	[ET_NR_FCHMODAT2] = AT | FLAGS(4) | CHANGE(PERMISSIONS),

	/* change of owner */
	[ET_NR_FCHOWN] = FD(1) | CHANGE(OWNER),
	[ET_NR_FCHOWNAT] = AT | FLAGS(5) | CHANGE(OWNER),

	/* change of extended attributes */
	[ET_NR_FSETXATTR] = FD(1) | CHANGE(XATTRS),
	[ET_NR_FREMOVEXATTR] = FD(1) | CHANGE(XATTRS),
	[ET_NR_SETXATTR] = PATH(1) | CHANGE(XATTRS),
	[ET_NR_REMOVEXATTR] = PATH(1) | CHANGE(XATTRS),
	[ET_NR_LSETXATTR] = PATH(1) | NOFOLLOW | CHANGE(XATTRS),
	[ET_NR_LREMOVEXATTR] = PATH(1) | NOFOLLOW | CHANGE(XATTRS),
	[ET_NR_SETXATTRAT] = AT | FLAGS(3) | CHANGE(XATTRS),
	[ET_NR_REMOVEXATTRAT] = AT | FLAGS(3) | CHANGE(XATTRS),

	/* deletion, creation or change of a name */
	[ET_NR_UNLINKAT] = AT,
	[ET_NR_LINKAT] = AT | FLAGS(5),
	[ET_NR_RENAMEAT] = AT,
	[ET_NR_RENAMEAT2] = AT,

#ifdef ET_NR_OLD_CALLS
	[ET_NR_OPEN] = OPENS | FLAGS(2),
	[ET_NR_CREAT] = OPENS | TRUNCATES,
	[ET_NR_CHMOD] = PATH(1) | CHANGE(PERMISSIONS),
	[ET_NR_CHOWN] = PATH(1) | CHANGE(OWNER),
	[ET_NR_LCHOWN] = PATH(1) | NOFOLLOW | CHANGE(OWNER),
	[ET_NR_UNLINK] = PATH(1),
	[ET_NR_RMDIR] = PATH(1),
	[ET_NR_LINK] = PATH(1),
	[ET_NR_RENAME] = PATH(1),
#endif
};

/*
 * At the entry of write(2), writev(2) and pwritev2(2), which may write to a terminal. The first
 * argument is the descriptor.
 */
SEC("?tracepoint")
int call_write_enter_tp(void *ctx)
{
	return call_file_enter(et_enter_arg1(ctx), CALL_FILE_TTY | CALL_FILE_MODIFY);
}

/*
 * At the entry of other system calls that change a descriptor's file. If a system call is not in
 * the table, its first argument is the descriptor.
 */
SEC("?tracepoint")
int call_fd_enter_tp(void *ctx)
{
	__u32 arg = FILE_CALL_FD_OF(file_call(et_enter_nr(ctx)));

	return call_file_enter(et_syscall_arg(arg ? arg : 1), CALL_FILE_MODIFY);
}
