/* SPDX-License-Identifier: BSD-2-Clause */
/* The timed figures: ratios of rows that were measured in turns. */
#ifndef BENCH_TIMED_H
#define BENCH_TIMED_H

#include <stdbool.h>

#include "bench/gate/figures.h"
#include "bench/run/run.h"

struct timed_options {
	struct run_choice flags;     /* additional flags for eventstrace */
	bool quick;                  /* less work */
	const char *workload;        /* only this workload; NULL: all */
	const char *only;            /* only figures of this name, or below it; NULL: all */
	bool portable;               /* only those that figure_is_portable() */
	const struct figures *among; /* only figures with the names of these; NULL: all */
};

/* True if there are timed figures of this name, or below it. */
bool timed_has(const char *name);

/**
 * timed_measure() - measure the cost of events, as ratios
 * @o:		what to measure
 * @ret:	receives figures of FIGURES_TIMED
 *
 * Other load on the machine can only make a row slower, so the best round of each row counts.
 * Prints failures on stderr.
 *
 * Return: 0 or a negative errno.
 */
int timed_measure(const struct timed_options *o, struct figures *ret);

#endif /* BENCH_TIMED_H */
