/* SPDX-License-Identifier: BSD-2-Clause */
/* The processes of a COMMAND as a tree, with their times and statuses: --format=tree. */
#ifndef TOOLS_EVENTSTRACE_TREE_H
#define TOOLS_EVENTSTRACE_TREE_H

#include <stdint.h>
#include <stdio.h>

#include "lib/decode/decode.h"

/* Processes that are in the tree; further ones are only counted. */
#define TREE_PROCESSES_MAX 65536

/* Bytes of a command line that are printed. */
#define TREE_WORDS_MAX 200

struct tree;

/* Return: a tree without processes; NULL: no memory. */
struct tree *tree_new(void);

/* Add what an event tells: a fork, an exec, an exit or a loss. Other events change nothing. */
void tree_event(struct tree *t, const struct et_event *event);

/**
 * tree_print() - print the tree as text
 * @t:		the tree
 * @end_ns:	CLOCK_MONOTONIC: the end of processes that still run
 * @out:	receives lines without characters that control a terminal
 *
 * A child is indented below its parent, in the order of their forks.
 */
void tree_print(const struct tree *t, uint64_t end_ns, FILE *out);

/* NULL is allowed. */
void tree_free(struct tree *t);

#endif /* TOOLS_EVENTSTRACE_TREE_H */
