// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Reports FILE_MODIFY by BPF programs at kernel functions inside the operation.
 *
 * They hook the return of kernel functions that get the file or its path. The kernel calls one of
 * these functions for each operation of a system call. An overlay calls them again for the files on
 * the underlying file systems; these calls are ignored.
 *
 * Writes through a memory mapping, by io_uring, or by io_submit(2) do not call these functions.
 */
#include "probes/core/args.bpf.h"
#include "probes/core/filter.bpf.h"
#include "probes/file/pending_op.bpf.h"
#include "probes/file/modify.bpf.h"

#define SB_NOUSER (1U << 31) /* only the kernel can mount the file system: include/linux/fs.h */
/* mnt_ns of the kernel's private mounts, ERR_PTR(-EINVAL): fs/mount.h */
#define MNT_NS_INTERNAL ((__u64) - 22)

/*
 * True if a change of @file's contents is an event: @file is a regular file, no overlay has opened
 * it on an underlying file system, and the current task is no kernel thread.
 */
static __always_inline bool modify_is_emitted(const struct file *file)
{
	return modify_is_kept(file) && !pending_op_is_below(file) && !pending_op_is_foreign();
}

static __always_inline __u64 modify_mount_at(__u64 file)
{
	return et_read_address((const struct file *)file, f_path.mnt);
}

/*
 * True if @mount is a private mount of the kernel, such as an overlay's mount of an underlying file
 * system. False for mounts of file systems that only the kernel can mount (SB_NOUSER), such as the
 * file system of memfds: processes use files there.
 */
static __always_inline bool modify_is_internal(__u64 mount)
{
	const struct vfsmount *mnt = (const struct vfsmount *)mount;
	struct mount *m = (void *)mnt - bpf_core_field_offset(struct mount, mnt);

	return et_read_address(m, mnt_ns) == MNT_NS_INTERNAL &&
	       !(et_read(mnt, mnt_sb, s_flags) & SB_NOUSER);
}

/* ---- fexit ------------------------------------------------------------------------------- */

static __always_inline int modify_contents(__u64 at)
{
	const struct file *file = (const struct file *)at;

	if (at && modify_is_emitted(file))
		modify_file(file, ET_CHANGE_TYPE_CONTENT);
	return 0;
}

/*
 * Report a change of the file at @at, the address of a struct path. @change: enum et_change_type.
 */
static __always_inline int modify_at_path(__u64 at, __u32 change)
{
	const struct path *path = (const struct path *)at;
	__u64 dentry = et_read_address(path, dentry);

	if (pending_op_is_foreign())
		return 0;
	modify_known(dentry, et_read_address(path, mnt),
		     et_read_address((const struct dentry *)dentry, d_inode), change);
	return 0;
}

/*
 * Define a BPF program at the return of a kernel function that returns the number of bytes written.
 * @file: number of the argument that is the struct file. @ret: number of the kernel function's
 * arguments, which is the index of the result.
 */
#define MODIFY_WRITTEN(program, file, ret)                                                   \
	SEC("?fexit")                                                                        \
	int program(__u64 *ctx)                                                              \
	{                                                                                    \
		return (__s64)ctx[ret] > 0 ? modify_contents(et_ctx_address(ctx, file)) : 0; \
	}

MODIFY_WRITTEN(file_write_fexit, 0, 4)  /* vfs_write(file, buf, count, pos) */
MODIFY_WRITTEN(file_writev_fexit, 0, 5) /* vfs_writev(file, vec, vlen, pos, flags) */
MODIFY_WRITTEN(file_splice_fexit, 2, 6) /* do_splice(in, off_in, out, off_out, len, flags) */
/* vfs_copy_file_range(file_in, pos_in, file_out, pos_out, len, flags) */
MODIFY_WRITTEN(file_copy_fexit, 2, 6)

/*
 * At the return of vfs_clone_file_range(file_in, pos_in, file_out, pos_out, len, flags). An overlay
 * also calls this function to copy a file to its upper layer, which is no event. Only the file's
 * mount distinguishes such a copy.
 */
SEC("?fexit")
int file_clone_fexit(__u64 *ctx)
{
	__u64 file = et_ctx_address(ctx, 2);

	if ((__s64)ctx[6] <= 0 || modify_is_internal(modify_mount_at(file)))
		return 0;
	return modify_contents(file);
}

