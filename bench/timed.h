/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures that depend on how fast things are: as ratios of what was measured in turns. */
#ifndef BENCH_TIMED_H
#define BENCH_TIMED_H

#include "bench/figures.h"
#include "bench/run.h"

/**
 * timed_measure() - what events cost, in relation to others
 * @flags:	more flags for eventstrace
 * @quick:	less work
 * @workload:	only this one; NULL: each
 * @ret:	receives figures of FIGURES_TIMED
 *
 * Whatever else runs on the machine can only slow things down, so of each row the best round
 * counts. What goes wrong is said on stderr.
 *
 * Return: 0 or a negative errno.
 */
int timed_measure(const struct run_choice *flags, bool quick, const char *workload,
		  struct figures *ret);

#endif /* BENCH_TIMED_H */
