/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The paths of a system call, where the call is seen at its end.
 *
 * The kernel copies a path's string when the call begins. Another thread, another process that
 * shares the memory, or process_vm_writev(2) can write another string there while the call runs. So
 * the string is copied when the call begins, together with the folder that a relative path begins
 * at, and the copy is looked up when the call ends.
 *
 * A string whose page is not in memory yet cannot be copied then: tracepoints cannot wait for it.
 * It is read when the call ends, for which the kernel has brought the page.
 */
#ifndef ET_CALL_PATH_BPF_H
#define ET_CALL_PATH_BPF_H

#include "probes/core/file.bpf.h"
#include "probes/core/strings.bpf.h"
#include "probes/core/task_map.bpf.h"

#define CALL_PATH_SHORT 256  /* bytes, with the terminator; nearly all paths are shorter */
#define CALL_PATH_MAX   4096 /* PATH_MAX of include/uapi/linux/limits.h, with the terminator */

/* Tasks in such calls at one time, where the kernel has no storage of tasks. */
#define CALL_PATHS 2048
#define CALL_LONGS 128

/* Which path of a call. A call of one path has the first. */
enum call_path_which {
	CALL_PATH_FIRST,
	CALL_PATH_SECOND,
};

struct call_path {
	__u64 copy;        /* where the copy is, an address of the kernel; 0: there is none */
	struct path begin; /* the folder that the path begins at; its dentry is NULL: unknown */
};

struct call_paths {
	struct call_path path[2];
	char text[2][CALL_PATH_SHORT];
};

/* Copies that are longer. */
struct call_longs {
	char text[2][CALL_PATH_MAX];
};

ET_TASK_MAP(call_paths, struct call_paths, BPF_MAP_TYPE_HASH, CALL_PATHS);
ET_TASK_MAP(call_longs, struct call_longs, BPF_MAP_TYPE_HASH, CALL_LONGS);

/* Is the string at @str the process's? The kernel's half of all addresses has the highest bit. */
static __always_inline bool call_path_is_user(__u64 str)
{
	return (__s64)str >= 0;
}

/* Where a path with that first character begins. Returns whether that is anywhere. */
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

/* Copy a path that does not fit into struct call_paths. Returns the copy's address; 0: it failed. */
static __always_inline __u64 call_path_copy_long(__u32 which, __u64 str)
{
	struct call_longs *longs = call_longs_make();
	char *text;

	if (!longs)
		return 0;
	text = longs->text[which];
	return bpf_probe_read_user_str(text, CALL_PATH_MAX, (void *)str) > 0 ? (__u64)text : 0;
}

/* The call begins: copy a path of it. */
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
	/* At an address of the kernel the kernel reads no string for a process. */
	if (!call_path_is_user(str))
		return 0;
	text[0] = 0;
	/* Since 6.11 no string at all can mean the folder's descriptor itself, as an empty one. */
	n = str ? et_read_user_str(text, CALL_PATH_SHORT, (void *)str) : 1;
	if (n <= 0)
		return 0;
	call_path_begin(et_current(), text[0], dfd, &path->begin);
	path->copy = n < CALL_PATH_SHORT ? (__u64)text : call_path_copy_long(which, str);
	return 0;
}

/*
 * The call ends: its path's string, the copy if there is one. A global function, as the next one: the
 * programs that ask have no stack to spare.
 */
__weak __u64 call_path_of(__u32 which, __u64 str)
{
	const struct call_paths *paths = call_paths_find();
	__u64 copy = paths ? paths->path[which & 1].copy : 0;

	return copy ? copy : str;
}

/* Where the path with that copy begins. */
static __always_inline bool call_path_began(__u64 copy, struct path *ret)
{
	const struct call_paths *paths = call_paths_find();

	if (!paths)
		return false;
	*ret = paths->path[CALL_PATH_FIRST].copy == copy ? paths->path[CALL_PATH_FIRST].begin
							 : paths->path[CALL_PATH_SECOND].begin;
	return ret->dentry;
}

/* The call is over, whatever came of it. */
__weak int call_paths_end(void)
{
	struct call_paths *paths;

	if (!et_task_storage) {
		call_paths_drop();
		call_longs_drop();
		return 0;
	}
	/* The next call of the task uses the same memory. */
	paths = call_paths_find();
	if (paths)
		paths->path[CALL_PATH_FIRST].copy = paths->path[CALL_PATH_SECOND].copy = 0;
	return 0;
}

#endif /* ET_CALL_PATH_BPF_H */
