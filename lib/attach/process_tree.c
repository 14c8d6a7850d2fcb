/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/process_tree.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/attach/iter.h"
#include "lib/api/error.h"
#include "probes/et_probes.skel.h"

/*
 * Largest number of runs of the iterator tree_iter. Each run finds descendants up to 64 levels
 * (ET_TREE_LEVELS) below those that were found before. So 32 runs reach 2,048 levels.
 */
#define PASSES_MAX 32

static int attach(struct bpf_program *prog, struct bpf_link **ret, struct et_error *err)
{
	struct bpf_link *link = bpf_program__attach(prog);

	if (!link)
		return et_error_set(
			err, ET_ERROR_ATTACH, -errno,
			"no tree of processes can be followed here: the kernel does not attach "
			"%s: %s",
			bpf_program__name(prog), strerror(errno));
	*ret = link;
	return 0;
}

static int look_at_all(const struct et_loaded *loaded, struct et_error *err)
{
	struct et_probes *skel = loaded->skel;
	struct bpf_link *link = NULL;
	__u64 added;
	int r, passes = 0;

	r = attach(skel->progs.tree_iter, &link, err);
	if (r < 0)
		return r;
	do {
		added = skel->bss->et_tree_added;
		r = et_iter__run(link);
		if (r < 0)
			et_error_set(err, ET_ERROR_SYSTEM, r, "looking at all processes: %s",
				     strerror(-r));
	} while (r == 0 && skel->bss->et_tree_added != added && ++passes < PASSES_MAX);
	bpf_link__destroy(link);
	return r;
}

static int check_found(const struct et_loaded *loaded, const struct et_filter_set *set,
		       struct et_error *err)
{
	for (int form = 0; form < 2; form++)
		for (__u32 i = 0; i < set->counts[form][ET_FILTER_TREE]; i++)
			if (!(loaded->skel->bss->et_tree_found[form] & 1U << i))
				return et_error_set(
					err, ET_ERROR_USAGE, -ESRCH,
					"there is no process %u: a tree begins with one that "
					"is running",
					set->trees[form][i]);
	return 0;
}

int et_process_tree__begin(const struct et_loaded *loaded, const struct et_filter_set *set,
			   struct et_process_tree *ret, struct et_error *err)
{
	struct et_probes *skel = loaded->skel;
	struct et_process_tree tree = { NULL, NULL };
	struct bpf_link *exit = NULL;
	int r;

	if (!et_filter_set__has(set, ET_FILTER_TREE))
		return 0;
	skel->bss->et_tree_seeding = 1;
	r = attach(skel->progs.tree_free_tp_btf, &tree.gone, err);
	if (r == 0)
		r = attach(skel->progs.tree_exit_tp_btf, &exit, err);
	if (r == 0)
		r = attach(skel->progs.tree_fork_tp_btf, &tree.fork, err);
	if (r == 0)
		r = look_at_all(loaded, err);
	skel->bss->et_tree_seeding = 0;
	bpf_link__destroy(exit);
	if (r == 0)
		r = check_found(loaded, set, err);
	if (r < 0) {
		et_process_tree__end(&tree);
		return r;
	}
	*ret = tree;
	return 0;
}

int et_process_tree__fails(const struct et_load_config *config, char *why, size_t size)
{
	static const struct et_hook_program programs[] = {
		{ .program = "tree_fork_tp_btf" },
		{ .program = "tree_exit_tp_btf" },
		{ .program = "tree_free_tp_btf" },
		{ .program = "tree_iter" },
	};
	int r = 0;

	if (!et_filter_set__has(&config->bpf.filters, ET_FILTER_TREE))
		return 0;
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs) && r == 0; i++)
		r = et_load__try(config, &programs[i], why, size);
	return r;
}

void et_process_tree__end(struct et_process_tree *tree)
{
	bpf_link__destroy(tree->fork);
	bpf_link__destroy(tree->gone);
	*tree = (struct et_process_tree){ NULL, NULL };
}

__u64 et_process_tree__missed(const struct et_loaded *loaded)
{
	return loaded->skel ? loaded->skel->bss->et_tree_missed : 0;
}
