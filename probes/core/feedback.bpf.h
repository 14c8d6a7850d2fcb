/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Leaves out writes that a tracer's output may cause: writes of another tracer, and writes of a
 * process that reads a tracer's output. If they were recorded, each event would cause another one.
 *
 *	if (et_feeds_back(ET_FILE_MODIFY))
 *		return 0;		(the write is counted as filtered, and for its process)
 *
 * Only writes are left out. All other events of these processes are recorded.
 */
#ifndef ET_FEEDBACK_BPF_H
#define ET_FEEDBACK_BPF_H

/* clang-format off: vmlinux.h comes first */
#include "probes/core/file.bpf.h"
#include "probes/core/filter.bpf.h"
#include "lib/wire/tracers.h"
/* clang-format on */

/*
 * All tracers of the host share this map. If a tracer already runs, user space uses that tracer's
 * map instead of a new one.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct et_tracers);
} tracers __weak SEC(".maps");

/*
 * Processes that read a tracer's output; the iterator readers_iter finds them. A process whose
 * standard input is a tracer's output may be missing here: et_writes_back() checks descriptor 0.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_READERS);
	__type(key, struct et_process);
	__type(value, struct et_reader);
} readers __weak SEC(".maps");

/*
 * A bit 1 << (tgid % 64) for each process in the map `readers`. A process whose bit is not set is
 * not in the map, so no lookup is needed.
 */
volatile __u64 et_reader_bits __weak = 0;

/*
 * Counts of the events that were left out, by process. If the map has no room for a process, its
 * events are counted in et_unrecorded_others.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_READERS);
	__type(key, struct et_process);
	__type(value, struct et_unrecorded);
} unrecorded __weak SEC(".maps");

volatile __u64 et_unrecorded_others __weak = 0;

static __always_inline struct et_tracers *et_tracers_known(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&tracers, &zero);
}

/* True if @inode is the pipe or socket end from which a tracer's output is read. */
static __always_inline bool et_is_tracers_output(const struct et_tracers *known,
						 const struct inode *inode)
{
	for (__u32 i = 0; i < ET_TRACERS && i < known->used; i++)
		for (int j = 0; j < ET_TRACER_OUTPUTS; j++)
			if (known->slots[i].outputs[j].inode == (__u64)inode &&
			    known->slots[i].outputs[j].number == et_read(inode, i_ino))
				return true;
	return false;
}

static __always_inline bool et_reads_tracers_output(const struct et_tracers *known,
						    const struct file *file)
{
	const struct inode *inode = et_read(file, f_inode);

	/*
	 * A process that only writes into the pipe has the same inode open, so check that this file
	 * is open for reading.
	 */
	return inode && et_is_tracers_output(known, inode) && et_read(file, f_mode) & FMODE_READ;
}

static __always_inline bool et_is_tracer(const struct et_tracers *known,
					 const struct task_struct *task, __u32 tgid)
{
	for (__u32 i = 0; i < ET_TRACERS && i < known->used; i++)
		if (known->slots[i].tgid == tgid &&
		    known->slots[i].start_time_ns == et_read(task, group_leader, start_time))
			return true;
	return false;
}

static __always_inline bool et_is_reader(const struct task_struct *task, __u32 tgid)
{
	const struct et_reader *found;
	struct et_process key;
	struct file *file;

	if (!(et_reader_bits & 1ULL << (tgid & 63)))
		return false;
	key = et_process_of(task);
	found = bpf_map_lookup_elem(&readers, &key);
	if (!found || (found->hop && !found->damped))
		return false;
	/*
	 * Check that the process still has the tracer's output open. A child inherits the
	 * descriptor at fork, and the iterator adds the child to the map. A later execve of the
	 * child may close the descriptor.
	 */
	file = et_file_of(task, found->fd);
	return file && et_read_address(file, f_inode) == found->inode;
}

/*
 * Count a write of the current task that is left out, as an event of @type. et_writes_back() does
 * not call this function, because the nested call would take more stack. On kernels before 6.13,
 * the callers of et_writes_back() have little stack left.
 */
__weak int et_count_unrecorded(__u32 type)
{
	const struct task_struct *task = et_current();
	struct et_process key = et_process_of(task);
	struct et_unrecorded *found = bpf_map_lookup_elem(&unrecorded, &key);
	struct et_unrecorded first = { .events = 1 };

	barrier_var(type);
	et_filtered(type);
	if (!found) {
		et_fill_comm(first.comm, task);
		if (!bpf_map_update_elem(&unrecorded, &key, &first, BPF_NOEXIST))
			return 0;
		found = bpf_map_lookup_elem(&unrecorded, &key);
	}
	if (found)
		__sync_fetch_and_add(&found->events, 1);
	else
		__sync_fetch_and_add(&et_unrecorded_others, 1);
	return 0;
}

/*
 * True if the current task is a tracer or reads a tracer's output, so that a tracer's output may
 * cause its writes. It is a global function: the verifier checks it once for all callers.
 */
__weak int et_writes_back(void)
{
	const struct task_struct *task = et_current();
	const struct et_tracers *known = et_tracers_known();
	__u32 tgid = et_read(task, tgid);

	if (!known)
		return 0;
	return et_is_tracer(known, task, tgid) ||
	       (known->piped && et_reads_tracers_output(known, et_file_of(task, 0))) ||
	       et_is_reader(task, tgid);
}

/*
 * False if no write can result from a tracer's output. Then this tracer is the only one, its output
 * is no pipe or socket, and no process is known to read it. This cheap check avoids the call of
 * et_writes_back() for most writes.
 */
static __always_inline bool et_may_feed_back(void)
{
	const struct et_tracers *known = et_tracers_known();

	return known && (known->used > 1 || known->piped || et_reader_bits);
}

/*
 * True if the current task's write must not be recorded, because a tracer's output may have caused
 * it. The write is then counted as a filtered event of @type.
 */
static __always_inline bool et_feeds_back(enum et_event_type type)
{
	if (et_config.record_feedback || !et_may_feed_back() || !et_writes_back())
		return false;
	et_count_unrecorded(type);
	return true;
}

#endif /* ET_FEEDBACK_BPF_H */
