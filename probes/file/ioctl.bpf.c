// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_MODIFY when ioctl(2) changes a file's contents. The commands that do so share
 * extents (ranges of disk blocks) between files, reserve or free space, or exchange the contents of
 * two files.
 *
 * A BPF program on the tracepoint at the system call's exit reports all commands below. If kernel
 * functions are hooked instead, modify_hook.bpf.c reports the commands that share extents or
 * reserve space, because these call VFS functions. This file then reports only the commands of a
 * single file system, at the return of the system call's function.
 *
 * Commands that keep the contents cause no event: defragmentation (BTRFS_IOC_DEFRAG,
 * F2FS_IOC_DEFRAGMENT), flags and project (FS_IOC_SETFLAGS, FS_IOC_FSSETXATTR), encryption and
 * verity.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/core/syscall.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/modify_fd.bpf.h"

/*
 * Commands that several file systems have: include/uapi/linux/fs.h. The first three were once
 * commands of btrfs, and the others of xfs.
 */
#define FICLONE           0x40049409
#define FICLONERANGE      0x4020940d
#define FIDEDUPERANGE     0xc0189436
#define FS_IOC_RESVSP     0x40305828 /* this and the next four: include/linux/falloc.h */
#define FS_IOC_UNRESVSP   0x40305829
#define FS_IOC_RESVSP64   0x4030582a
#define FS_IOC_UNRESVSP64 0x4030582b
#define FS_IOC_ZERO_RANGE 0x40305839

/* Commands of XFS: fs/xfs/libxfs/xfs_fs.h */
#define XFS_IOC_ALLOCSP        0x4030580a
#define XFS_IOC_FREESP         0x4030580b
#define XFS_IOC_ALLOCSP64      0x40305824
#define XFS_IOC_FREESP64       0x40305825
#define XFS_IOC_SWAPEXT        0xc0c0586d
#define XFS_IOC_EXCHANGE_RANGE 0x40285881
#define XFS_IOC_COMMIT_RANGE   0x40585883

#define EXT4_IOC_MOVE_EXT       0xc028660f /* commands of ext4: fs/ext4/ext4.h */
#define EXT4_IOC_SWAP_BOOT      0x6611
#define BTRFS_IOC_ENCODED_WRITE 0x40809440 /* command of btrfs: include/uapi/linux/btrfs.h */
#define F2FS_IOC_ABORT_ATOMIC   0xf505     /* commands of f2fs: include/uapi/linux/f2fs.h */
#define F2FS_IOC_MOVE_RANGE     0xc020f509
#define F2FS_IOC_SEC_TRIM_FILE  0x4018f514
#define CIFS_IOC_COPYCHUNK_FILE 0x4004cf03 /* command of cifs: fs/smb/client/cifs_ioctl.h */

/*
 * Copies of the kernel's struct file_clone_range and struct file_dedupe_range_info:
 * include/uapi/linux/fs.h
 */
struct ioctl_clone {
	__s64 src_fd;
	__u64 src_offset;
	__u64 src_length;
};

struct ioctl_dedupe_info {
	__s64 dest_fd;
	__u64 dest_offset;
	__u64 bytes_deduped;
	__s32 status;
	__u32 reserved;
};

#define IOCTL_DEDUPE_COUNT 16 /* offset of the number of files in struct file_dedupe_range */
#define IOCTL_DEDUPE_INFO  24 /* offset of the first file in struct file_dedupe_range */
/*
 * largest number of files in a struct file_dedupe_range: the kernel accepts no struct that is
 * larger than a page
 */
#define IOCTL_DEDUPE_MAX 127

/* Bits that describe an ioctl command: which files it changes, and how the change is noticed. */
enum ioctl_changes {
	IOCTL_NOTHING = 0,
	IOCTL_OWN = 1,     /* the file of the descriptor that ioctl(2) was given */
	IOCTL_OTHERS = 2,  /* files whose descriptors are in the command's struct */
	IOCTL_BY_VFS = 4,  /* the command calls a VFS function that modify_hook.bpf.c hooks */
	IOCTL_RETURNS = 8, /* ioctl(2) returns the number of bytes written */
};

