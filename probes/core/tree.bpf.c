// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Keeps the map `tree` up to date: all processes that a process tree filter names, and all their
 * descendants. These BPF programs are loaded only if there is such a filter.
 *
 * A child joins its parent's trees at fork and stays in them if it is re-parented. The kernel
 * remembers only the current parent. So the trees of processes that already exist must be found
 * before a parent dies and its children are re-parented.
 *
 * User space first sets et_tree_seeding and attaches the BPF programs for fork and exit. From then
 * on, both programs find the trees of a process by following its parents upwards. At a fork, the
 * child is added to the map; at an exit, all children are added. Then the iterator tree_iter adds
 * each existing process in the same way. Each process either still has its original parent, or is
 * already in the map.
 *
 * So one run of the iterator finds all processes, except those more than ET_TREE_LEVELS below a
 * known one. User space repeats the run as long as it finds more processes. After that, the BPF
 * programs that run when a process is forked and when a task is freed are enough.
 *
 * A process leaves the map when its task is freed, not at its exit. After its exit a process still
 * closes its files and connections, and these events belong to it.
 */
#include "probes/core/filter.bpf.h"

#define ET_TREE_LEVELS   64
#define ET_TREE_CHILDREN 512

/* User space sets this while it looks for the existing processes of the trees. */
volatile __u32 et_tree_seeding = 0;

/*
 * The roots of trees that have been found so far, by enum et_filter_form (ET_ONLY, ET_EXCEPT). Bit
 * i is set once the root process of et_config.filters.trees[form][i] has been found.
 */
volatile __u32 et_tree_found[2] = {};

/* Number of processes that tree_iter has added to the map. */
volatile __u64 et_tree_added = 0;

/*
 * Number of times that processes could not be added to the map: the map was full, or a parent had
 * more than ET_TREE_CHILDREN children.
 */
volatile __u64 et_tree_missed = 0;

/*
 * Add @task's process to the map as a member of @trees, besides the trees that it already belongs
 * to.
 */
static __always_inline void tree_add(const struct task_struct *task, __u32 trees)
{
	struct et_process key = et_process_of(task);

	trees |= et_trees_of(task);
	if (bpf_map_update_elem(&tree, &key, &trees, BPF_ANY))
		__sync_fetch_and_add(&et_tree_missed, 1);
}

/*
 * The trees whose root is @task's process, as a mask. If there are any, this adds the process to
 * the map.
 */
static __always_inline __u32 tree_begins(const struct task_struct *task)
{
	__u32 trees = 0, tgid = et_read(task, tgid);

	for (int form = 0; form < 2; form++) {
		for (__u32 i = 0;
		     i < ET_FILTER_VALUES && i < et_config.filters.counts[form][ET_FILTER_TREE];
		     i++) {
			if (et_config.filters.trees[form][i] != tgid)
				continue;
			et_tree_found[form] |= 1U << i;
			trees |= 1 << form;
		}
	}
	if (trees)
		tree_add(task, trees);
	return trees;
}

/*
 * The trees of a process, as a mask: those that the map has for the process itself and for its
 * ancestors. @leader is the address of the process's group leader. Each step first reads a
 * process's parent, and then looks the process up in the map. If the parent exits in between,
 * tree_exit_tp_btf() has already added the process to the map.
 */
__weak int tree_resolve(__u64 leader)
{
	const struct task_struct *task = (void *)leader, *parent;
	__u32 trees = 0;

	for (int i = 0; i < ET_TREE_LEVELS; i++) {
		parent = et_read(task, real_parent, group_leader);
		trees |= et_trees_of(task) | tree_begins(task);
		if (parent == task || !parent)
			break;
		task = parent;
	}
	return trees;
}

SEC("?tp_btf/sched_process_fork")
int BPF_PROG(tree_fork_tp_btf, struct task_struct *parent, struct task_struct *child)
{
	__u32 trees;

	if (child->pid != child->tgid)
		return 0;
	trees = et_tree_seeding ? tree_resolve(et_read_address(parent, group_leader))
				: et_trees_of(parent);
	if (trees)
		tree_add(child, trees);
	return 0;
}

/*
 * Add the children of an exiting thread to the map, before the kernel re-parents them. @first is
 * the first entry of the list task_struct::children of the thread.
 */
__weak int tree_add_children(__u64 first, __u32 trees)
{
	const struct list_head *entry = (void *)first, *head = et_read(entry, prev);

	for (int i = 0; i < ET_TREE_CHILDREN && entry && entry != head; i++) {
		tree_add((void *)entry - bpf_core_field_offset(struct task_struct, sibling), trees);
		entry = et_read(entry, next);
	}
	if (entry != head)
		__sync_fetch_and_add(&et_tree_missed, 1);
	return 0;
}

/*
 * User space attaches this BPF program only while it looks for existing processes
 * (et_tree_seeding).
 */
SEC("?tp_btf/sched_process_exit")
int tree_exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];
	__u32 trees = tree_resolve(et_read_address(task, group_leader));

	if (trees)
		tree_add_children(et_read_address(task, children.next), trees);
	return 0;
}

SEC("?tp_btf/sched_process_free")
int BPF_PROG(tree_free_tp_btf, struct task_struct *task)
{
	struct et_process key = { .start_time_ns = task->start_time, .tgid = task->tgid };

	/*
	 * Test the task's own IDs, because its group leader may be freed already. A thread that
	 * calls execve becomes the leader, and takes over the ID and start time of the former
	 * leader.
	 */
	if (task->pid == task->tgid)
		bpf_map_delete_elem(&tree, &key);
	return 0;
}

SEC("?iter/task")
int tree_iter(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	__u32 trees;

	if (!task || task->pid != task->tgid)
		return 0;
	trees = tree_resolve(et_read_address(task, group_leader));
	if (trees && trees != et_trees_of(task)) {
		tree_add(task, trees);
		et_tree_added++;
	}
	return 0;
}
