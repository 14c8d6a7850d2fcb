/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test is from F. Wilcoxon, "Individual Comparisons by Ranking Methods", 1945. The estimate is
 * from J. L. Hodges and E. L. Lehmann, "Estimates of Location Based on Rank Tests", 1963. M.
 * Hollander and D. A. Wolfe, "Nonparametric Statistical Methods", chapter 3, has the tables of
 * rank_test.c.
 */
#include "bench/stats/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * The largest sum of all doubled ranks. Ranks are doubled to be integers: the mean rank of equal
 * differences may end in .5.
 */
#define SUM_MAX ((size_t)RANK_PAIRS_MAX * (RANK_PAIRS_MAX + 1))

static int by_size(const void *a, const void *b)
{
	double x = fabs(*(const double *)a), y = fabs(*(const double *)b);

	return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Sort differences by absolute value, and set the doubled rank of each. Equal absolute values get
 * their mean rank.
 */
static void set_ranks(double *d, size_t n, size_t *ranks)
{
	size_t end;

	qsort(d, n, sizeof(*d), by_size);
	for (size_t i = 0; i < n; i = end) {
		for (end = i + 1; end < n && fabs(d[end]) == fabs(d[i]); end++)
			;
		for (size_t j = i; j < end; j++)
			ranks[j] = i + end + 1;
	}
}

/*
 * Set chance[s] to the probability that the doubled ranks of the positive differences have the sum
 * s. If nothing changed, each difference is positive or negative with the same probability.
 */
static void set_chances(const size_t *ranks, size_t n, double *chance, size_t *ret_sum)
{
	size_t sum = 0;

	memset(chance, 0, (SUM_MAX + 1) * sizeof(*chance));
	chance[0] = 1;
	for (size_t i = 0; i < n; i++) {
		sum += ranks[i];
		for (size_t s = sum + 1; s-- > 0;)
			chance[s] = (chance[s] + (s >= ranks[i] ? chance[s - ranks[i]] : 0)) / 2;
	}
	*ret_sum = sum;
}

/* The number of averages at each end that are outside of the interval. */
static size_t outside(double level, size_t n, double *chance)
{
	size_t ranks[RANK_PAIRS_MAX], sum, k = 0;
	double below = 0;

	for (size_t i = 0; i < n; i++)
		ranks[i] = 2 * (i + 1);
	set_chances(ranks, n, chance, &sum);
	while (2 * k <= sum && below + chance[2 * k] <= (1 - level) / 2)
		below += chance[2 * k++];
	return k;
}

struct rank_test rank_test(const double *differences, size_t count, double level)
{
	double d[RANK_PAIRS_MAX], *averages, *chance;
	size_t ranks[RANK_PAIRS_MAX], positive = 0, sum, m = 0, k;
	struct rank_test t = { .p_above = 0 };

	assert(count && count <= RANK_PAIRS_MAX);
	chance = calloc(SUM_MAX + 1, sizeof(*chance));
	averages = calloc(SUM_MAX, sizeof(*averages));
	if (!chance || !averages)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (differences[i] != 0)
			d[t.pairs++] = differences[i];
		for (size_t j = i; j < count; j++)
			averages[m++] = (differences[i] + differences[j]) / 2;
	}
	qsort(averages, m, sizeof(*averages), by_value);
	t.estimate = (averages[(m - 1) / 2] + averages[m / 2]) / 2;
	k = outside(level, count, chance);
	k = k ? k - 1 : 0;
	t.low = averages[k];
	t.high = averages[m - 1 - k];

	set_ranks(d, t.pairs, ranks);
	for (size_t i = 0; i < t.pairs; i++)
		positive += d[i] > 0 ? ranks[i] : 0;
	set_chances(ranks, t.pairs, chance, &sum);
	for (size_t s = positive; s <= sum; s++)
		t.p_above += chance[s];
	for (size_t s = 0; s <= positive; s++)
		t.p_below += chance[s];
	free(averages);
	free(chance);
	return t;
}
