/* SPDX-License-Identifier: BSD-2-Clause */
/* The exact figures, which do not depend on time. */
#ifndef BENCH_EXACT_H
#define BENCH_EXACT_H

#include <stdbool.h>

#include "bench/gate/figures.h"
#include "bench/run/run.h"
#include "bench/work/bench.h"

/* True if @format is a wire format with exact figures. */
bool exact_has_format(const char *format);

/* True if an exact figure has this name, or a name below it. */
bool exact_has(const char *name);

/**
 * exact_measure() - measure sizes, ring capacity, locked memory, verifier work and losses
 * @place:		paths for the workloads
 * @flags:		additional flags for eventstrace
 * @format:		only this wire format; NULL: all
 * @only:		only figures of this name, or below it; NULL: all
 * @ret:		receives figures of FIGURES_EXACT and FIGURES_VERIFIER
 *
 * Counts only events that the measurement itself causes, so other processes do not change the
 * figures. Prints failures on stderr.
 *
 * Return: 0 or a negative errno; -EBUSY: other processes write to terminals all the time, so that
 * the ring's capacity cannot be measured.
 */
int exact_measure(const struct runfiles *place, const struct run_choice *flags, const char *format,
		  const char *only, struct figures *ret);

#endif /* BENCH_EXACT_H */
