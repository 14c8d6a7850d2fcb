/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaches the programs of probes/core/tree.bpf.c, which follow the processes that a tree filter
 * names, and their descendants.
 */
#ifndef ET_PROCESS_TREE_H
#define ET_PROCESS_TREE_H

#include <linux/types.h>

#include "lib/filter/filter.h"
#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"

struct bpf_link;

struct et_process_tree {
	/* links of the programs at fork and at the free of a task; NULL: no tree filter */
	struct bpf_link *fork, *gone;
};

/**
 * et_process_tree__begin() - find the processes of the trees, and begin to follow them
 * @loaded:	the loaded programs
 * @set:	the filters; nothing is done without a tree filter
 * @ret:	receives the links; the caller detaches them with et_process_tree__end()
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0, -ESRCH if a process that a filter names does not exist, or a negative errno.
 */
int et_process_tree__begin(const struct et_loaded *loaded, const struct et_filter_set *set,
			   struct et_process_tree *ret, struct et_error *err);

/**
 * et_process_tree__fails() - check whether a program of tree filters does not load
 * @config:	the programs' configuration
 * @why:	receives the verifier's message for the first program that fails
 * @size:	bytes at @why
 *
 * Return: 0: all load, or a negative errno.
 */
int et_process_tree__fails(const struct et_load_config *config, char *why, size_t size);

/* Detach the programs. A @tree with NULL members is allowed. */
void et_process_tree__end(struct et_process_tree *tree);

/* Number of processes of the trees that the map had no room for. */
__u64 et_process_tree__missed(const struct et_loaded *loaded);

#endif /* ET_PROCESS_TREE_H */