/* At the return of do_sendfile(out_fd, in_fd, ppos, count, max). */
SEC("?fexit")
int file_sendfile_fexit(__u64 *ctx)
{
	return (__s64)ctx[5] > 0 ? modify_contents(et_file_address_of(et_current(), ctx[0])) : 0;
}

/* At the return of vfs_fallocate(file, mode, offset, len). */
SEC("?fexit")
int file_fallocate_fexit(__u64 *ctx)
{
	return (int)ctx[4] ? 0 : modify_contents(et_ctx_address(ctx, 0));
}

/*
 * At the return of do_truncate(), which gets a struct file for ftruncate(2) and open(2), and NULL
 * for truncate(2).
 */
SEC("?fexit")
int file_ftruncate_fexit(__u64 *ctx)
{
	int ret = et_ret_traced(ctx, DO_TRUNCATE);

	return ret ? 0 : modify_contents(et_arg_address(ctx, DO_TRUNCATE_FILE));
}

/* At the return of vfs_truncate(path, length). */
SEC("?fexit")
int file_truncate_fexit(__u64 *ctx)
{
	return ctx[2] ? 0 : modify_at_path(et_ctx_address(ctx, 0), ET_CHANGE_TYPE_CONTENT);
}

/* At the return of chmod_common(path, mode). */
SEC("?fexit")
int file_chmod_fexit(__u64 *ctx)
{
	return (int)ctx[2] ? 0 : modify_at_path(et_ctx_address(ctx, 0), ET_CHANGE_TYPE_PERMISSIONS);
}

/* At the return of chown_common(path, user, group). */
SEC("?fexit")
int file_chown_fexit(__u64 *ctx)
{
	return (int)ctx[3] ? 0 : modify_at_path(et_ctx_address(ctx, 0), ET_CHANGE_TYPE_OWNER);
}

/* ---- extended attributes ----------------------------------------------------------------- */

/*
 * The kernel's functions for extended attributes get no vfsmount, which a path needs. So BPF
 * programs save the mount on which the task holds write access. A system call gets this access
 * before the change, and drops it afterwards.
 *
 * An overlay also gets write access, on its own private mount of an underlying file system; this
 * mount is not saved. The private mount of memfds is saved, because processes use these files.
 * (Overlays of recent kernels get write access by another function.)
 */
static __always_inline int modify_wanted(__u64 mount)
{
	struct pending_call call = { .mount = mount };

	if (pending_op_is_foreign() || modify_is_internal(mount))
		return 0;
	/*
	 * If the map has no room, count only this failure, and no lost event: most tasks that get
	 * write access change no extended attributes.
	 */
	if (!pending_call_save(PENDING_SLOT_MOUNT, &call))
		et_refused(ET_TABLE_FILE_CALLS);
	return 0;
}

static __always_inline int modify_given_back(__u64 mount)
{
	struct pending_call *call = pending_call_mine(PENDING_SLOT_MOUNT);

	if (call && call->mount == mount)
		pending_call_drop(PENDING_SLOT_MOUNT);
	return 0;
}

/*
 * The mount of the file with @dentry, whose extended attributes have changed. Returns 0 if no mount
 * is saved for the task, or if the saved mount is of another file system. If a mount may be missing
 * for lack of room, count the event as lost.
 */
static __always_inline __u64 modify_mount_of(const struct dentry *dentry)
{
	struct pending_call *call = pending_call_mine(PENDING_SLOT_MOUNT);
	__u64 mount;

	if (!call) {
		if (et_has_refused(ET_TABLE_FILE_CALLS) && !pending_op_is_foreign() &&
		    !et_skips(ET_FILE_MODIFY, et_current()))
			et_lost_as(ET_FILE_MODIFY, ET_LOST_CAUSE_PENDING_FULL, 1);
		return 0;
	}
	mount = call->mount;
	if (et_read_address((const struct vfsmount *)mount, mnt_sb) !=
	    et_read_address(dentry, d_sb))
		return 0;
	return mount;
}

