/* SPDX-License-Identifier: BSD-2-Clause */
/* Wilcoxon's signed-rank test, and the estimate and interval that belong to it. */
#ifndef BENCH_RANK_H
#define BENCH_RANK_H

#include <stddef.h>

#define RANK_PAIRS_MAX 100

struct rank_test {
	size_t pairs;     /* differences that are not 0 */
	double estimate;  /* Hodges-Lehmann: the median of all averages of two differences */
	double low, high; /* confidence interval of the estimate */
	/* Probability by chance that the positive differences rank so high, or so low. */
	double p_above, p_below;
};

/**
 * rank_test() - test whether paired differences are above or below 0
 * @differences:	one for each pair
 * @count:		number of differences, 1 to RANK_PAIRS_MAX
 * @level:		of the confidence interval, such as 0.95; if there are too few differences
 *			for it, the interval is from the lowest to the highest difference
 *
 * The test assumes no distribution of the differences, only that it is symmetric if nothing
 * changed. Each p is one-sided and exact, also for equal differences. Differences of 0 have no
 * rank.
 *
 * Return: the result.
 */
struct rank_test rank_test(const double *differences, size_t count, double level);

#endif /* BENCH_RANK_H */
