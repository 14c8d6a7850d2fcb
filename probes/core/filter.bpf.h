/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Leaves out events on purpose: what the tracer itself does, and what the user's filters drop.
 *
 *	if (et_skips(ET_PROCESS_EXEC, task))
 *		return 0;		(the event is counted as filtered)
 *
 * A probe calls et_skips() as soon as it knows that there is an event, and its task. The call comes
 * before the reads of the event's fields and before et_emit_begin(). For an event with a path it
 * also calls et_path_skips() (path_filter.bpf.h).
 *
 * An event passes if it matches one value of each kind of filter in use, and no value of the
 * excluding filters. The verifier knows which filters are in use, and removes the rest.
 */
#ifndef ET_FILTER_BPF_H
#define ET_FILTER_BPF_H

#include "probes/core/lane.bpf.h"
#include "probes/core/task.bpf.h"

/* Cgroups that a cgroup filter compares: the task's own and its ancestors, at most this many. */
#define ET_CGROUP_LEVELS 64

/*
 * Processes that belong to a process tree that a filter names. The value is a mask of 1 << enum
 * et_filter_form. tree.bpf.c updates the map; it is not created without such a filter.
 */
#define ET_TREE_MAX 16384

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_TREE_MAX);
	__type(key, struct et_process);
	__type(value, __u32);
} tree __weak SEC(".maps");

/*
 * True if a filter of kind @by (enum et_filter_kind) drops the event; @matches(form) tests the
 * values of a form. The verifier removes forms that are not in use.
 */
#define et_drops(by, matches)                                                            \
	((et_config.filters.used & ET_FILTER_BIT(by, ET_ONLY) && !(matches(ET_ONLY))) || \
	 (et_config.filters.used & ET_FILTER_BIT(by, ET_EXCEPT) && (matches(ET_EXCEPT))))

/* True if @value is one of the first @count of @values. The verifier knows @count as a constant. */
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
 * The filters' process trees that @task's process belongs to: a mask of 1 << enum et_filter_form.
 */
static __always_inline __u32 et_trees_of(const struct task_struct *task)
{
	struct et_process key = et_process_of(task);
	__u32 *found = bpf_map_lookup_elem(&tree, &key);

	return found ? *found : 0;
}

static __always_inline bool et_comm_among(const __u64 comm[2], enum et_filter_form form)
{
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
 * Compare the cgroup @kn and its ancestors with the values of cgroup filters. Returns the forms
 * that match, a mask of 1 << enum et_filter_form. The member kernfs_node::id is the cgroup's inode
 * number, a plain number since 5.5: commit 67c0496e87d1 ("kernfs: convert kernfs_node->id from
 * union kernfs_node_id to u64").
 */
static __always_inline __u32 et_cgroups_of(const struct kernfs_node *kn)
{
	__u32 found = 0;

	for (int i = 0; i < ET_CGROUP_LEVELS && kn; i++) {
		__u64 id = et_read(kn, id);

		for (int form = 0; form < 2; form++)
			if (et_cgroup_among(id, form))
				found |= 1 << form;
		kn = et_kernfs_parent_typed(kn);
	}
	return found;
}

/*
 * True if a filter by user, process tree, name or cgroup drops the event. Not inlined: a program
 * may call it more than once.
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
		/*
		 * The cgroup filters compare the task's cgroup of the version 2 hierarchy, which
		 * always exists.
		 */
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
 * True if a filter drops what @task does, or if @task is the tracer. No event is counted: programs
 * that keep pending operations call this before they know whether there will be an event.
 */
static __always_inline bool et_is_left_out(const struct task_struct *task, const struct cred *cred)
{
	__u32 tgid = et_read(task, tgid);

	/* Without filters the verifier removes all but the first comparison. */
	return tgid == et_config.self_tgid ||
	       (et_config.filters.used && et_drops_process(task, tgid, cred));
}

/*
 * Like et_skips(), for a task that is about to get the credentials @cred; NULL: it keeps its own.
 */
static __always_inline bool et_skips_as(enum et_event_type type, const struct task_struct *task,
					const struct cred *cred)
{
	/* The reader has stopped and has already read the counters, so nothing is counted. */
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
 * parent. A software interrupt does not belong to the task that it interrupts.
 */
static __always_inline bool et_skips(enum et_event_type type, const struct task_struct *task)
{
	return et_skips_as(type, task, NULL);
}

#endif /* ET_FILTER_BPF_H */
