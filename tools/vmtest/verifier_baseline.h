/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verifier's work on each kernel: bench/baselines/verifier.json. Instructions are compared
 * exactly, since a kernel always processes the same ones of the same program. The time depends on
 * the machine, the emulator and other load. So all programs of a kind together may take
 * VERIFIER_TIMES as long as in the baseline.
 */
#ifndef TOOLS_VMTEST_VERIFIER_BASELINE_H
#define TOOLS_VMTEST_VERIFIER_BASELINE_H

#include <stddef.h>
#include <stdio.h>

#define VERIFIER_TIMES 5

/* A program loaded for one kind of hooks. */
struct verifier_row {
	char kind[16], program[64];
	unsigned long long insns, usec;
};

struct verifier_baseline {
	struct verifier_row *rows;
	size_t count;
};

/**
 * verifier_baseline_line() - parse a line of the table at the end of eventstrace --probe -v
 * @b:		receives a row, if the line is one
 * @kind:	kind of hooks that the table is for
 * @line:	a line of that table, after its head
 *
 * Return: 1 if it is a row, 0 if it is not, or -ENOMEM.
 */
int verifier_baseline_line(struct verifier_baseline *b, const char *kind, const char *line);

/**
 * verifier_baseline_compare() - compare the measured values with the baseline
 * @b:		the measured values
 * @path:	the file
 * @kernel:	name of its part of the file
 * @kinds:	kinds of hooks that were measured; NULL-terminated
 * @out:	receives a line for each difference
 *
 * It is a fault if a program takes more instructions, is new, or is no longer there, or if a kind
 * takes too long. A program that takes fewer instructions is only printed, so that a person updates
 * the baseline.
 *
 * Return: the number of faults, or a negative errno; -EBADMSG if the file has another format.
 */
int verifier_baseline_compare(const struct verifier_baseline *b, const char *path,
			      const char *kernel, const char *const *kinds, FILE *out);

/**
 * verifier_baseline_write() - write the measured values to a kernel's part of the file
 * @b:		the measured values
 * @path:	the file; its other parts are kept. A missing file is created
 * @kernel:	name of its part of the file
 * @kinds:	kinds of hooks that were measured; NULL-terminated
 *
 * Return: 0 or a negative errno.
 */
int verifier_baseline_write(const struct verifier_baseline *b, const char *path, const char *kernel,
			    const char *const *kinds);

void verifier_baseline_free(struct verifier_baseline *b);

#endif /* TOOLS_VMTEST_VERIFIER_BASELINE_H */
