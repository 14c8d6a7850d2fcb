/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/stats/stats.h"

#define STATS(...)                                \
	stats_of((const double[]){ __VA_ARGS__ }, \
		 sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double))

static void same(double a, double b)
{
	if (fabs(a - b) > 1e-9)
		fail_msg("%.12g is not %.12g", a, b);
}

static void odd_and_even(void **state)
{
	struct stats s = STATS(5, 1, 4, 2, 3);

	(void)state;
	assert_int_equal(s.count, 5);
	same(s.median, 3);
	same(s.min, 1);
	same(s.max, 5);
	same(s.spread, (4.0 - 2.0) / 3);
	s = STATS(10, 20, 40, 30);
	same(s.median, 25);
	same(s.spread, (32.5 - 17.5) / 25);
}

static void one_and_none(void **state)
{
	struct stats s = STATS(7);

	(void)state;
	assert_int_equal(s.count, 1);
	same(s.median, 7);
	same(s.spread, 0);
	s = stats_of(NULL, 0);
	assert_int_equal(s.count, 0);
	assert_true(isnan(s.median) && isnan(s.min) && isnan(s.max) && isnan(s.spread));
}

static void what_is_missing_does_not_count(void **state)
{
	struct stats s = STATS(NAN, 2, NAN, 4);

	(void)state;
	assert_int_equal(s.count, 2);
	same(s.median, 3);
	s = STATS(NAN, NAN);
	assert_int_equal(s.count, 0);
	assert_true(isnan(s.median));
}

static void nothing_at_all_has_no_spread(void **state)
{
	struct stats s = STATS(0, 0, 0);

	(void)state;
	same(s.median, 0);
	same(s.spread, 0);
}

static void ratios(void **state)
{
	(void)state;
	same(stats_ratio(3, 2), 1.5);
	same(stats_ratio(0, 2), 0);
	assert_true(isnan(stats_ratio(3, 0)));
	assert_true(isnan(stats_ratio(NAN, 2)));
	assert_true(isnan(stats_ratio(3, NAN)));
}

static void middle_ratio(void **state)
{
	static const double a[] = { 8, 3, 5, 1000, 9 }, b[] = { 2, 1, 5, 100, 4.5 };
	static const double same_ratio[] = { 1, 2, 4 };

	(void)state;
	/* 4, 3, 1, 10, 2 */
	assert_int_equal(stats_middle_ratio(a, b, 5), 1);
	assert_int_equal(stats_middle_ratio(a, b, 4), 1);
	assert_int_equal(stats_middle_ratio(a, b, 1), 0);
	assert_int_equal(stats_middle_ratio(same_ratio, same_ratio, 3), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_and_even),
		cmocka_unit_test(one_and_none),
		cmocka_unit_test(what_is_missing_does_not_count),
		cmocka_unit_test(nothing_at_all_has_no_spread),
		cmocka_unit_test(ratios),
		cmocka_unit_test(middle_ratio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
