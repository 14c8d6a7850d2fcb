/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaches the BPF programs of probes/core/tree.bpf.c. They keep a map of the processes that
 * process tree filters name, and of all their descendants.
 */
#ifndef ET_PROCESS_TREE_H
#define ET_PROCESS_TREE_H

#include <linux/types.h>

#include "lib/filter/filter.h"
#include "lib/attach/load.h"
#include "lib/include/eventstrace.h"

struct bpf_link;

struct et_process_tree {
	/*
	 * links of the BPF programs that run when a task forks, and when the kernel frees a task;
	 * NULL: no process tree filter
	 */
	struct bpf_link *fork, *gone;
};

/**
 * et_process_tree__begin() - find all processes of the process trees, and begin to follow forks
 * @loaded:	the loaded BPF programs
 * @set:	the filters; nothing is done without a process tree filter
 * @ret:	receives the links; the caller detaches them with et_process_tree__end()
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0, -ESRCH if a process that a filter names does not exist, or a negative errno.
 */
int et_process_tree__begin(const struct et_loaded *loaded, const struct et_filter_set *set,
			   struct et_process_tree *ret, struct et_error *err);

/**
 * et_process_tree__fails() - check the BPF programs for process tree filters
 * @config:	the BPF programs' configuration
 * @why:	receives the verifier's message for the first one that the kernel does not load
 * @size:	bytes at @why
 *
 * Return: 0 if all of them load, else a negative errno.
 */
int et_process_tree__fails(const struct et_load_config *config, char *why, size_t size);

/* Detach the BPF programs. The members of @tree may be NULL. */
void et_process_tree__end(struct et_process_tree *tree);

/* Number of times that processes could not be added to the map of the process trees. */
__u64 et_process_tree__missed(const struct et_loaded *loaded);

#endif /* ET_PROCESS_TREE_H */
