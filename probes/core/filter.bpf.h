/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is left out on purpose: the tracer's own doings, and what the user's filters drop.
 *
 *	if (et_skips(ET_PROCESS_EXEC, task))
 *		return 0;		(counted as filtered)
 *
 * A probe asks as soon as it knows that there is an event and whose it is: before it looks for
 * anything that it would record, and before et_emit_begin(). An event that has a path asks
 * et_path_skips() of path_filter.bpf.h as well.
 *
 * An event passes if it matches one value of every kind of filter that there is, and none of the
 * excluding ones. The verifier knows which filters there are, and removes the rest.
 */
#ifndef ET_FILTER_BPF_H
#define ET_FILTER_BPF_H

#include "probes/core/lane.bpf.h"
#include "probes/core/task.bpf.h"

/* Levels of cgroups that are looked at, from the task's own on. */
#define ET_CGROUP_LEVELS 64

/*
 * The filters' values and how many there are, by enum et_filter_form; of the prefixes of paths the
 * number alone. Told by user space, as what is in config.bpf.h. One object has them, filter.bpf.c:
 * a weak definition takes its room once for each object that is linked.
 */
extern const volatile __u32 et_filter_counts[2][ET_BYS];
extern const volatile __u32 et_filter_pids[2][ET_FILTER_VALUES];
extern const volatile __u32 et_filter_trees[2][ET_FILTER_VALUES];
extern const volatile __u32 et_filter_uids[2][ET_FILTER_VALUES];
extern const volatile __u64 et_filter_comms[2][ET_FILTER_VALUES][2];
extern const volatile __u64 et_filter_cgroups[2][ET_FILTER_VALUES];

/*
 * Processes of the trees that filters name, and of which: a mask of 1 << enum et_filter_form.
 * tree.bpf.c keeps it. Not created where there is no such filter.
 */
#define ET_TREE_MAX 16384

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ET_TREE_MAX);
	__type(key, struct et_process);
	__type(value, __u32);
} tree __weak SEC(".maps");

/*
 * Does a filter of kind @by drop what has @matches(form)? Of each form that is asked for only
 * where it is given.
 */
#define et_drops(by, matches)                                                \
	((et_filters & ET_FILTER_BIT(by, ET_ONLY) && !(matches(ET_ONLY))) || \
	 (et_filters & ET_FILTER_BIT(by, ET_EXCEPT) && (matches(ET_EXCEPT))))

/* Is @value one of @count values? The count is a constant to the verifier. */
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

/* The trees that a process belongs to: 1 << enum et_filter_form. */
static __always_inline __u32 et_trees_of(const struct task_struct *task)
{
	struct et_process key = et_process_of(task);
	__u32 *found = bpf_map_lookup_elem(&tree, &key);

	return found ? *found : 0;
}

static __always_inline bool et_comm_among(const __u64 comm[2], enum et_filter_form form)
{
	for (__u32 i = 0; i < ET_FILTER_VALUES && i < et_filter_counts[form][ET_BY_COMM]; i++)
		if (et_filter_comms[form][i][0] == comm[0] &&
		    et_filter_comms[form][i][1] == comm[1])
			return true;
	return false;
}

static __always_inline bool et_cgroup_among(__u64 id, enum et_filter_form form)
{
	for (__u32 i = 0; i < ET_FILTER_VALUES && i < et_filter_counts[form][ET_BY_CGROUP]; i++)
		if (et_filter_cgroups[form][i] == id)
			return true;
	return false;
}

/*
 * Of the cgroups from @kn up to the root: does one match? As a mask of 1 << enum et_filter_form.
 * kernfs_node::id is the inode's number, and a plain number since 5.5: commit 67c0496e87d1
 * ("kernfs: convert kernfs_node->id from union kernfs_node_id to u64").
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

/* By what it takes more than a look to see. Not inlined: a program may ask more than once. */
static __noinline bool et_drops_task(const struct task_struct *task, const struct cred *cred)
{
	if (et_filters & ET_FILTER_BITS(ET_BY_UID)) {
		__u32 uid = cred ? et_read(cred, uid.val) : et_read(task, cred, uid.val);

#define MATCHES(form) et_among(et_filter_uids[form], et_filter_counts[form][ET_BY_UID], uid)
		if (et_drops(ET_BY_UID, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_filters & ET_FILTER_BITS(ET_BY_TREE)) {
		__u32 trees = et_trees_of(task);

#define MATCHES(form) (trees & (1 << (form)))
		if (et_drops(ET_BY_TREE, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_filters & ET_FILTER_BITS(ET_BY_COMM)) {
		__u64 comm[2] = {};

		et_fill_comm((char *)comm, task);
#define MATCHES(form) et_comm_among(comm, form)
		if (et_drops(ET_BY_COMM, MATCHES))
			return true;
#undef MATCHES
	}
	if (et_filters & ET_FILTER_BITS(ET_BY_CGROUP)) {
		/* Its cgroup in the hierarchy of version 2, whether controllers are there or not. */
		__u32 cgroups = et_cgroups_of(et_read(task, cgroups, dfl_cgrp, kn));

#define MATCHES(form) (cgroups & (1 << (form)))
		if (et_drops(ET_BY_CGROUP, MATCHES))
			return true;
#undef MATCHES
	}
	return false;
}

static __always_inline bool et_drops_process(const struct task_struct *task, __u32 tgid,
					     const struct cred *cred)
{
#define MATCHES(form) et_among(et_filter_pids[form], et_filter_counts[form][ET_BY_PID], tgid)
	if (et_filters & ET_FILTER_BITS(ET_BY_PID) && et_drops(ET_BY_PID, MATCHES))
		return true;
#undef MATCHES
	return et_filters & ~(ET_FILTER_BITS(ET_BY_PID) | ET_FILTER_BITS(ET_BY_PATH)) &&
	       et_drops_task(task, cred);
}

/*
 * Does a filter drop what the task does, or is it the tracer's own doing? Not counted: for programs
 * that keep what is under way, before it is known whether there will be an event.
 */
static __always_inline bool et_is_left_out(const struct task_struct *task, const struct cred *cred)
{
	__u32 tgid = et_read(task, tgid);

	/* Without a filter nothing is left of it but the first comparison. */
	return tgid == et_self_tgid || (et_filters && et_drops_process(task, tgid, cred));
}

/* As et_skips(), of a task that is about to have other credentials: NULL are those that it has. */
static __always_inline bool et_skips_as(enum et_event_type type, const struct task_struct *task,
					const struct cred *cred)
{
	/* Not counted: the account is closed. */
	if (et_stopped)
		return true;
	if (!et_is_left_out(task, cred))
		return false;
	et_filtered(type);
	return true;
}

/*
 * Is an event of @type not to be recorded, because of the task whose doing it is? Then it is
 * counted. @task is often, but not always, the current one: of a fork it is the parent, and what
 * happens in a software interrupt is nobody's who runs at that moment.
 */
static __always_inline bool et_skips(enum et_event_type type, const struct task_struct *task)
{
	return et_skips_as(type, task, NULL);
}

#endif /* ET_FILTER_BPF_H */
