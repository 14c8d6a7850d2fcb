/* SPDX-License-Identifier: BSD-2-Clause */
/* Many figures of the same thing, as one. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

struct stats {
	size_t count;
	double median, min, max;
	double spread; /* distance between the quartiles, divided by the median; 0 if that is 0 */
};

/**
 * stats_of() - what a row of figures amounts to
 * @values:	the figures, in any order; those that are NAN do not count
 * @count:	how many
 *
 * Return: all of it NAN, and a count of 0, if there are none.
 */
struct stats stats_of(const double *values, size_t count);

/* @a / @b, or NAN where that is nothing. */
double stats_ratio(double a, double b);

#endif /* BENCH_STATS_H */
