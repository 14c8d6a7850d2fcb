/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/hooks/hook_rows.h"

#define OPENED FUNC("file_open_fexit", "vfs_open"), FUNC("file_finish_open_fexit", "finish_open")
#define OPENED_KPROBES                                                                      \
	TP_BTF("file_call_gone_tp_btf"), FUNC("file_open_kretprobe", "security_file_open"), \
		FUNC("file_open_enter_kprobe", "security_file_open")

#define OPENS                                                                       \
	EXIT_OLD("file_open_tp", "open"), EXIT("file_open_tp", "openat"),           \
		EXIT("file_open_tp", "openat2"), EXIT_OLD("file_open_tp", "creat"), \
		EXIT_IF("file_open_tp", "open_by_handle_at") /* needs CONFIG_FHANDLE */

/*
 * Hooks on kernel functions come first, because such a hook gets the file itself. At other hooks,
 * BPF programs often have to look up a path, which may have changed meanwhile. Hooks on kernel
 * functions also see 32-bit system calls and io_uring.
 *
 * The functions that ask security modules for permission, such as security_path_unlink(), get the
 * mount, and thus the path. They need CONFIG_SECURITY_PATH, and have the same parameters in all
 * kernels. The kernel calls them once for each operation of a process. It does not call them again
 * when an overlay operates on its lower layers.
 *
 * The kernel changes dentries only if the operation succeeds, so the functions that change them are
 * hooked. They are in another source file than their callers, so the compiler does not inline them.
 */

