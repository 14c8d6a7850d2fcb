/* SPDX-License-Identifier: BSD-2-Clause */
/* What figures are compared with: a file, bench/baselines/gate.json. */
#ifndef BENCH_BASELINE_H
#define BENCH_BASELINE_H

#include <stdio.h>

#include "bench/figures.h"

struct baseline;

/*
 * Nothing timed is worse before it is this much worse, in parts of itself; and no more than that
 * is let through, however much the measurements of a baseline differ.
 */
#define BASELINE_LEAST 0.15
#define BASELINE_MOST  0.60

/* A tolerance is so many times the distance between the lowest and the highest that were seen. */
#define BASELINE_SPREADS 2

/* Wake-ups per event: up to this it is no matter how many. */
#define BASELINE_WAKEUPS 0.05

/* Return: 0 or a negative errno; -EBADMSG: it is none. */
int baseline_read(const char *path, struct baseline **ret);
void baseline_free(struct baseline *b);

/**
 * baseline_compare() - what got worse?
 * @b:		the baseline
 * @f:		what was measured
 * @groups:	mask of 1 << enum figure_group: what should have been measured
 * @workload:	compare only what is of it; NULL: everything
 * @out:	receives a table of everything that is worse, and lines of what is to be known; may be
 *		NULL
 *
 * Return: how many figures are worse, or a negative errno.
 */
int baseline_compare(const struct baseline *b, const struct figures *f, unsigned int groups,
		     const char *workload, FILE *out);

/**
 * baseline_write() - make measurements the baseline
 * @old:	what of it is kept: the verifier's figures of other kernels, and what is not measured;
 *		NULL: there is none
 * @exact:	has the figures that are exact; NULL: not measured
 * @timed:	those that are timed, measured several times
 * @count:	how often; 0: not measured
 * @path:	where to
 *
 * Return: 0 or a negative errno.
 */
int baseline_write(const struct baseline *old, const struct figures *exact,
		   const struct figures *timed, size_t count, const char *path);

#endif /* BENCH_BASELINE_H */