static __always_inline int modify_attributes(__u64 at, int ret)
{
	const struct dentry *dentry = (const struct dentry *)at;
	__u64 mount = ret ? 0 : modify_mount_of(dentry);

	if (mount)
		modify_known(at, mount, et_read_address(dentry, d_inode), ET_CHANGE_TYPE_XATTRS);
	return 0;
}

/*
 * At the return of mnt_want_write(m); the next BPF program: at the return of
 * mnt_want_write_file(file).
 */
SEC("?fexit")
int file_want_fexit(__u64 *ctx)
{
	return (int)ctx[1] ? 0 : modify_wanted(et_ctx_address(ctx, 0));
}

SEC("?fexit")
int file_want_file_fexit(__u64 *ctx)
{
	return (int)ctx[1] ? 0 : modify_wanted(modify_mount_at(et_ctx_address(ctx, 0)));
}

/*
 * At the entry of mnt_drop_write(mnt); the next BPF program: at the entry of
 * mnt_drop_write_file(file).
 */
SEC("?fentry")
int file_drop_fentry(__u64 *ctx)
{
	return modify_given_back(et_ctx_address(ctx, 0));
}

SEC("?fentry")
int file_drop_file_fentry(__u64 *ctx)
{
	return modify_given_back(modify_mount_at(et_ctx_address(ctx, 0)));
}

SEC("?fexit")
int file_setxattr_fexit(__u64 *ctx)
{
	return modify_attributes(et_arg_address(ctx, VFS_SETXATTR_DENTRY),
				 et_ret_traced(ctx, VFS_SETXATTR));
}

SEC("?fexit")
int file_removexattr_fexit(__u64 *ctx)
{
	return modify_attributes(et_arg_address(ctx, VFS_REMOVEXATTR_DENTRY),
				 et_ret_traced(ctx, VFS_REMOVEXATTR));
}

/*
 * At the return of vfs_set_acl(idmap, dentry, acl_name, kacl); the next BPF program: at the return
 * of vfs_remove_acl(idmap, dentry, acl_name).
 */
SEC("?fexit")
int file_set_acl_fexit(__u64 *ctx)
{
	return modify_attributes(et_ctx_address(ctx, 1), ctx[4]);
}

SEC("?fexit")
int file_remove_acl_fexit(__u64 *ctx)
{
	return modify_attributes(et_ctx_address(ctx, 1), ctx[3]);
}

/* ---- kprobe and kretprobe ---------------------------------------------------------------- */

static __always_inline int modify_enter(__u64 dentry, __u64 mount, __u32 change, __u64 stack)
{
	struct pending_call call = {
		.dentry = dentry,
		.mount = mount,
		.what = change,
		.stack = stack,
	};

	call.inode = et_read_address((const struct dentry *)dentry, d_inode);
	pending_call_remember(PENDING_SLOT_CHANGE, &call, ET_FILE_MODIFY);
	return 0;
}

static __always_inline int modify_file_enter(__u64 at, struct pt_regs *ctx)
{
	const struct file *file = (const struct file *)at;

	if (!at || !modify_is_emitted(file))
		return 0;
	return modify_enter(et_read_address(file, f_path.dentry), modify_mount_at(at),
			    ET_CHANGE_TYPE_CONTENT, PT_REGS_SP(ctx));
}

static __always_inline int modify_path_enter(__u64 at, __u32 change, struct pt_regs *ctx)
{
	const struct path *path = (const struct path *)at;

	if (pending_op_is_foreign())
		return 0;
	return modify_enter(et_read_address(path, dentry), et_read_address(path, mnt), change,
			    PT_REGS_SP(ctx));
}

static __always_inline int modify_attributes_enter(__u64 dentry, struct pt_regs *ctx)
{
	__u64 mount = modify_mount_of((const struct dentry *)dentry);

	if (!mount)
		return 0;
	return modify_enter(dentry, mount, ET_CHANGE_TYPE_XATTRS, PT_REGS_SP(ctx));
}

/* At the entry of vfs_write(), vfs_writev() or vfs_fallocate(): the file is the first argument. */
SEC("?kprobe")
int file_write_kprobe(struct pt_regs *ctx)
{
	return modify_file_enter(PT_REGS_PARM1(ctx), ctx);
}