static __always_inline __u32 ioctl_changes(__u32 cmd)
{
	switch (cmd) {
	case FICLONE:
	case FICLONERANGE:
	case FS_IOC_RESVSP:
	case FS_IOC_UNRESVSP:
	case FS_IOC_RESVSP64:
	case FS_IOC_UNRESVSP64:
	case FS_IOC_ZERO_RANGE:
		return IOCTL_OWN | IOCTL_BY_VFS;
	case FIDEDUPERANGE:
		return IOCTL_OTHERS | IOCTL_BY_VFS;
	case BTRFS_IOC_ENCODED_WRITE:
		return IOCTL_OWN | IOCTL_RETURNS;
	case XFS_IOC_ALLOCSP:
	case XFS_IOC_FREESP:
	case XFS_IOC_ALLOCSP64:
	case XFS_IOC_FREESP64:
	case EXT4_IOC_SWAP_BOOT:
	case F2FS_IOC_ABORT_ATOMIC:
	case F2FS_IOC_SEC_TRIM_FILE:
	case CIFS_IOC_COPYCHUNK_FILE:
		return IOCTL_OWN;
	case XFS_IOC_EXCHANGE_RANGE: /* These commands exchange the contents of two files. */
	case XFS_IOC_COMMIT_RANGE:
	case F2FS_IOC_MOVE_RANGE:
		return IOCTL_OWN | IOCTL_OTHERS;
	case XFS_IOC_SWAPEXT: /* The command's struct has the descriptors of both files. */
	case EXT4_IOC_MOVE_EXT:
		return IOCTL_OTHERS;
	default:
		return IOCTL_NOTHING;
	}
}

#define IOCTL_NONE (-1) /* result instead of a descriptor: this file is unchanged */
#define IOCTL_END  (-2) /* result instead of a descriptor: there are no more files */

static __always_inline long ioctl_read(void *to, __u32 size, __u64 from)
{
	return et_is_user(from) ? et_probe_read_user(to, size, from)
				: bpf_probe_read_kernel(to, size, (void *)from);
}

/*
 * The descriptor of file number @i in @range, the address of a struct file_dedupe_range. IOCTL_NONE
 * if this file shares no bytes. @range is in kernel memory, or in user memory after the kernel has
 * written the results.
 *
 * Sharing extents does not change a file's contents. The file is reported nevertheless, like a
 * write of the same bytes: it gets other extents, which requires write permission.
 *
 * A global function, like the next two: its stack is free again before the record is made.
 */
__weak int ioctl_deduped_fd(__u64 range, __u32 i)
{
	struct ioctl_dedupe_info info;
	__u16 count = 0;

	ioctl_read(&count, sizeof(count), range + IOCTL_DEDUPE_COUNT);
	if (i >= count)
		return IOCTL_END;
	if (ioctl_read(&info, sizeof(info), range + IOCTL_DEDUPE_INFO + i * sizeof(info)))
		return IOCTL_END;
	return info.status || !info.bytes_deduped ? IOCTL_NONE : (int)info.dest_fd;
}

/*
 * The file descriptor at offset @offset in a command's struct; IOCTL_NONE if it cannot be read.
 * @arg is the struct's user address.
 */
__weak int ioctl_fd_at(__u64 arg, __u32 offset)
{
	int fd;

	return et_probe_read_user(&fd, sizeof(fd), arg + offset) ? IOCTL_NONE : fd;
}

/*
 * True if a clone command was successful but shared no bytes: its source offset is at the source
 * file's end.
 */
__weak int ioctl_clones_nothing(__u32 cmd, __u64 arg)
{
	struct ioctl_clone clone = { .src_fd = arg };
	const struct file *file;

	if (cmd != FICLONE && cmd != FICLONERANGE)
		return 0;
	if (cmd == FICLONERANGE && et_probe_read_user(&clone, sizeof(clone), arg))
		return 0;
	if (clone.src_length)
		return 0;
	file = et_file_of(et_current(), clone.src_fd);
	return file && et_read(file, f_inode, i_size) == clone.src_offset;
}

/*
 * Report that the contents of the file of descriptor @fd have changed; do nothing for IOCTL_NONE
 * and IOCTL_END.
 */
static __always_inline int ioctl_changed(int fd)
{
	if (fd < 0)
		return 0;
	return modify_open_file(et_file_of(et_current(), fd), ET_CHANGE_TYPE_CONTENT);
}

