// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* FILE_DELETE */
#include "probes/core/filter.bpf.h"
#include "probes/core/kernel_str.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/file.bpf.h"
#include "probes/file/lookup.bpf.h"

/* The text of a symbolic link is no longer there when it is deleted, so its beginning is kept. */
static __always_inline void delete_note_link(struct lookup *l, const struct inode *inode)
{
	const char *link = et_link_of(inode);
	long n;

	if (!link)
		return;
	n = bpf_probe_read_kernel_str(l->link, sizeof(l->link), link);
	l->link_has = n > 0 ? n - 1 : 0;
	l->link_len = et_kernel_strlen((__u64)link);
}

/* What is about to be deleted: once it is, nothing is left to be asked. */
static __always_inline int delete_enter(__u64 path, int dfd)
{
	const struct task_struct *task = et_current();
	struct dentry *dentry;
	struct inode *inode;
	struct lookup *l;
	__u32 len;

	/* What a filter drops takes no room. */
	if (et_is_left_out(task, NULL) || lookup_walk(path, dfd))
		return 0;
	l = lookup_mine();
	if (!l || !l->found || !l->last_len)
		return 0;
	dentry = lookup_found(l);
	inode = et_read(dentry, d_inode);
	et_fill_file_info(&l->info, inode);
	delete_note_link(l, inode);
	len = et_read(dentry, d_name.len);
	l->name_len = len;
	barrier_var(len);
	if (len <= ET_NAME_MAX)
		bpf_probe_read_kernel(l->other, len, et_read(dentry, d_name.name));
	return 0;
}

/* The entry of a file that is gone says that there is none, or is not to be found any more. */
static __always_inline bool delete_is_gone(const struct lookup *l)
{
	struct dentry *dentry = lookup_found(l);

	return !et_read(dentry, d_inode) || !et_read(dentry, d_hash.pprev);
}

static __always_inline int delete_emit(const struct task_struct *task, struct file_of *of)
{
	return FILE_EMIT(FILE_DELETE, file_delete, task, of);
}

/* Of a file that was found before it was deleted. */
__weak int delete_known(void)
{
	const struct task_struct *task = et_current();
	struct lookup *l = lookup_mine();
	struct file_of of = {};

	if (!l)
		return 0;
	et_src_name_set(&of.path, l->dentry, l->mount, task, (__u64)l->other, l->name_len, false);
	of.path.given = l->last;
	of.info = &l->info;
	of.link = (struct et_src){ .at = (__u64)l->link,
				   .orig = l->link_len,
				   .size = et_min(l->link_has, sizeof(l->link)) };
	return delete_emit(task, &of);
}

/* Of one of which the kernel had no entry then: its folder is known now, or nothing is. */
__weak int delete_unknown(void)
{
	const struct task_struct *task = et_current();
	struct lookup *l = lookup_mine();
	struct file_of of = {};

	if (!l)
		return 0;
	lookup_name(&of.path, l, task);
	return delete_emit(task, &of);
}

static __always_inline int delete_exit(long ret, __u64 path, int dfd)
{
	const struct task_struct *task = et_current();
	struct lookup *l;

	if (!ret && !et_skips(ET_FILE_DELETE, task)) {
		l = lookup_mine();
		if (l && l->found && l->last_len && delete_is_gone(l))
			delete_known();
		else if (!lookup_path(path, dfd))
			delete_unknown();
		else
			et_lost_no_room(ET_FILE_DELETE, ET_TABLE_LOOKUPS);
	}
	lookup_drop((__u64)task);
	return 0;
}

SEC("?tracepoint")
int file_delete_enter_tp(struct trace_event_raw_sys_enter *ctx)
{
	__u32 call = file_call(ctx->id);

	return delete_enter(file_call_path(call, 0), file_call_folder(call, 0));
}

SEC("?tracepoint")
int file_delete_tp(struct trace_event_raw_sys_exit *ctx)
{
	__u32 call = file_call(ctx->id);

	return delete_exit(ctx->ret, file_call_path(call, 0), file_call_folder(call, 0));
}

/* A thread that is killed in the call never leaves it. */
SEC("?tp_btf/sched_process_exit")
int file_gone_tp_btf(__u64 *ctx)
{
	lookup_drop(ctx[0]);
	return 0;
}
