/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The paths of a system call, for a program at the call's exit.
 *
 * The kernel copies a path's string at the call's entry. Another thread, another process that
 * shares the memory, or process_vm_writev(2) can write another string there while the call runs. So
 * a program copies the string at the call's entry, together with the directory that a relative path
 * begins at. The copy is looked up at the call's exit.
 *
 * If the string's page is not in memory yet, the copy fails: tracepoints cannot wait for the page.
 * The string is then read at the call's exit, because the kernel has loaded the page for the call.
 */
#ifndef ET_CALL_PATH_BPF_H
#define ET_CALL_PATH_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/task_map.bpf.h"

#define CALL_PATH_SHORT 256  /* bytes, with the terminator; nearly all paths are shorter */
#define CALL_PATH_MAX   4096 /* PATH_MAX of include/uapi/linux/limits.h, with the terminator */

/* Tasks in such calls at the same time, on kernels without task storage. */
#define CALL_PATHS 2048
#define CALL_LONGS 128

/* Selects a path of a call. A call with one path uses the first. */
enum call_path_which {
	CALL_PATH_FIRST,
	CALL_PATH_SECOND,
};

struct call_path {
	__u64 copy;        /* kernel address of the copy; 0: there is none */
	struct path begin; /* the directory that the path begins at; dentry NULL: unknown */
};

struct call_paths {
	struct call_path path[2];
	char text[2][CALL_PATH_SHORT];
};

/* Copies of longer paths. */
struct call_longs {
	char text[2][CALL_PATH_MAX];
};

ET_TASK_MAP(call_paths, struct call_paths, BPF_MAP_TYPE_HASH, CALL_PATHS);
ET_TASK_MAP(call_longs, struct call_longs, BPF_MAP_TYPE_HASH, CALL_LONGS);

/* True if @str is an address of the process. Kernel addresses have the highest bit set. */
static __always_inline bool call_path_is_user(__u64 str)
{
	return (__s64)str >= 0;
}

/* Find the directory that a path with this first character begins at. Returns true if it exists. */
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
 * Copy a path that does not fit into struct call_paths. Returns the copy's address; 0: it failed.
 */
static __always_inline __u64 call_path_copy_long(__u32 which, __u64 str)
{
	struct call_longs *longs = call_longs_make();
	char *text;

	if (!longs)
		return 0;
	text = longs->text[which];
	return bpf_probe_read_user_str(text, CALL_PATH_MAX, (void *)str) > 0 ? (__u64)text : 0;
}

/* At the call's entry: copy one of its paths. */
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
	/* The kernel reads no string for a process at a kernel address. */
	if (!call_path_is_user(str))
		return 0;
	text[0] = 0;
	/*
	 * Since 6.11 a NULL string can mean the directory's descriptor itself, like an empty one.
	 */
	n = str ? et_read_user_str(text, CALL_PATH_SHORT, (void *)str) : 1;
	if (n <= 0)
		return 0;
	call_path_begin(et_current(), text[0], dfd, &path->begin);
	path->copy = n < CALL_PATH_SHORT ? (__u64)text : call_path_copy_long(which, str);
	return 0;
}

/*
 * At the call's exit: the path's string, which is the copy if there is one. A global function, like
 * the next one: callers have no stack to spare.
 */
__weak __u64 call_path_of(__u32 which, __u64 str)
{
	const struct call_paths *paths = call_paths_find();
	__u64 copy = paths ? paths->path[which & 1].copy : 0;

	return copy ? copy : str;
}

/* The directory that the path with this copy begins at. */
static __always_inline bool call_path_began(__u64 copy, struct path *ret)
{
	const struct call_paths *paths = call_paths_find();

	if (!paths)
		return false;
	*ret = paths->path[CALL_PATH_FIRST].copy == copy ? paths->path[CALL_PATH_FIRST].begin
							 : paths->path[CALL_PATH_SECOND].begin;
	return ret->dentry;
}

/* Drop the copies at the call's exit, whatever its result. */
__weak int call_paths_end(void)
{
	struct call_paths *paths;

	if (!et_task_storage) {
		call_paths_drop();
		call_longs_drop();
		return 0;
	}
	/* The task's next call uses the same memory. */
	paths = call_paths_find();
	if (paths)
		paths->path[CALL_PATH_FIRST].copy = paths->path[CALL_PATH_SECOND].copy = 0;
	return 0;
}

#endif /* ET_CALL_PATH_BPF_H */
