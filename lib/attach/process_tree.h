/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that follow the processes of a filter's tree: probes/core/tree.bpf.c. */
#ifndef ET_PROCESS_TREE_H
#define ET_PROCESS_TREE_H

#include <linux/types.h>

#include "lib/filter/filter.h"
#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"

struct bpf_link;

struct et_process_tree {
	struct bpf_link *fork, *gone; /* NULL: no filter by tree */
};

/**
 * et_process_tree__begin() - find the processes of the trees, and begin to follow them
 * @loaded:	the programs
 * @set:	the filters; nothing is done without a filter by tree
 * @ret:	receives the links; to be ended with et_process_tree__end()
 * @err:	receives kind and message on failure
 *
 * Return: 0, -ESRCH if a tree's process does not exist, or a negative errno.
 */
int et_process_tree__begin(const struct et_loaded *loaded, const struct et_filter_set *set,
			   struct et_process_tree *ret, struct et_error *err);

/**
 * et_process_tree__fails() - check whether the programs of trees fail to load
 * @config:	their configuration
 * @why:	receives the verifier's message for the first that fails
 * @size:	bytes at @why
 *
 * Return: 0: all load, or a negative errno.
 */
int et_process_tree__fails(const struct et_load_config *config, char *why, size_t size);

/* Detach. An all-zero @tree is allowed. */
void et_process_tree__end(struct et_process_tree *tree);

/* Number of processes that found no room. */
__u64 et_process_tree__missed(const struct et_loaded *loaded);

#endif /* ET_PROCESS_TREE_H */
