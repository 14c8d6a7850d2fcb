/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Fills the fields that all file events share. */
#ifndef ET_PROBES_FILE_BPF_H
#define ET_PROBES_FILE_BPF_H

#include "probes/core/cgroup.bpf.h"
#include "probes/core/file.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/core/name.bpf.h"
#include "probes/core/path_filter.bpf.h"
#include "probes/core/task.bpf.h"

/* Where the fields of a file event come from, and how long they are. */
struct file_of {
	struct et_src_name path;
	const struct inode *inode; /* the file's inode; NULL: unknown */
	/* saved fields, used instead of the inode's; NULL: there are none */
	const struct et_file_info *info;
	struct et_src link;          /* the target, if the file is a symbolic link */
	struct et_src_cgroup cgroup; /* the cgroups of the process */
};

/* Set @of to an existing file, given by its dentry, mount and inode. */
static __always_inline void file_by_path(struct file_of *of, const struct task_struct *task,
					 __u64 dentry, __u64 mount, const struct inode *inode)
{
	et_src_name_set(&of->path, dentry, mount, task, 0, 0, false);
	of->inode = inode;
	of->info = NULL;
}

/* Set @of to the open file @file. */
static __always_inline void file_by_file(struct file_of *of, const struct task_struct *task,
					 const struct file *file)
{
	file_by_path(of, task, et_read_address(file, f_path.dentry),
		     et_read_address(file, f_path.mnt),
		     (const struct inode *)et_read_address(file, f_inode));
}

/* For path filters: the address of the string that follows the dentry's path in @path. */
static __always_inline struct et_src file_name_of(const struct et_src_name *path)
{
	return (struct et_src){ .at = path->user ? path->name : path->given };
}

static __always_inline bool file_path_skips(enum et_event_type type, const struct file_of *of)
{
	struct et_src name = file_name_of(&of->path);

	/* An unresolved path may lead to a file that the user wants, so it is not dropped. */
	if (of->path.given_up)
		return false;
	return et_path_skips(type, &of->path.dir, of->path.len ? &name : NULL);
}

/*
 * Measure the lengths of all variable-length fields except the path. The caller has checked the
 * filters, so there will be an event.
 */
static __always_inline void file_measure(struct file_of *of, const struct task_struct *task)
{
	const char *link = NULL;

	of->cgroup = et_src_cgroup(task);
	/* If `info` is set, the caller has set `link` too. */
	if (of->info)
		return;
	if (of->inode)
		link = et_link_of(of->inode);
	of->link = et_src_kernel_str((__u64)link, ET_CAP_SYMLINK_TARGET_PATH);
}

static __always_inline __u32 file_need(const struct file_of *of)
{
	return et_need(&of->path.dir) + et_need(&of->link) + et_need_cgroup(&of->cgroup);
}

/* Fill the fields of fixed size that every file event has under the same name. */
#define file_fill(ev, task, of)                                                  \
	do {                                                                     \
		et_fill_pids(&(ev)->pids, task);                                 \
		et_fill_filtered(ev, task);                                      \
		(ev)->mount_namespace = et_read(task, nsproxy, mnt_ns, ns.inum); \
		if ((of)->info)                                                  \
			(ev)->file_info = *(of)->info;                           \
		else if ((of)->inode)                                            \
			et_fill_file_info(&(ev)->file_info, (of)->inode);        \
	} while (0)

/* Append the variable-length fields that every file event has, in the order of the schema. */
static __always_inline void file_put(struct et_emit *em, const struct file_of *of)
{
	et_put_name(em, PATH, &of->path);
	et_put_kernel_str(em, SYMLINK_TARGET_PATH, &of->link);
	et_put_cgroup(em, &of->cgroup);
}

/*
 * Make the record of an event of @type that has only the fields that all file events have. NAME is
 * an event with the same layout; it may be the event of @type itself. The caller has checked all
 * filters except path filters.
 */
#define FILE_EMIT_AS(type, NAME, name, task, of)                                         \
	({                                                                               \
		struct et_##name *__ev;                                                  \
		struct et_emit __em;                                                     \
                                                                                         \
		if (!file_path_skips(type, of)) {                                        \
			file_measure(of, task);                                          \
			__ev = et_emit_begin_as(&__em, type, NAME, name, file_need(of)); \
			if (__ev) {                                                      \
				file_fill(__ev, task, of);                               \
				file_put(&__em, of);                                     \
				et_emit_submit(&__em);                                   \
			}                                                                \
		}                                                                        \
		0;                                                                       \
	})

#define FILE_EMIT(NAME, name, task, of) FILE_EMIT_AS(ET_##NAME, NAME, name, task, of)

#endif /* ET_PROBES_FILE_BPF_H */
