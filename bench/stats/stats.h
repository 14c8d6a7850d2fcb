/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes median, range and spread of figures. */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>

/* The smallest number of figures that have a spread: two figures have only a difference. */
#define STATS_SPREAD_COUNT 3

struct stats {
	size_t count;
	double median, min, max;
	double spread; /* distance between the quartiles / median; 0 if the median is 0 */
};

/**
 * stats_of() - summarize figures
 * @values:		the figures, in any order; NAN does not count
 * @count:		number of values
 *
 * Return: the summary. Without any figure, the count is 0 and all other members are NAN.
 */
struct stats stats_of(const double *values, size_t count);

/* @a / @b, or NAN if @b is 0 or an argument is NAN. */
double stats_ratio(double a, double b);

/*
 * Return: the position at which the ratio @a[i] / @b[i] is the median, or the lower of both middle
 * ones. All figures must be above 0.
 */
size_t stats_middle_ratio(const double *a, const double *b, size_t count);

#endif /* BENCH_STATS_H */
