/* SPDX-License-Identifier: BSD-2-Clause */
/* Builds the tree of COMMAND's processes, with their times and statuses, for --format=tree. */
#ifndef TOOLS_EVENTSTRACE_TREE_H
#define TOOLS_EVENTSTRACE_TREE_H

#include <stdint.h>
#include <stdio.h>

#include "lib/decode/decode.h"

/* Number of processes in the tree. Further processes are only counted. */
#define TREE_PROCESSES_MAX 65536

/* The largest number of bytes of a command line that are printed. */
#define TREE_WORDS_MAX 200

struct tree;

/* Return: a tree without processes; NULL: no memory. */
struct tree *tree_new(void);

/* Add a fork, exec, exit or loss to the tree. Other events are ignored. */
void tree_event(struct tree *t, const struct et_event *event);

/**
 * tree_print() - print the tree as text
 * @t:		the tree
 * @end_ns:		CLOCK_MONOTONIC: taken as the end of processes that still run
 * @out:		receives lines without characters that control a terminal
 *
 * Children are indented below their parent, in the order of their forks.
 */
void tree_print(const struct tree *t, uint64_t end_ns, FILE *out);

/* @t may be NULL. */
void tree_free(struct tree *t);

#endif /* TOOLS_EVENTSTRACE_TREE_H */
