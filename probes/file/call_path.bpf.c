// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Copies the paths that system calls get, at their entry. See call_path.bpf.h. */
#include "probes/core/filter.bpf.h"
#include "probes/file/call.bpf.h"
#include "probes/file/lookup.bpf.h"

/*
 * Make room for the copies of the current task's paths. Returns false if a filter drops the task's
 * events, or if the map has no room. Without a copy, the path is read at the system call's exit.
 * Filters come first, so that dropped events take no room.
 */
static __always_inline bool call_paths_begin(void)
{
	if (et_is_left_out(et_current(), NULL))
		return false;
	if (call_paths_make())
		return true;
	et_refused(ET_TABLE_LOOKUPS);
	return false;
}

SEC("?tracepoint")
int call_path_enter_tp(void *ctx)
{
	__u32 call = file_call(et_enter_nr(ctx));

	if (call && call_paths_begin())
		call_path_take(CALL_PATH_FIRST, file_call_path(call, 0), file_call_folder(call, 0));
	return 0;
}

/* At the entry of a system call with two paths, such as rename(2). */
SEC("?tracepoint")
int call_paths_enter_tp(void *ctx)
{
	__u32 call = file_call(et_enter_nr(ctx));

	if (!call || !call_paths_begin())
		return 0;
	call_path_take(CALL_PATH_FIRST, file_call_path(call, 0), file_call_folder(call, 0));
	call_path_take(CALL_PATH_SECOND, file_call_path(call, 1), file_call_folder(call, 1));
	return 0;
}

/*
 * A thread that is killed in a system call never reaches the system call's exit. So delete the
 * thread's entries in the hash tables here. Task storage needs no deletion: the kernel frees it
 * with the task.
 */
SEC("?tp_btf/sched_process_exit")
int file_gone_tp_btf(__u64 *ctx)
{
	if (et_config.task_storage)
		return 0;
	lookups_drop();
	first_lookups_drop();
	call_paths_end();
	return 0;
}
