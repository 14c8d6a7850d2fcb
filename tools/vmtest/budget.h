/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each kernel's verifier may look at: bench/baselines/verifier.json. Instructions are compared
 * exactly, since a kernel always looks at the same ones of the same program. How long it took
 * depends on the machine, on an emulator's mood and on what else runs: all programs of a kind
 * together may take BUDGET_TIMES as long as they once did.
 */
#ifndef TOOLS_VMTEST_BUDGET_H
#define TOOLS_VMTEST_BUDGET_H

#include <stddef.h>
#include <stdio.h>

#define BUDGET_TIMES 5

/* A program, loaded for one kind of hooks. */
struct budget_row {
	char kind[16], program[64];
	unsigned long long insns, usec;
};

struct budget {
	struct budget_row *rows;
	size_t count;
};

/**
 * budget_line() - take a line of the table that eventstrace --probe -v ends with
 * @b:		receives a row, if the line is one
 * @kind:	of hooks, that it was printed for
 * @line:	a line of that table, behind its head
 *
 * Return: 1 if it is a row, 0 if it is none, or -ENOMEM.
 */
int budget_line(struct budget *b, const char *kind, const char *line);

/**
 * budget_compare() - is it what it was?
 * @b:		what was measured
 * @path:	the file
 * @kernel:	whose part of it
 * @kinds:	of hooks, that were measured; NULL-terminated
 * @out:	receives a line for each difference
 *
 * A program that takes more instructions, is new, or is no longer there, is a fault, and so is a
 * kind that takes too long; a program that takes fewer is told of, so that it is written down.
 *
 * Return: how many faults, or a negative errno; -EBADMSG: the file is no such one.
 */
int budget_compare(const struct budget *b, const char *path, const char *kernel,
		   const char *const *kinds, FILE *out);

/**
 * budget_write() - make it what the file says of a kernel
 * @b:		what was measured
 * @path:	the file; what else is in it is kept, and it is made if there is none
 * @kernel:	whose part of it
 * @kinds:	of hooks, that were measured; NULL-terminated
 *
 * Return: 0 or a negative errno.
 */
int budget_write(const struct budget *b, const char *path, const char *kernel,
		 const char *const *kinds);

void budget_free(struct budget *b);

#endif /* TOOLS_VMTEST_BUDGET_H */
