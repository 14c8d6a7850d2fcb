/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Makes the record of FILE_RENAME, for all kinds of hooks. */
#ifndef ET_RENAME_BPF_H
#define ET_RENAME_BPF_H

#include "probes/file/file.bpf.h"

/*
 * Make the record of a renamed file. @old is the old path; @of describes the file by its new path.
 * The caller has checked all filters.
 */
static __always_inline int rename_emit(const struct task_struct *task,
				       const struct et_src_name *old, struct file_of *of)
{
	struct et_file_rename *ev;
	struct et_emit em;

	file_measure(of, task);
	ev = et_emit_begin(&em, FILE_RENAME, file_rename, et_need(&old->dir) + file_need(of));
	if (!ev)
		return 0;
	file_fill(ev, task, of);
	et_put_name(&em, OLD_PATH, old);
	et_put_name(&em, NEW_PATH, &of->path);
	et_put_kernel_str(&em, SYMLINK_TARGET_PATH, &of->link);
	et_put_cgroup(&em, &of->cgroup);
	et_emit_submit(&em);
	return 0;
}

#endif /* ET_RENAME_BPF_H */
