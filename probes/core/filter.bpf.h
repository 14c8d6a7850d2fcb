/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Leaves out events on purpose: events of the tracer itself, and events that the user's filters
 * drop.
 *
 *	if (et_skips(ET_PROCESS_EXEC, task))
 *		return 0;		(the event is counted as filtered)
 *
 * A BPF program calls et_skips() as soon as it knows that there is an event, and which task causes
 * it. The call comes before the reads of the event's fields and before et_emit_begin(). For an
 * event with a path the BPF program also calls et_path_skips() (path_filter.bpf.h).
 *
 * An event passes if each kind of filter in use lets it pass. The event must match none of the
 * excluded values. If there are wanted values, it must match one of these. The verifier knows which
 * kinds of filters are in use, and removes the code of the others.
 */
#ifndef ET_FILTER_BPF_H
#define ET_FILTER_BPF_H

#include "probes/core/lane.bpf.h"
#include "probes/core/task.bpf.h"

/* A cgroup filter compares the task's cgroup and its ancestors, at most this many in all. */
#define ET_CGROUP_LEVELS 64

/*
 * The map `tree` has the processes that belong to a process tree of the user's filters. The value
 * is a mask: 1 << ET_ONLY for a wanted tree, 1 << ET_EXCEPT for an excluded tree. The BPF programs
 * of tree.bpf.c update the map. User space creates the map only if there is such a filter.
 */
#define ET_TREE_MAX 16384

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_TREE_MAX);
	__type(key, struct et_process);
	__type(value, __u32);
} tree __weak SEC(".maps");

/*
 * The patterns of the user's filters by name: ET_FILTER_VALUES wanted ones (ET_ONLY), then as many
 * excluded ones (ET_EXCEPT). User space creates the map only if there is such a pattern.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * ET_FILTER_VALUES);
	__type(key, __u32);
	__type(value, struct et_comm_pattern);
} comm_patterns __weak SEC(".maps");

/*
 * True if the filters of kind @by (enum et_filter_kind) drop the event. The caller's macro @matches
 * tests the event: matches(ET_ONLY) against the wanted values, matches(ET_EXCEPT) against the
 * excluded ones. The verifier removes the part that is not in use.
 */
#define et_drops(by, matches)                                                            \
	((et_config.filters.used & ET_FILTER_BIT(by, ET_ONLY) && !(matches(ET_ONLY))) || \
	 (et_config.filters.used & ET_FILTER_BIT(by, ET_EXCEPT) && (matches(ET_EXCEPT))))

/* True if @value is one of the first @count of @values. @count is a constant for the verifier. */
static __always_inline bool et_among(const volatile __u32 *values, __u32 count, __u32 value)
{
	for (__u32 i = 0; i < ET_FILTER_VALUES && i < count; i++)
		if (values[i] == value)
			return true;
	return false;
}

static __always_inline struct et_process et_process_of(const struct task_struct *task)
{
	return (struct et_process){
		.start_time_ns = et_read(task, group_leader, start_time),
		.tgid = et_read(task, tgid),
	};
}

/*
 * Whether @task's process belongs to process trees that the user's filters name: a mask with the
 * bits 1 << ET_ONLY and 1 << ET_EXCEPT.
 */
static __always_inline __u32 et_trees_of(const struct task_struct *task)
{
	struct et_process key = et_process_of(task);
	__u32 *found = bpf_map_lookup_elem(&tree, &key);

	return found ? *found : 0;
}

/*
 * True if a thread's name matches pattern number @pattern. @low has the first eight bytes of the
 * name, @high the others. Without patterns, the map does not exist, and this function is never
 * called. But kernels before 6.8 also verify functions that are never called, so the function first
 * checks for patterns.
 */
__weak int et_comm_matches(__u64 low, __u64 high, __u32 pattern)
{
	const struct et_comm_pattern *p;
	__u32 at;

	if (!et_config.filters.comm_patterns[ET_ONLY] &&
	    !et_config.filters.comm_patterns[ET_EXCEPT])
		return 0;
	p = bpf_map_lookup_elem(&comm_patterns, &pattern);
	if (!p)
		return 0;
	at = et_comm_closed(p->stars, 1);
	for (int i = 0; i < 16; i++) {
		__u8 byte = low;

		if (!byte)
			break;
		at = et_comm_closed(p->stars, (at & p->steps[byte]) << 1 | (at & p->stars));
		low = low >> 8 | high << 56;
		high >>= 8;
	}
	return !!(at & p->end);
}

static __always_inline bool et_comm_among(const __u64 comm[2], enum et_filter_form form)
{
	for (__u32 i = 0; i < ET_FILTER_VALUES && i < et_config.filters.comm_patterns[form]; i++)
		if (et_comm_matches(comm[0], comm[1], form * ET_FILTER_VALUES + i))
			return true;
	for (__u32 i = 0;
	     i < ET_FILTER_VALUES && i < et_config.filters.counts[form][ET_FILTER_COMM]; i++)
		if (et_config.filters.comms[form][i][0] == comm[0] &&
		    et_config.filters.comms[form][i][1] == comm[1])
			return true;
	return false;
}

