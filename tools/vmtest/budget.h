/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each kernel's verifier may look at: bench/baselines/verifier.json. Instructions are compared
 * exactly, since a kernel always looks at the same ones of the same program; how long it took is
 * written down beside them, and on an emulator means little.
 */
#ifndef TOOLS_VMTEST_BUDGET_H
#define TOOLS_VMTEST_BUDGET_H

#include <stddef.h>
#include <stdio.h>

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
 * @out:	receives a line for each difference
 *
 * A program that takes more instructions, is new, or is no longer there, is a fault; one that
 * takes fewer is told of, so that it is written down.
 *
 * Return: how many faults, or a negative errno; -EBADMSG: the file is no such one.
 */
int budget_compare(const struct budget *b, const char *path, const char *kernel, FILE *out);

/**
 * budget_write() - make it what the file says of a kernel
 * @b:		what was measured
 * @path:	the file; other kernels' parts are kept, and it is made if there is none
 * @kernel:	whose part of it
 *
 * Return: 0 or a negative errno.
 */
int budget_write(const struct budget *b, const char *path, const char *kernel);

void budget_free(struct budget *b);

#endif /* TOOLS_VMTEST_BUDGET_H */
