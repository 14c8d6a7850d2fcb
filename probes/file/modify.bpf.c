// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_MODIFY at the exit of system calls.
 *
 * Writes through a memory mapping, by io_uring or by io_submit(2) are not reported.
 */
#include "probes/core/filter.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/lookup.bpf.h"
#include "probes/file/modify_fd.bpf.h"

/*
 * Flags of openat(2) and other system calls: include/uapi/asm-generic/fcntl.h and
 * include/uapi/linux/fcntl.h
 */
#define O_TRUNC             001000
#define O_PATH              010000000
#define __O_TMPFILE         020000000
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EMPTY_PATH       0x1000

/*
 * Report the change of a file whose path could not be resolved: the event has the path as the
 * process gave it.
 */
__weak int modify_unknown(__u32 change)
{
	const struct task_struct *task = et_current();
	struct lookup *l = lookup_mine();
	struct file_of of = {};

	if (!l || modify_skips(task, change))
		return 0;
	lookup_name(&of.path, l, task);
	return modify_emit(task, &of, change);
}

/*
 * Set l->dentry and l->mount to the file that the path leads to. Returns false if the file is
 * unknown.
 */
static __always_inline bool modify_enter(struct lookup *l)
{
	struct dentry *dentry;

	if (l->flags)
		return false;
	if (!l->last_len)
		return true;
	dentry = lookup_found(l);
	if (!dentry)
		return false;
	if (et_inode_type(et_read(dentry, d_inode)) != S_IFLNK)
		return !lookup_enter((__u64)dentry, l->mount);
	/*
	 * The lookup has followed all links that the system call follows. So the system call
	 * changes this link itself.
	 */
	l->dentry = (__u64)dentry;
	return true;
}

/* Whether the file that a system call's path leads to is known. */
enum modify_target {
	MODIFY_KNOWN,   /* l->dentry and l->mount of the lookup identify the file */
	MODIFY_UNKNOWN, /* the path could not be resolved: only its string is known */
	MODIFY_OWN,     /* the path is empty: the file of the descriptor argument itself */
	MODIFY_NO_ROOM,
};

/*
 * An empty path with AT_EMPTY_PATH means the file of the descriptor argument itself. Take the file
 * that this descriptor had at the system call's entry, if it was saved. Returns enum modify_target.
 */
static __always_inline int modify_look_own(__u64 str)
{
	struct path own = {};
	struct lookup *l;

	if (et_is_user(str) || !call_path_began(str, &own))
		return MODIFY_OWN;
	l = lookups_make();
	if (!l)
		return MODIFY_NO_ROOM;
	lookup_reset(l);
	l->dentry = (__u64)own.dentry;
	l->mount = (__u64)own.mnt;
	return MODIFY_KNOWN;
}

/*
 * Look up the path @str of a system call. @call: the system call's row of file_calls. Returns enum
 * modify_target. Not inline, because its variables would then take stack of the caller, which has
 * none to spare.
 */
__weak int modify_look(__u64 str, __u32 call)
{
	__u32 flags = et_syscall_arg(FILE_CALL_FLAGS_OF(call));
	int dfd = file_call_folder(call, 0);
	enum lookup_follow follow = LOOKUP_FOLLOW;
	struct lookup *l;
	char first = 0;

	/* A NULL string is allowed: since 6.11 the kernel takes it as an empty string. */
	if (flags & AT_EMPTY_PATH && (!str || !lookup_read_bytes(&first, 1, str)) && !first &&
	    dfd != AT_FDCWD)
		return modify_look_own(str);
	if (call & FILE_CALL_NOFOLLOW || flags & AT_SYMLINK_NOFOLLOW)
		follow = LOOKUP_NOFOLLOW;
	if (lookup_path(str, dfd, follow))
		return MODIFY_NO_ROOM;
	l = lookup_mine();
	if (!l)
		return MODIFY_NO_ROOM;
	if (modify_enter(l))
		return MODIFY_KNOWN;
	return l->flags || !lookup_give_up(str, dfd) ? MODIFY_UNKNOWN : MODIFY_NO_ROOM;
}