static __always_inline bool et_cgroup_among(__u64 id, enum et_filter_form form)
{
	for (__u32 i = 0;
	     i < ET_FILTER_VALUES && i < et_config.filters.counts[form][ET_FILTER_CGROUP]; i++)
		if (et_config.filters.cgroups[form][i] == id)
			return true;
	return false;
}

/*
 * Compare the cgroup @kn and its ancestors with the values of the cgroup filters. Returns a mask: 1
 * << ET_ONLY if a wanted value matches, and 1 << ET_EXCEPT if an excluded value matches. See
 * et_cgroup_id() for the IDs.
 */
static __always_inline __u32 et_cgroups_of(const struct kernfs_node *kn)
{
	__u32 found = 0;

	for (int i = 0; i < ET_CGROUP_LEVELS && kn; i++) {
		__u64 id = et_read(kn, id);

		for (int form = 0; form < 2; form++)
			if (et_cgroup_among(id, form))
				found |= 1 << form;
		/*
		 * Without et_hide(), the verifier would follow all further levels once for each
		 * value of the mask.
		 */
		found = et_hide(found);
		kn = et_kernfs_parent_typed(kn);
	}
	return found;
}

/*
 * True if a filter by user ID, process tree, command name or cgroup drops the event. Not inlined,
 * because a BPF program may call it more than once.
 */
static __noinline bool et_drops_task(const struct task_struct *task, const struct cred *cred)
{
	if (et_config.filters.used & ET_FILTER_BITS(ET_FILTER_UID)) {
		__u32 uid = cred ? et_read(cred, uid.val) : et_read(task, cred, uid.val);

#define MATCHES(form) \
	et_among(et_config.filters.uids[form], et_config.filters.counts[form][ET_FILTER_UID], uid)
		if (et_drops(ET_FILTER_UID, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_config.filters.used & ET_FILTER_BITS(ET_FILTER_TREE)) {
		__u32 trees = et_trees_of(task);

#define MATCHES(form) (trees & (1 << (form)))
		if (et_drops(ET_FILTER_TREE, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_config.filters.used & ET_FILTER_BITS(ET_FILTER_COMM)) {
		__u64 comm[2] = {};

		et_fill_comm((char *)comm, task);
#define MATCHES(form) et_comm_among(comm, form)
		if (et_drops(ET_FILTER_COMM, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_config.filters.used & ET_FILTER_BITS(ET_FILTER_CGROUP)) {
		/* Use the task's cgroup in the version 2 hierarchy, which always exists. */
		__u32 cgroups = et_cgroups_of(et_read(task, cgroups, dfl_cgrp, kn));

#define MATCHES(form) (cgroups & (1 << (form)))
		if (et_drops(ET_FILTER_CGROUP, MATCHES))
			return true;
#undef MATCHES
	}
	return false;
}

static __always_inline bool et_drops_process(const struct task_struct *task, __u32 tgid,
					     const struct cred *cred)
{
#define MATCHES(form) \
	et_among(et_config.filters.pids[form], et_config.filters.counts[form][ET_FILTER_PID], tgid)
	if (et_config.filters.used & ET_FILTER_BITS(ET_FILTER_PID) &&
	    et_drops(ET_FILTER_PID, MATCHES))
		return true;
#undef MATCHES
	return et_config.filters.used &
		       ~(ET_FILTER_BITS(ET_FILTER_PID) | ET_FILTER_BITS(ET_FILTER_PATH_PREFIX)) &&
	       et_drops_task(task, cred);
}

/*
 * True if @task is the tracer, or if a filter drops the events of @task. This counts no event. It
 * is for BPF programs that save an operation before they know whether it will be an event.
 */
static __always_inline bool et_is_left_out(const struct task_struct *task, const struct cred *cred)
{
	__u32 tgid = et_read(task, tgid);

	/* Without filters the verifier removes all but the first comparison. */
	return tgid == et_config.self_tgid ||
	       (et_config.filters.used && et_drops_process(task, tgid, cred));
}

/*
 * True if an event of @type is dropped because of the task that causes it. The event is then
 * counted as filtered. @cred: the new credentials if the task is about to change its credentials,
 * else NULL.
 */
static __always_inline bool et_skips_as(enum et_event_type type, const struct task_struct *task,
					const struct cred *cred)
{
	/*
	 * User space has stopped recording and has already read the counters, so do not count the
	 * event.
	 */
	if (et_stopped)
		return true;
	if (!et_is_left_out(task, cred))
		return false;
	et_filtered(type);
	return true;
}

/*
 * True if an event of @type is dropped because of the task that causes it. The event is then
 * counted as filtered. @task is often the current task, but not always. For a fork it is the
 * parent. In a software interrupt, the current task is only the task that was interrupted.
 */
static __always_inline bool et_skips(enum et_event_type type, const struct task_struct *task)
{
	return et_skips_as(type, task, NULL);
}

#endif /* ET_FILTER_BPF_H */