static __always_inline int ioctl_deduped(__u64 range)
{
	int fd = IOCTL_NONE;

	for (__u32 i = 0; i < IOCTL_DEDUPE_MAX && fd != IOCTL_END; i++) {
		fd = ioctl_deduped_fd(range, i);
		ioctl_changed(fd);
	}
	return 0;
}

/*
 * Report the files that the command of a single file system changes, besides the file that ioctl(2)
 * was called for.
 */
static __always_inline int ioctl_others(__u32 cmd, __u64 arg)
{
	__u32 offset = 0; /* offset of the second file's descriptor in the struct */

	if (cmd == XFS_IOC_SWAPEXT) {
		ioctl_changed(ioctl_fd_at(arg, 8));
		offset = 16;
	} else if (cmd == EXT4_IOC_MOVE_EXT) {
		/*
		 * The file that ioctl(2) was called for keeps its contents; the second file gets
		 * the same contents.
		 */
		offset = 4;
	}
	return ioctl_changed(ioctl_fd_at(arg, offset));
}

/*
 * True if the command has changed no file. @changes: enum ioctl_changes; @ret: the result of
 * ioctl(2).
 */
static __always_inline bool ioctl_is_vain(__u32 changes, long ret)
{
	return changes & IOCTL_RETURNS ? ret <= 0 : ret < 0;
}

SEC("?tracepoint")
int call_ioctl_enter_tp(void *ctx)
{
	if (!(ioctl_changes(et_enter_arg2(ctx)) & IOCTL_OWN))
		return 0;
	return call_file_enter(et_enter_arg1(ctx), CALL_FILE_MODIFY);
}

SEC("?tracepoint")
int file_ioctl_tp(void *ctx)
{
	const struct task_struct *task = et_current();
	const struct call_file *call = NULL;
	__u32 cmd = et_syscall_arg(2), changes = ioctl_changes(cmd);

	if (!changes)
		return 0;
	if (changes & IOCTL_OWN)
		call = call_file_exit(task, CALL_FILE_MODIFY);
	if (ioctl_is_vain(changes, et_exit_ret(ctx)) ||
	    ioctl_clones_nothing(cmd, et_syscall_arg(3)))
		return 0;
	if (changes & IOCTL_OWN)
		modify_fd(call, et_syscall_arg(1), ET_CHANGE_TYPE_CONTENT);
	if (cmd == FIDEDUPERANGE)
		ioctl_deduped(et_syscall_arg(3));
	else if (changes & IOCTL_OTHERS)
		ioctl_others(cmd, et_syscall_arg(3));
	return 0;
}

/* At the return of __x64_sys_ioctl(regs), the function of the system call. */
SEC("?fexit")
int file_ioctl_fexit(__u64 *ctx)
{
	__u32 cmd = et_syscall_arg(2), changes = ioctl_changes(cmd);

	if (!changes || changes & IOCTL_BY_VFS || ioctl_is_vain(changes, ctx[1]))
		return 0;
	if (changes & IOCTL_OWN)
		ioctl_changed(et_syscall_arg(1));
	if (changes & IOCTL_OTHERS)
		ioctl_others(cmd, et_syscall_arg(3));
	return 0;
}

/*
 * At the return of vfs_dedupe_file_range(file, same). An overlay does not call this function for
 * the underlying files, so no check for them is needed.
 */
SEC("?fexit")
int file_dedupe_fexit(__u64 *ctx)
{
	return (int)ctx[2] || pending_op_is_foreign() ? 0 : ioctl_deduped(et_ctx_address(ctx, 1));
}

SEC("?kprobe")
int file_dedupe_kprobe(struct pt_regs *ctx)
{
	struct pending_call call = { .file = PT_REGS_PARM2(ctx) };

	if (pending_op_is_foreign())
		return 0;
	pending_call_remember(PENDING_SLOT_DEDUPE, &call, ET_FILE_MODIFY);
	return 0;
}

SEC("?kretprobe")
int file_dedupe_kretprobe(struct pt_regs *ctx)
{
	struct pending_call *call = pending_call_mine(PENDING_SLOT_DEDUPE);
	__u64 range;

	if (!call)
		return 0;
	range = call->file;
	pending_call_drop(PENDING_SLOT_DEDUPE);
	return (int)PT_REGS_RC(ctx) ? 0 : ioctl_deduped(range);
}
