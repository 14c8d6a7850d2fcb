/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/ranges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void check_ranges(const struct ship_ranges *set, const struct ship_range *wanted,
			 size_t count)
{
	assert_int_equal(set->count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(set->ranges[i].first, wanted[i].first);
		assert_int_equal(set->ranges[i].next, wanted[i].next);
	}
}

static void test_in_order(void **state)
{
	static const struct ship_range wanted[] = { { 5, 10 } };
	struct ship_ranges set = { 0 };

	(void)state;
	for (uint64_t n = 5; n < 10; n++)
		assert_int_equal(ship_ranges_add(&set, n), 1);
	for (uint64_t n = 5; n < 10; n++)
		assert_int_equal(ship_ranges_add(&set, n), 0);
	check_ranges(&set, wanted, 1);
	ship_ranges_free(&set);
}

static void test_gaps(void **state)
{
	static const struct ship_range three[] = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
	static const struct ship_range two[] = { { 1, 4 }, { 5, 6 } };
	static const struct ship_range one[] = { { 0, 6 } };
	struct ship_ranges set = { 0 };

	(void)state;
	ship_ranges_add(&set, 5);
	ship_ranges_add(&set, 1);
	ship_ranges_add(&set, 3);
	check_ranges(&set, three, 3);
	assert_int_equal(ship_ranges_add(&set, 2), 1);
	check_ranges(&set, two, 2);
	assert_int_equal(ship_ranges_add(&set, 4), 1);
	assert_int_equal(ship_ranges_add(&set, 0), 1);
	check_ranges(&set, one, 1);
	ship_ranges_free(&set);
}

/* The numbers 0 to 255 in a mixed order, each twice: compared with a table. */
static void test_any_order(void **state)
{
	struct ship_ranges set = { 0 };
	bool has[256] = { false };

	(void)state;
	for (unsigned int i = 0; i < 512; i++) {
		const unsigned int n = i * 167 % 256;
		size_t count = 0;

		assert_int_equal(ship_ranges_add(&set, n), !has[n]);
		has[n] = true;
		for (size_t k = 0; k < 256; k++)
			count += has[k] && (k == 0 || !has[k - 1]);
		assert_int_equal(set.count, count);
	}
	assert_int_equal(set.count, 1);
	ship_ranges_free(&set);
}

static void test_remove_first(void **state)
{
	struct ship_ranges set = { 0 };

	(void)state;
	assert_int_equal(ship_ranges_add(&set, 1), 1);
	assert_int_equal(ship_ranges_add(&set, 3), 1);
	assert_int_equal(ship_ranges_add(&set, 5), 1);
	ship_ranges_remove_first(&set);
	assert_int_equal(set.count, 2);
	assert_int_equal(ship_ranges_add(&set, 3), 0);
	assert_int_equal(ship_ranges_add(&set, 5), 0);
	assert_int_equal(ship_ranges_add(&set, 1), 1);
	ship_ranges_free(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_remove_first),
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
