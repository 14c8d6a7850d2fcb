/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares eventstrace of this tree with another build on this machine, without a baseline file. */
#ifndef BENCH_AGAINST_H
#define BENCH_AGAINST_H

#include <stdbool.h>

#include "bench/run/run.h"

struct against_options {
	const char *base;        /* path of the other eventstrace */
	struct run_choice flags; /* additional flags for this tree's eventstrace */
	bool exact, timed;
	const char *only;     /* only figures of this name, or below it; NULL: all */
	const char *workload; /* only timed figures of this workload; NULL: all */
	size_t pairs;
	const char *markdown, *json; /* files to write; NULL: none */
};

/**
 * against_run() - measure both builds, and print the changes
 * @o:		the options
 *
 * Prints a table on stdout, progress and failures on stderr.
 *
 * Return: the number of figures that got worse, or a negative errno.
 */
int against_run(const struct against_options *o);

#endif /* BENCH_AGAINST_H */
