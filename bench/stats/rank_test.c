/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/stats/rank.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/*
 * Test the differences 1 to @n. Some of them are negative: the sum of their ranks is @sum. The
 * largest ranks are chosen first, so any sum is possible.
 */
static struct rank_test of_sum(size_t n, size_t sum)
{
	double d[RANK_PAIRS_MAX];

	for (size_t rank = n; rank > 0; rank--) {
		d[rank - 1] = (double)rank;
		if (rank <= sum) {
			d[rank - 1] = -(double)rank;
			sum -= rank;
		}
	}
	assert_int_equal(sum, 0);
	return rank_test(d, n, 0.95);
}

/* One-sided probabilities of the statistic T+, with three digits as in published tables. */
static void published_table(void **state)
{
	static const struct {
		size_t n, sum;
		double p;
	} rows[] = {
		{ 5, 0, 0.031 },   { 5, 2, 0.094 },   { 6, 2, 0.047 },   { 7, 3, 0.039 },
		{ 8, 5, 0.039 },   { 8, 3, 0.020 },   { 9, 8, 0.049 },   { 10, 8, 0.024 },
		{ 10, 10, 0.042 }, { 10, 11, 0.053 }, { 12, 17, 0.046 }, { 15, 25, 0.024 },
		{ 15, 30, 0.047 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(fabs(of_sum(rows[i].n, rows[i].sum).p_above - rows[i].p) < 0.0005);
}

/* Tables of critical values: the largest sums whose two-sided probability is at most 0.05. */
static void critical_values(void **state)
{
	static const struct {
		size_t n, sum;
	} rows[] = {
		{ 6, 0 },   { 7, 2 },   { 8, 3 },   { 9, 5 },   { 10, 8 },
		{ 12, 13 }, { 15, 25 }, { 20, 52 }, { 25, 89 }, { 30, 137 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(2 * of_sum(rows[i].n, rows[i].sum).p_above <= 0.05);
		assert_true(2 * of_sum(rows[i].n, rows[i].sum + 1).p_above > 0.05);
	}
}

/*
 * Equal differences share a rank. With three of them, p counts the 8 possible combinations of
 * signs.
 */
static void equal_differences(void **state)
{
	static const double all[] = { 1, 1, 1 }, two[] = { 1, 1, -1 }, none[] = { 0, 0, 0 };

	(void)state;
	assert_true(fabs(rank_test(all, 3, 0.95).p_above - 1.0 / 8) < 1e-12);
	assert_true(fabs(rank_test(two, 3, 0.95).p_above - 4.0 / 8) < 1e-12);
	assert_true(rank_test(none, 3, 0.95).p_above == 1);
	/*
	 * All differences are positive. By chance, ranks are this low in all 8 cases, and this high
	 * in one.
	 */
	assert_true(fabs(rank_test(all, 3, 0.95).p_below - 1) < 1e-12);
	assert_int_equal(rank_test(none, 3, 0.95).pairs, 0);
}

/*
 * With ten differences, the 95 % interval omits the 8 smallest and the 8 largest averages. 8 is the
 * critical value in the table.
 */
static void interval(void **state)
{
	static const double d[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, few[] = { 3, 1, 2 };
	struct rank_test t = rank_test(d, COUNT(d), 0.95);

	(void)state;
	assert_true(t.estimate == 5.5);
	/* The averages in ascending order: 1, 1.5, 2, 2, 2.5, 2.5, 3, 3, 3, ... */
	assert_true(t.low == 3);
	assert_true(t.high == 8);
	t = rank_test(few, COUNT(few), 0.95);
	assert_true(t.estimate == 2 && t.low == 1 && t.high == 3);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_table),
		cmocka_unit_test(critical_values),
		cmocka_unit_test(equal_differences),
		cmocka_unit_test(interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