/*
 * At the exit of a system call that takes a path: report the change of the file. @call: the system
 * call's row of file_calls.
 */
static __always_inline int modify_path(__u32 call)
{
	struct dentry *dentry;
	struct lookup *l;

	/*
	 * Without this test, a dropped event would take room in the map. modify_known() and
	 * modify_unknown() test the filters again.
	 */
	if (et_skips(ET_FILE_MODIFY, et_current()))
		return 0;
	switch (modify_look(call_path_of(CALL_PATH_FIRST, file_call_path(call, 0)), call)) {
	case MODIFY_KNOWN:
		l = lookup_mine();
		if (!l)
			return 0;
		dentry = lookup_folder(l);
		return modify_known((__u64)dentry, l->mount, et_read_address(dentry, d_inode),
				    FILE_CALL_CHANGE_OF(call));
	case MODIFY_UNKNOWN:
		return modify_unknown(FILE_CALL_CHANGE_OF(call));
	case MODIFY_OWN:
		return modify_fd(NULL, file_call_folder(call, 0), FILE_CALL_CHANGE_OF(call));
	default:
		return et_lost_no_room(ET_FILE_MODIFY, ET_TABLE_LOOKUPS);
	}
}

/* ---- the BPF programs at the exit of system calls ------------------------------------- */

/*
 * At the exit of write(2), similar system calls and sendfile(2). The first argument is the
 * descriptor, and the result is the number of bytes written.
 */
SEC("?tracepoint")
int file_write_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	const struct call_file *call = call_file_exit(task, CALL_FILE_MODIFY);

	if (et_exit_ret(ctx) <= 0)
		return 0;
	return modify_fd(call, et_syscall_arg1(et_syscall_regs(task)), ET_CHANGE_TYPE_CONTENT);
}

/*
 * At the exit of a system call that opens a file: report the change if the open has truncated an
 * existing file. @fd: the new descriptor; @call: the system call's row of file_calls.
 */
static __always_inline int modify_open(long fd, __u32 call)
{
	struct file *file;
	__u64 flags;

	if (fd < 0)
		return 0;
	flags = et_syscall_arg(FILE_CALL_FLAGS_OF(call));
	/* The flags of openat2(2) are in memory, at the start of a struct open_how. */
	if (call & FILE_CALL_HOW && et_probe_read_user(&flags, sizeof(flags), flags))
		return 0;
	if (call & FILE_CALL_TRUNCATES)
		flags = O_TRUNC;
	if ((flags & (O_TRUNC | O_PATH | __O_TMPFILE)) != O_TRUNC)
		return 0;
	file = et_file_of(et_current(), fd);
	if (!file || et_read(file, f_mode) & FMODE_CREATED)
		return 0;
	return modify_open_file(file, ET_CHANGE_TYPE_CONTENT);
}

/* At the exit of other system calls that take the file's descriptor, or that return one. */
SEC("?tracepoint")
int file_fd_tp(void *ctx)
{
	const struct call_file *file;
	__u32 call = file_call(et_exit_nr(ctx));
	long ret = et_exit_ret(ctx);

	if (call & FILE_CALL_OPENS)
		return modify_open(ret, call);
	if (!call)
		return 0;
	file = call_file_exit(et_current(), CALL_FILE_MODIFY);
	if (call & FILE_CALL_COUNTS ? ret <= 0 : ret != 0)
		return 0;
	return modify_fd(file, et_syscall_arg(FILE_CALL_FD_OF(call)), FILE_CALL_CHANGE_OF(call));
}

/* At the exit of system calls that take the file's path. */
SEC("?tracepoint")
int file_path_tp(void *ctx)
{
	__u32 call = file_call(et_exit_nr(ctx));

	if (!et_exit_ret(ctx) && call) {
		modify_path(call);
		lookup_drop();
	}
	call_paths_end();
	return 0;
}
