/* SPDX-License-Identifier: BSD-2-Clause */
/* Figures that do not depend on how fast anything is. */
#ifndef BENCH_EXACT_H
#define BENCH_EXACT_H

#include "bench/bench.h"
#include "bench/figures.h"
#include "bench/run.h"

/**
 * exact_measure() - what records take, what rings hold, what is locked, verified and lost
 * @place:	where workloads find things
 * @flags:	more flags for eventstrace
 * @ret:	receives figures of FIGURES_EXACT and FIGURES_VERIFIER
 *
 * Only what the measurement causes itself counts, whatever else happens on the machine. What goes
 * wrong is said on stderr.
 *
 * Return: 0 or a negative errno; -EBUSY: others write to terminals all the time, so that what a
 * ring holds cannot be found out.
 */
int exact_measure(const struct bench_place *place, const struct run_choice *flags,
		  struct figures *ret);

#endif /* BENCH_EXACT_H */
