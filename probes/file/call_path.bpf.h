/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Copies the paths that a system call gets, at the system call's entry. A BPF program at its exit
 * uses the copies.
 *
 * The kernel copies a path's string at the system call's entry. Another thread, another process
 * that shares the memory, or process_vm_writev(2) can overwrite the string while the system call
 * runs. So a BPF program copies the string at the system call's entry, and saves the directory in
 * which a relative path begins. At the exit the copied path is looked up.
 *
 * If the string's page is not in memory yet, the copy fails: a BPF program cannot wait for the
 * page. Then the string is read at the system call's exit, when the kernel itself has loaded the
 * page.
 */
#ifndef ET_CALL_PATH_BPF_H
#define ET_CALL_PATH_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/task_map.bpf.h"

/*
 * size in bytes of the buffers in struct call_paths; nearly all paths are shorter. A path that
 * fills the buffer is copied to struct call_longs.
 */
#define CALL_PATH_SHORT 256
/* bytes of the longest path, with its NUL byte: PATH_MAX of include/uapi/linux/limits.h */
#define CALL_PATH_MAX 4096

/*
 * Limits on kernels without task storage. At most CALL_PATHS tasks can have saved paths at once.
 * Only CALL_LONGS of these can have a saved path that does not fit into struct call_paths.
 */
#define CALL_PATHS 2048
#define CALL_LONGS 128

/* Selects one of the paths of a system call, which has one or two. */
enum call_path_which {
	CALL_PATH_FIRST,
	CALL_PATH_SECOND,
};

struct call_path {
	__u64 copy;        /* kernel address of the copied string; 0: there is no copy */
	struct path begin; /* directory in which the path begins; dentry NULL: unknown */
};

struct call_paths {
	struct call_path path[2];
	char text[2][CALL_PATH_SHORT];
};

/* Copies of paths that do not fit into struct call_paths. */
struct call_longs {
	char text[2][CALL_PATH_MAX];
};

ET_TASK_MAP(call_paths, struct call_paths, BPF_MAP_TYPE_HASH, CALL_PATHS);
ET_TASK_MAP(call_longs, struct call_longs, BPF_MAP_TYPE_HASH, CALL_LONGS);

/*
 * Find the directory in which the lookup of a path begins. It is the root directory if @first, the
 * path's first character, is a slash. Otherwise it is the directory of descriptor @dfd, or the
 * working directory. Returns true if there is one.
 */
static __always_inline bool call_path_begin(const struct task_struct *task, char first, int dfd,
					    struct path *ret)
{
	struct fs_struct *fs = (struct fs_struct *)et_read_address(task, fs);
	const struct path *at = &fs->pwd;
	struct file *file;

	if (first == '/') {
		at = &fs->root;
	} else if (dfd != AT_FDCWD) {
		file = et_file_of(task, dfd);
		if (!file)
			return false;
		at = &file->f_path;
	}
	return !bpf_core_read(ret, sizeof(*ret), at);
}

/*
 * Copy the path @str, which does not fit into struct call_paths. Returns the copy's kernel address,
 * or 0 on failure.
 */
static __always_inline __u64 call_path_copy_long(__u32 which, __u64 str)
{
	struct call_longs *longs = call_longs_make();
	char *text;

	if (!longs)
		return 0;
	text = longs->text[which];
	return et_probe_read_user_str(text, CALL_PATH_MAX, str) > 0 ? (__u64)text : 0;
}

/*
 * At a system call's entry: copy the path at the user address @str. @which: the system call's first
 * or second path.
 */
__weak int call_path_take(__u32 which, __u64 str, int dfd)
{
	struct call_paths *paths = call_paths_find();
	struct call_path *path;
	char *text;
	long n;

	if (!paths)
		return 0;
	which &= 1;
	path = &paths->path[which];
	text = paths->text[which];
	path->copy = 0;
	path->begin.dentry = NULL;
	/* Do not read a path at a kernel address: the system call itself refuses it. */
	if (!et_is_user(str))
		return 0;
	text[0] = 0;
	/*
	 * A NULL string is no error: since 6.11 it can mean the file of @dfd itself, as an empty
	 * string does.
	 */
	n = str ? et_read_user_str(text, CALL_PATH_SHORT, str) : 1;
	if (n <= 0)
		return 0;
	call_path_begin(et_current(), text[0], dfd, &path->begin);
	path->copy = n < CALL_PATH_SHORT ? (__u64)text : call_path_copy_long(which, str);
	return 0;
}

/*
 * At a system call's exit: returns the address of the path's copy, or @str if there is no copy. Not
 * inline, because its variables would then take stack of the callers, which have none to spare.
 */
__weak __u64 call_path_of(__u32 which, __u64 str)
{
	const struct call_paths *paths = call_paths_find();
	__u64 copy = paths ? paths->path[which & 1].copy : 0;

	return copy ? copy : str;
}

/*
 * Find the directory in which the lookup of a copied path begins. @copy is the copy's address.
 * Returns false if the directory is unknown.
 */
static __always_inline bool call_path_began(__u64 copy, struct path *ret)
{
	const struct call_paths *paths = call_paths_find();

	if (!paths)
		return false;
	*ret = paths->path[CALL_PATH_FIRST].copy == copy ? paths->path[CALL_PATH_FIRST].begin
							 : paths->path[CALL_PATH_SECOND].begin;
	return ret->dentry;
}

/* At a system call's exit, after success and after failure: delete the copies of its paths. */
__weak int call_paths_end(void)
{
	struct call_paths *paths;

	if (!et_config.task_storage) {
		call_paths_drop();
		call_longs_drop();
		return 0;
	}
	/* Task storage keeps the memory for the task's next system call. */
	paths = call_paths_find();
	if (paths)
		paths->path[CALL_PATH_FIRST].copy = paths->path[CALL_PATH_SECOND].copy = 0;
	return 0;
}

#endif /* ET_CALL_PATH_BPF_H */
