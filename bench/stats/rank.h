/* SPDX-License-Identifier: BSD-2-Clause */
/* Wilcoxon's signed-rank test, with the estimate and the confidence interval of the same method. */
#ifndef BENCH_RANK_H
#define BENCH_RANK_H

#include <stddef.h>

#define RANK_PAIRS_MAX 100

struct rank_test {
	size_t pairs;     /* number of differences that are not 0 */
	double estimate;  /* Hodges and Lehmann: median of the averages of any two differences */
	double low, high; /* confidence interval of the estimate */
	/*
	 * Probability that the positive differences have such high ranks by chance, or such low
	 * ranks.
	 */
	double p_above, p_below;
};

/**
 * rank_test() - test whether paired differences are above or below 0
 * @differences:	one for each pair
 * @count:		number of differences, 1 to RANK_PAIRS_MAX
 * @level:		level of the confidence interval, such as 0.95. With too few differences for
 *		this level, the interval is from the lowest to the highest difference
 *
 * The test only assumes that the distribution of the differences is symmetric if nothing changed.
 * Each p is one-sided and exact, also for equal differences. Differences of 0 have no rank.
 *
 * Return: the result.
 */
struct rank_test rank_test(const double *differences, size_t count, double level);

#endif /* BENCH_RANK_H */