/* At the entry of do_splice() or vfs_copy_file_range(): the file is the third argument. */
SEC("?kprobe")
int file_copy_kprobe(struct pt_regs *ctx)
{
	return modify_file_enter(PT_REGS_PARM3(ctx), ctx);
}

SEC("?kprobe")
int file_clone_kprobe(struct pt_regs *ctx)
{
	__u64 file = PT_REGS_PARM3(ctx);

	return modify_is_internal(modify_mount_at(file)) ? 0 : modify_file_enter(file, ctx);
}

SEC("?kprobe")
int file_sendfile_kprobe(struct pt_regs *ctx)
{
	return modify_file_enter(et_file_address_of(et_current(), PT_REGS_PARM1(ctx)), ctx);
}

SEC("?kprobe")
int file_ftruncate_kprobe(struct pt_regs *ctx)
{
	return modify_file_enter(et_arg_kprobed(ctx, DO_TRUNCATE_FILE), ctx);
}

SEC("?kprobe")
int file_truncate_kprobe(struct pt_regs *ctx)
{
	return modify_path_enter(PT_REGS_PARM1(ctx), ET_CHANGE_TYPE_CONTENT, ctx);
}

SEC("?kprobe")
int file_chmod_kprobe(struct pt_regs *ctx)
{
	return modify_path_enter(PT_REGS_PARM1(ctx), ET_CHANGE_TYPE_PERMISSIONS, ctx);
}

SEC("?kprobe")
int file_chown_kprobe(struct pt_regs *ctx)
{
	return modify_path_enter(PT_REGS_PARM1(ctx), ET_CHANGE_TYPE_OWNER, ctx);
}

SEC("?kprobe")
int file_want_kprobe(struct pt_regs *ctx)
{
	return modify_wanted(PT_REGS_PARM1(ctx));
}

SEC("?kprobe")
int file_want_file_kprobe(struct pt_regs *ctx)
{
	return modify_wanted(modify_mount_at(PT_REGS_PARM1(ctx)));
}

SEC("?kprobe")
int file_drop_kprobe(struct pt_regs *ctx)
{
	return modify_given_back(PT_REGS_PARM1(ctx));
}

SEC("?kprobe")
int file_drop_file_kprobe(struct pt_regs *ctx)
{
	return modify_given_back(modify_mount_at(PT_REGS_PARM1(ctx)));
}

SEC("?kprobe")
int file_setxattr_kprobe(struct pt_regs *ctx)
{
	return modify_attributes_enter(et_arg_kprobed(ctx, VFS_SETXATTR_DENTRY), ctx);
}

SEC("?kprobe")
int file_removexattr_kprobe(struct pt_regs *ctx)
{
	return modify_attributes_enter(et_arg_kprobed(ctx, VFS_REMOVEXATTR_DENTRY), ctx);
}

SEC("?kprobe")
int file_acl_kprobe(struct pt_regs *ctx)
{
	return modify_attributes_enter(PT_REGS_PARM2(ctx), ctx);
}

/*
 * At the return of a kernel function: delete the task's pending change from the map, and report the
 * change if @done is true. Do nothing if only a nested call returns.
 */
static __always_inline int modify_exit(const struct pt_regs *ctx, bool done)
{
	struct pending_call *call = pending_call_mine(PENDING_SLOT_CHANGE);
	__u64 dentry, mount, inode;
	__u32 change;

	if (!call || pending_op_is_inner(call->stack, PT_REGS_SP(ctx)))
		return 0;
	dentry = call->dentry;
	mount = call->mount;
	inode = call->inode;
	change = call->what;
	pending_call_drop(PENDING_SLOT_CHANGE);
	if (done)
		modify_known(dentry, mount, inode, change);
	return 0;
}

/* At the return of kernel functions that return the number of bytes written. */
SEC("?kretprobe")
int file_written_kretprobe(struct pt_regs *ctx)
{
	return modify_exit(ctx, (__s64)PT_REGS_RC(ctx) > 0);
}

/* At the return of kernel functions that return 0 on success. */
SEC("?kretprobe")
int file_changed_kretprobe(struct pt_regs *ctx)
{
	return modify_exit(ctx, !(int)PT_REGS_RC(ctx));
}
