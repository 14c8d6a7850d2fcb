/* SPDX-License-Identifier: BSD-2-Clause */
/* The baseline: the figures in bench/baselines/gate.json that the gate compares with. */
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include <stdbool.h>
#include <stdio.h>

#include "bench/gate/figures.h"

struct baseline;

/*
 * Bounds of a timed figure's tolerance, as a fraction of its median. A change below BASELINE_LEAST
 * is never a failure. A change above BASELINE_MOST always is, even if the baseline's measurements
 * differ more.
 */
#define BASELINE_LEAST 0.15
#define BASELINE_MOST  0.60

/* A tolerance is this many times the distance between the lowest and the highest measurement. */
#define BASELINE_SPREADS 2

/*
 * Wake-ups per event: an increase by so much is no failure. One more in 100 events is, and what a
 * reader causes that other processes delay is not.
 */
#define BASELINE_WAKEUPS 0.005

/*
 * Up to this value, an increase of a `cost` figure is no failure. Such a figure is the cost with
 * naps, divided by the cost with a wake-up for each event.
 */
#define BASELINE_COST 0.75

/*
 * The same for a `worst` figure, the largest of these ratios. At 20 events a second, naps save
 * nothing, and a measurement has few events.
 */
#define BASELINE_WORST 1.3

/*
 * Bytes of a `locked` figure: an increase by so many is no failure. A tracer has about 30 maps, and
 * the kernel's structures for each are up to 64 bytes larger in some builds of the same version.
 */
#define BASELINE_LOCKED 2048

/* Masks of 1 << enum figure_group. */
#define BASELINE_EXACT (1U << FIGURES_EXACT | 1U << FIGURES_VERIFIER)
#define BASELINE_TIMED (1U << FIGURES_TIMED)

/* Return: 0 or a negative errno; -EBADMSG: the file is not a baseline. */
int baseline_read(const char *path, struct baseline **ret);

/* Make a baseline in memory from exact figures. Return: 0 or -ENOMEM. */
int baseline_of(const struct figures *exact, struct baseline **ret);

void baseline_free(struct baseline *b);

/*
 * False if the timed figures are of another kind of machine than @machine, as struct figures names
 * it. Then only those that figure_is_portable() are compared.
 */
bool baseline_is_timed_on(const struct baseline *b, const char *machine);

/**
 * baseline_compare() - find the figures that got worse
 * @b:		the baseline
 * @f:		the measured figures
 * @groups:		mask of 1 << enum figure_group: the groups that were measured. A missing
 *		figure of these groups counts as worse
 * @workload:		compare only figures of this workload; NULL: all
 * @out:		receives a table of the worse figures, and notes; may be NULL
 *
 * Return: the number of worse figures, or a negative errno.
 */
int baseline_compare(const struct baseline *b, const struct figures *f, unsigned int groups,
		     const char *workload, FILE *out);

/* As baseline_compare(), without output. @ret receives the worse figures; figures_free() them. */
int baseline_find_worse(const struct baseline *b, const struct figures *f, unsigned int groups,
			const char *workload, struct figures *ret);

/**
 * baseline_write() - write measurements as a new baseline
 * @old:		the previous baseline; NULL: there is none. The new baseline keeps its
 *		verifier figures of other kernels, and its groups that were not measured
 * @exact:		the exact figures; NULL: not measured. Figures of memory have rows by kind
 *		of machine. If @old has such rows for this machine, or has another page size,
 *		only these rows are written
 * @timed:		the timed figures, of several measurements
 * @count:		number of elements of @timed; 0: not measured
 * @path:		file to write
 *
 * Return: 0 or a negative errno.
 */
int baseline_write(const struct baseline *old, const struct figures *exact,
		   const struct figures *timed, size_t count, const char *path);

/*
 * Write only the rows of memory of the machine of @exact. Return: 0; -EEXIST if the baseline itself
 * is of such a machine; or another negative errno.
 */
int baseline_write_memory(const struct baseline *old, const struct figures *exact,
			  const char *path);

#endif /* BENCH_BASELINE_H */
