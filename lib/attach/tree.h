/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that keep the processes of a filter's tree: probes/core/tree.bpf.c. */
#ifndef ET_TREE_H
#define ET_TREE_H

#include <linux/types.h>

#include "lib/attach/filter.h"
#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"

struct bpf_link;

struct et_tree {
	struct bpf_link *fork, *gone; /* NULL: there is no tree to keep */
};

/**
 * et_tree__begin() - find out who belongs to the trees, and begin to follow them
 * @loaded:	the programs
 * @set:	the filters; where none is by trees, nothing is done
 * @ret:	receives what is attached; to be ended with et_tree__end()
 * @err:	receives kind and message on failure
 *
 * Return: 0, -ESRCH if a tree's process does not exist, or a negative errno.
 */
int et_tree__begin(const struct et_loaded *loaded, const struct et_filter_set *set,
		   struct et_tree *ret, struct et_error *err);

/**
 * et_tree__fails() - is it the programs of trees that do not load?
 * @config:	with which they were to be loaded
 * @why:	receives what the verifier said of the first that does not
 * @size:	bytes at @why
 *
 * Return: 0: there is none that does not, or a negative errno.
 */
int et_tree__fails(const struct et_load_config *config, char *why, size_t size);

/* Detach. What is all zero is allowed. */
void et_tree__end(struct et_tree *tree);

/* Processes that have found no room. */
__u64 et_tree__missed(const struct et_loaded *loaded);

#endif /* ET_TREE_H */