/* clang-format off */
static const struct et_hook_candidate rows[] = {
	/*
	 * The kernel calls d_delete() for a deleted file. But NFS renames a deleted file that is
	 * still open, and does not call d_delete(). So the return of vfs_unlink() is hooked too.
	 * That hook alone is not enough: the compiler may inline vfs_unlink() or vfs_rmdir() into
	 * its caller, as it does with vfs_rmdir() in 5.10. A kretprobe may miss a return. So the
	 * kprobe candidate uses the return only to delete a pending operation that has failed.
	 */
	{
		.event_id = ET_FILE_DELETE, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/d_delete, fexit/{security_path,vfs}_{unlink,rmdir}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_OPS,
		/*
		 * Attach the BPF programs at the end of an operation before those at the beginning.
		 * Then each operation that is saved at its beginning is also seen at its end.
		 */
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"),
			 FUNC("file_unlink_fexit", "vfs_unlink"),
			 FUNC("file_rmdir_fexit", "vfs_rmdir"),
			 FUNC("file_delete_fentry", "d_delete"),
			 FUNC("file_unlink_enter_fexit", "security_path_unlink"),
			 FUNC("file_rmdir_enter_fexit", "security_path_rmdir")),
	},
	{
		.event_id = ET_FILE_DELETE, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/{security_path_{unlink,rmdir},d_delete}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_OPS,
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"),
			 FUNC("file_op_exit_kretprobe", "vfs_unlink"),
			 FUNC("file_op_exit_kretprobe", "vfs_rmdir"),
			 FUNC("file_delete_kprobe", "d_delete"),
			 FUNC("file_delete_enter_kprobe", "security_path_unlink"),
			 FUNC("file_delete_enter_kprobe", "security_path_rmdir")),
	},
	{
		.event_id = ET_FILE_DELETE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{unlink,unlinkat,rmdir}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_LOOKUPS,
		PROGRAMS(TP_BTF("file_gone_tp_btf"),
			 TP_BTF_IF("file_delete_ext4_tp_btf", "ext4_unlink_enter", "ext4"),
			 TP_BTF_IF("file_delete_f2fs_tp_btf", "f2fs_unlink_enter", "f2fs"),
			 EXIT_OLD("file_delete_tp", "unlink"), EXIT_OLD("file_delete_tp", "rmdir"),
			 EXIT("file_delete_tp", "unlinkat"),
			 ENTER_OLD("file_delete_enter_tp", "unlink"),
			 ENTER_OLD("file_delete_enter_tp", "rmdir"),
			 ENTER("file_delete_enter_tp", "unlinkat")),
	},
	/*
	 * A file is open when vfs_open() returns. finish_open() is for file systems that look up,
	 * create and open a file in one step. The open of a pipe may sleep for ever, and meanwhile
	 * a kretprobe on vfs_open() may miss other calls. So the kprobe candidate hooks
	 * security_file_open(), which the kernel calls before the open can sleep. A new hard link
	 * is a FILE_CREATE too. A kretprobe on vfs_link() is possible, because this function sleeps
	 * only as long as the file system takes.
	 */
	{
		.event_id = ET_FILE_CREATE, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/{vfs_open,finish_open,security_path_link,vfs_link}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_OPS,
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"), OPENED,
			 FUNC("file_link_fexit", "vfs_link"),
			 FUNC("file_link_enter_fexit", "security_path_link")),
	},
	{
		.event_id = ET_FILE_CREATE, .kind = ET_ATTACH_KPROBE,
		.hook = "k(ret)probe/{security_file_open,security_path_link,vfs_link}",
		NEEDS("btf_trace_sched_process_exit", "vfs_link"),
		.maps = ET_MAP_PENDING_CALLS | ET_MAP_PENDING_OPS,
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"), OPENED_KPROBES,
			 FUNC("file_link_kretprobe", "vfs_link"),
			 FUNC("file_link_kprobe", "vfs_link"),
			 FUNC("file_link_enter_kprobe", "security_path_link")),
	},
	{
		.event_id = ET_FILE_CREATE, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{exit_{open*,creat},{enter,exit}_link*}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_LOOKUPS,
		PROGRAMS(TP_BTF("file_gone_tp_btf"), OPENS,
			 EXIT_OLD("file_link_tp", "link"), EXIT("file_link_tp", "linkat"),
			 ENTER_OLD("call_paths_enter_tp", "link"),
			 ENTER("call_paths_enter_tp", "linkat")),
	},
	/*
	 * The kernel calls d_move() and d_exchange() when the file system has renamed the file. At
	 * that time the dentries still have their old names. The return of vfs_rename() is only
	 * used to delete pending operations that have failed.
	 */
	{
		.event_id = ET_FILE_RENAME, .kind = ET_ATTACH_FENTRY,
		.hook = "fentry/{d_move,d_exchange}, fexit/security_path_rename",
		NEEDS("btf_trace_sched_process_exit", "vfs_rename(rd)"),
		.maps = ET_MAP_PENDING_OPS,
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"),
			 FUNC("file_rename_exit_fexit", "vfs_rename"),
			 FUNC("file_move_fentry", "d_move"),
			 FUNC("file_exchange_fentry", "d_exchange"),
			 FUNC("file_rename_enter_fexit", "security_path_rename")),
	},
	{
		.event_id = ET_FILE_RENAME, .kind = ET_ATTACH_KPROBE,
		.hook = "kprobe/{security_path_rename,d_move,d_exchange}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_OPS,
		PROGRAMS(TP_BTF("file_op_gone_tp_btf"),
			 FUNC("file_op_exit_kretprobe", "vfs_rename"),
			 FUNC("file_move_kprobe", "d_move"),
			 FUNC("file_move_kprobe", "d_exchange"),
			 FUNC("file_rename_enter_kprobe", "security_path_rename")),
	},
	{
		.event_id = ET_FILE_RENAME, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_rename*",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_LOOKUPS,
		PROGRAMS(TP_BTF("file_gone_tp_btf"),
			 EXIT_OLD("file_rename_tp", "rename"), EXIT("file_rename_tp", "renameat"),
			 EXIT("file_rename_tp", "renameat2"),
			 ENTER_OLD("call_paths_enter_tp", "rename"),
			 ENTER("call_paths_enter_tp", "renameat"),
			 ENTER("call_paths_enter_tp", "renameat2")),
	},
	/*
	 * Nearly all changes of a file go through these kernel functions; writes through a memory
	 * mapping, by io_uring or by io_submit(2) do not. All of the functions but do_sendfile()
	 * get the file or its path; do_sendfile() gets a descriptor. The functions for extended
	 * attributes get no mount: the BPF programs use the mount on which the task holds write
	 * access. Since 6.2 access control lists have their own functions.
	 */
	{
		.event_id = ET_FILE_MODIFY, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/{vfs_write,vfs_writev,...,chmod_common,chown_common,"
			"vfs_setxattr,...}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_CALLS | ET_MAP_UNRECORDED,
		PROGRAMS(TP_BTF("file_call_gone_tp_btf"),
			 FUNC("file_write_fexit", "vfs_write"),
			 FUNC("file_writev_fexit", "vfs_writev"),
			 FUNC("file_splice_fexit", "do_splice"),
			 FUNC("file_copy_fexit", "vfs_copy_file_range"),
			 FUNC("file_clone_fexit", "vfs_clone_file_range"),
			 FUNC("file_dedupe_fexit", "vfs_dedupe_file_range"),
			 FUNC("file_ioctl_fexit", ET_SYSCALL "ioctl"),
			 FUNC("file_sendfile_fexit", "do_sendfile"),
			 FUNC("file_fallocate_fexit", "vfs_fallocate"),
			 FUNC("file_ftruncate_fexit", "do_truncate"),
			 FUNC("file_truncate_fexit", "vfs_truncate"),
			 FUNC("file_chmod_fexit", "chmod_common"),
			 FUNC("file_chown_fexit", "chown_common"),
			 FUNC("file_drop_fentry", "mnt_drop_write"),
			 FUNC("file_drop_file_fentry", "mnt_drop_write_file"),
			 FUNC("file_setxattr_fexit", "vfs_setxattr"),
			 FUNC("file_removexattr_fexit", "vfs_removexattr"),
			 FUNC_IF("file_set_acl_fexit", "vfs_set_acl"),		/* since 6.2 */
			 FUNC_IF("file_remove_acl_fexit", "vfs_remove_acl"),
			 FUNC("file_want_fexit", "mnt_want_write"),
			 FUNC("file_want_file_fexit", "mnt_want_write_file")),
	},
	{
		.event_id = ET_FILE_MODIFY, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_{enter,exit}_{*write*,*truncate,*chmod*,*chown*,"
			"*xattr*,...}",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_CALL_FILES | ET_MAP_LOOKUPS | ET_MAP_UNRECORDED,
		PROGRAMS(TP_BTF("file_gone_tp_btf"),
			 EXIT("file_write_tp", "write"), EXIT("file_write_tp", "writev"),
			 EXIT("file_write_tp", "pwrite64"), EXIT("file_write_tp", "pwritev"),
			 EXIT("file_write_tp", "pwritev2"), EXIT("file_write_tp", "sendfile64"),
			 EXIT("file_fd_tp", "splice"), EXIT("file_fd_tp", "copy_file_range"),
			 EXIT("file_fd_tp", "ftruncate"), EXIT("file_fd_tp", "fallocate"),
			 EXIT("file_ioctl_tp", "ioctl"),
			 EXIT("file_path_tp", "truncate"),
			 EXIT_OLD("file_fd_tp", "open"), EXIT_OLD("file_fd_tp", "creat"),
			 EXIT("file_fd_tp", "openat"), EXIT("file_fd_tp", "openat2"),
			 EXIT_IF("file_fd_tp", "open_by_handle_at"),	/* needs CONFIG_FHANDLE */
			 EXIT("file_fd_tp", "fchmod"), EXIT_OLD("file_path_tp", "chmod"),
			 EXIT("file_path_tp", "fchmodat"),
			 EXIT_IF("file_path_tp", "fchmodat2"),		/* since 6.6 */
			 EXIT("file_fd_tp", "fchown"), EXIT_OLD("file_path_tp", "chown"),
			 EXIT_OLD("file_path_tp", "lchown"), EXIT("file_path_tp", "fchownat"),
			 EXIT("file_fd_tp", "fsetxattr"), EXIT("file_fd_tp", "fremovexattr"),
			 EXIT("file_path_tp", "setxattr"),
			 EXIT("file_path_tp", "removexattr"),
			 EXIT("file_path_tp", "lsetxattr"),
			 EXIT("file_path_tp", "lremovexattr"),
			 EXIT_IF("file_path_tp", "setxattrat"),		/* since 6.13 */
			 EXIT_IF("file_path_tp", "removexattrat"),
			 ENTER("call_write_enter_tp", "write"),
			 ENTER("call_write_enter_tp", "writev"),
			 ENTER("call_fd_enter_tp", "pwrite64"),
			 ENTER("call_fd_enter_tp", "pwritev"),
			 ENTER("call_write_enter_tp", "pwritev2"),
			 ENTER("call_fd_enter_tp", "sendfile64"),
			 ENTER("call_fd_enter_tp", "splice"),
			 ENTER("call_fd_enter_tp", "copy_file_range"),
			 ENTER("call_fd_enter_tp", "ftruncate"),
			 ENTER("call_fd_enter_tp", "fallocate"),
			 ENTER("call_ioctl_enter_tp", "ioctl"),
			 ENTER("call_fd_enter_tp", "fchmod"),
			 ENTER("call_fd_enter_tp", "fchown"),
			 ENTER("call_fd_enter_tp", "fsetxattr"),
			 ENTER("call_fd_enter_tp", "fremovexattr"),
			 ENTER("call_path_enter_tp", "truncate"),
			 ENTER_OLD("call_path_enter_tp", "chmod"),
			 ENTER("call_path_enter_tp", "fchmodat"),
			 ENTER_IF("call_path_enter_tp", "fchmodat2"),	/* since 6.6 */
			 ENTER_OLD("call_path_enter_tp", "chown"),
			 ENTER_OLD("call_path_enter_tp", "lchown"),
			 ENTER("call_path_enter_tp", "fchownat"),
			 ENTER("call_path_enter_tp", "setxattr"),
			 ENTER("call_path_enter_tp", "removexattr"),
			 ENTER("call_path_enter_tp", "lsetxattr"),
			 ENTER("call_path_enter_tp", "lremovexattr"),
			 ENTER_IF("call_path_enter_tp", "setxattrat"),	/* since 6.13 */
			 ENTER_IF("call_path_enter_tp", "removexattrat")),
	},
	/*
	 * The kprobe candidate (set of hooks) for FILE_MODIFY comes last. Writes to pipes and
	 * terminals may sleep for any time, and meanwhile its kretprobes may miss other calls.
	 */
	{
		.event_id = ET_FILE_MODIFY, .kind = ET_ATTACH_KPROBE,
		.hook = "kretprobe/{vfs_write,vfs_writev,...,chmod_common,chown_common,"
			"vfs_setxattr,...}",
		NEEDS("btf_trace_sched_process_exit", "do_truncate", "vfs_setxattr",
		      "vfs_removexattr"),
		.maps = ET_MAP_PENDING_CALLS | ET_MAP_UNRECORDED,
		PROGRAMS(TP_BTF("file_call_gone_tp_btf"),
			 FUNC("file_written_kretprobe", "vfs_write"),
			 FUNC("file_written_kretprobe", "vfs_writev"),
			 FUNC("file_written_kretprobe", "do_splice"),
			 FUNC("file_written_kretprobe", "vfs_copy_file_range"),
			 FUNC("file_written_kretprobe", "vfs_clone_file_range"),
			 FUNC("file_dedupe_kretprobe", "vfs_dedupe_file_range"),
			 FUNC("file_written_kretprobe", "do_sendfile"),
			 FUNC("file_changed_kretprobe", "vfs_fallocate"),
			 FUNC("file_changed_kretprobe", "do_truncate"),
			 FUNC("file_changed_kretprobe", "vfs_truncate"),
			 FUNC("file_changed_kretprobe", "chmod_common"),
			 FUNC("file_changed_kretprobe", "chown_common"),
			 FUNC("file_changed_kretprobe", "vfs_setxattr"),
			 FUNC("file_changed_kretprobe", "vfs_removexattr"),
			 FUNC_IF("file_changed_kretprobe", "vfs_set_acl"),	/* since 6.2 */
			 FUNC_IF("file_changed_kretprobe", "vfs_remove_acl"),
			 FUNC("file_write_kprobe", "vfs_write"),
			 FUNC("file_write_kprobe", "vfs_writev"),
			 FUNC("file_write_kprobe", "vfs_fallocate"),
			 FUNC("file_copy_kprobe", "do_splice"),
			 FUNC("file_copy_kprobe", "vfs_copy_file_range"),
			 FUNC("file_clone_kprobe", "vfs_clone_file_range"),
			 FUNC("file_dedupe_kprobe", "vfs_dedupe_file_range"),
			 FUNC("file_sendfile_kprobe", "do_sendfile"),
			 FUNC("file_ftruncate_kprobe", "do_truncate"),
			 FUNC("file_truncate_kprobe", "vfs_truncate"),
			 FUNC("file_chmod_kprobe", "chmod_common"),
			 FUNC("file_chown_kprobe", "chown_common"),
			 FUNC("file_drop_kprobe", "mnt_drop_write"),
			 FUNC("file_drop_file_kprobe", "mnt_drop_write_file"),
			 FUNC("file_setxattr_kprobe", "vfs_setxattr"),
			 FUNC("file_removexattr_kprobe", "vfs_removexattr"),
			 FUNC_IF("file_acl_kprobe", "vfs_set_acl"),
			 FUNC_IF("file_acl_kprobe", "vfs_remove_acl"),
			 FUNC("file_want_kprobe", "mnt_want_write"),
			 FUNC("file_want_file_kprobe", "mnt_want_write_file")),
	},
	{
		.event_id = ET_FILE_MEMFD_OPEN, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/{vfs_open,finish_open}",
		PROGRAMS(OPENED),
	},
	{
		.event_id = ET_FILE_MEMFD_OPEN, .kind = ET_ATTACH_KPROBE,
		.hook = "k(ret)probe/security_file_open",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_CALLS,
		PROGRAMS(OPENED_KPROBES),
	},
	{
		.event_id = ET_FILE_MEMFD_OPEN, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_open*",
		PROGRAMS(OPENS),
	},
	{
		.event_id = ET_FILE_SHMEM_OPEN, .kind = ET_ATTACH_FENTRY,
		.hook = "fexit/{vfs_open,finish_open}",
		PROGRAMS(OPENED),
	},
	{
		.event_id = ET_FILE_SHMEM_OPEN, .kind = ET_ATTACH_KPROBE,
		.hook = "k(ret)probe/security_file_open",
		NEEDS("btf_trace_sched_process_exit"),
		.maps = ET_MAP_PENDING_CALLS,
		PROGRAMS(OPENED_KPROBES),
	},
	{
		.event_id = ET_FILE_SHMEM_OPEN, .kind = ET_ATTACH_TRACEPOINT,
		.hook = "tracepoint/syscalls/sys_exit_open*",
		PROGRAMS(OPENS),
	},
};
/* clang-format on */

HOOK_TABLE(file, rows);
