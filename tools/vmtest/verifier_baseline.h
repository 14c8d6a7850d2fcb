/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The verifier's work on each kernel: bench/baselines/verifier.json. The numbers of instructions
 * are compared exactly, because a kernel examines the same instructions of a program each time. The
 * time depends on the machine, the emulator and other load. So all programs of a kind together may
 * take VERIFIER_TIMES times the baseline's time.
 */
#ifndef TOOLS_VMTEST_VERIFIER_BASELINE_H
#define TOOLS_VMTEST_VERIFIER_BASELINE_H

#include <stddef.h>
#include <stdio.h>

#define VERIFIER_TIMES 5

/* The work for one program, with one kind of hooks. */
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
 * @b:		receives a row, if the line is a row
 * @kind:	kind of hooks of this table
 * @line:	a line after the table's header
 *
 * Return: 1 if the line is a row, 0 if not, or -ENOMEM.
 */
int verifier_baseline_line(struct verifier_baseline *b, const char *kind, const char *line);

/**
 * verifier_baseline_compare() - compare the measured values with the baseline
 * @b:		the measured values
 * @path:	the file
 * @kernel:	name of the kernel's part of the file
 * @kinds:	kinds of hooks that were measured; NULL-terminated
 * @out:	receives a line for each difference
 *
 * A program is a fault if it takes more instructions, is new, or is no longer loaded. A kind of
 * hooks is a fault if it takes too long. A program with fewer instructions is only printed, as a
 * reminder to update the baseline.
 *
 * Return: the number of faults, or a negative errno; -EBADMSG if the file has another format.
 */
int verifier_baseline_compare(const struct verifier_baseline *b, const char *path,
			      const char *kernel, const char *const *kinds, FILE *out);

/**
 * verifier_baseline_write() - write the measured values to a kernel's part of the file
 * @b:		the measured values
 * @path:	the file; its other parts are kept. A missing file is created
 * @kernel:	name of the kernel's part of the file
 * @kinds:	kinds of hooks that were measured; NULL-terminated
 *
 * Return: 0 or a negative errno.
 */
int verifier_baseline_write(const struct verifier_baseline *b, const char *path, const char *kernel,
			    const char *const *kinds);

void verifier_baseline_free(struct verifier_baseline *b);

#endif /* TOOLS_VMTEST_VERIFIER_BASELINE_H */
