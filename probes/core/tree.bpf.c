// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The processes of a tree: the one that a filter names, and all that descend from it. Loaded only
 * with such a filter.
 *
 * From its fork on a child belongs to the trees of whoever called, for ever, whoever becomes its
 * parent. What the kernel remembers is only the parent of today, so of processes that there were
 * before, it must be found out before a parent dies and its children are handed to another. User
 * space sets et_tree_seeding and attaches the programs for fork and exit; from then on each, before
 * it changes anything, follows the parents up to see whether the process at hand belongs to a tree:
 * the fork to tell the child, the exit to tell all children. Then tree_iter does so for each process
 * that there is. What it comes upon was in its place, or has been told; so one pass finds
 * everything, but for processes deeper than ET_TREE_LEVELS below what is known, for which it is
 * repeated as long as it finds anything. With that done, fork and free of the process are enough.
 *
 * Not at exit: a process that ends closes its files and connections after that, and its events are
 * still its own.
 */
#include "probes/core/filter.bpf.h"

#define ET_TREE_LEVELS   64
#define ET_TREE_CHILDREN 512

/* Set by user space while it finds out who is there. */
volatile __u32 et_tree_seeding = 0;

/* Which roots have been found: masks of their places in et_filter_trees. */
volatile __u32 et_tree_found[2] = {};

/* Processes that the last passes of tree_iter have added. */
volatile __u64 et_tree_added = 0;

/* Processes that belong to a tree and are not in the map: it is full, or they were too many. */
volatile __u64 et_tree_missed = 0;

/* A process that is itself where a tree begins keeps what it is. */
static __always_inline void tree_add(const struct task_struct *task, __u32 trees)
{
	struct et_process key = et_process_of(task);

	trees |= et_trees_of(task);
	if (bpf_map_update_elem(&tree, &key, &trees, BPF_ANY))
		__sync_fetch_and_add(&et_tree_missed, 1);
}

/* Which trees begin with it? It is entered then. */
static __always_inline __u32 tree_begins(const struct task_struct *task)
{
	__u32 trees = 0, tgid = et_read(task, tgid);

	for (int form = 0; form < 2; form++) {
		for (__u32 i = 0; i < ET_FILTER_VALUES && i < et_filter_counts[form][ET_BY_TREE];
		     i++) {
			if (et_filter_trees[form][i] != tgid)
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
 * Which trees does a process belong to, by its leader and its parents? A parent is read before its child is looked up:
 * if the child has been handed over meanwhile, it has been told before.
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

/* The children of a thread that ends, which are about to be handed over: its list's first entry. */
__weak int tree_tell_children(__u64 first, __u32 trees)
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

/* Attached only while et_tree_seeding is set. */
SEC("?tp_btf/sched_process_exit")
int tree_exit_tp_btf(__u64 *ctx)
{
	const struct task_struct *task = (void *)ctx[0];
	__u32 trees = tree_resolve(et_read_address(task, group_leader));

	if (trees)
		tree_tell_children(et_read_address(task, children.next), trees);
	return 0;
}

SEC("?tp_btf/sched_process_free")
int BPF_PROG(tree_free_tp_btf, struct task_struct *task)
{
	struct et_process key = { .start_time_ns = task->start_time, .tgid = task->tgid };

	/*
	 * Its leader may be gone. The one that was leader when another thread called execve is none
	 * any more: that has taken its number, and its start.
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
