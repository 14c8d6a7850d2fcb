/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The processes that a recording names, and their parents. With this table, a replay finds out
 * which processes belong to the tree of a process. While events are recorded,
 * probes/core/tree.bpf.c does this.
 */
#ifndef ET_LINEAGE_H
#define ET_LINEAGE_H

#include <linux/types.h>

#include "lib/wire/bpf_config.h"

struct et_lineage;

/* Make an empty table. Return: 0 or -ENOMEM. */
int et_lineage_new(struct et_lineage **ret);

/**
 * et_lineage_see() - remember a process that an event names
 * @l:		the table
 * @process:	the process
 * @ppid:	process ID of its parent at that moment; 0: it has none
 *
 * Only the first call for a process counts, because a process gets another parent when its parent
 * exits. Return: 0 or -ENOMEM.
 */
int et_lineage_see(struct et_lineage *l, const struct et_process *process, __u32 ppid);

/**
 * et_lineage_exists() - remember a process that a PROCESS_EXISTS event names
 * @l:		the table
 * @process:	the process. Its start is up to ET_LINEAGE_STEP_NS earlier than in other events; 0:
 *		unknown
 * @ppid:	process ID of its parent; 0: it has none
 *
 * Return: 0 or -ENOMEM.
 */
int et_lineage_exists(struct et_lineage *l, const struct et_process *process, __u32 ppid);

/* Unit of the start of a process in /proc, in nanoseconds: 10 ms. */
#define ET_LINEAGE_STEP_NS 10000000

/**
 * et_lineage_fork() - remember that a process has created another one
 * @l:		the table
 * @parent:	the process that called fork
 * @child:	the new process
 *
 * Return: 0 or -ENOMEM.
 */
int et_lineage_fork(struct et_lineage *l, const struct et_process *parent,
		    const struct et_process *child);

/**
 * et_lineage_trees() - find out whether a process belongs to process trees of filters
 * @l:		the table
 * @set:	the filters; a tree begins at the first process that had the filter's process ID
 * @process:	the process
 *
 * Return: a mask: 1 << ET_ONLY if the process is in a wanted tree, 1 << ET_EXCEPT if it is in an
 * excluded tree.
 */
__u32 et_lineage_trees(const struct et_lineage *l, const struct et_filter_set *set,
		       const struct et_process *process);

/* Free the table. NULL is allowed. */
void et_lineage_free(struct et_lineage *l);

#endif /* ET_LINEAGE_H */
