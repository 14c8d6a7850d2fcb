/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures that depend on speed: ratios of rows that were measured in turns. */
#ifndef BENCH_TIMED_H
#define BENCH_TIMED_H

#include "bench/figures.h"
#include "bench/run.h"

/* True if there are timed figures of this name, or below it. */
bool timed_has(const char *name);

/**
 * timed_measure() - measure the cost of events, as ratios
 * @flags:	additional flags for eventstrace
 * @quick:	less work
 * @workload:	only this workload; NULL: all
 * @only:	only figures of this name, or below it; NULL: all
 * @ret:	receives figures of FIGURES_TIMED
 *
 * Other load on the machine can only make a row slower, so the best round of each row counts.
 * Prints failures on stderr.
 *
 * Return: 0 or a negative errno.
 */
int timed_measure(const struct run_choice *flags, bool quick, const char *workload,
		  const char *only, struct figures *ret);

#endif /* BENCH_TIMED_H */
