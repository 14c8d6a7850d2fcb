/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/recent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define MAX 1000

static struct recent *recent;

static int set_up(void **state)
{
	(void)state;
	return recent_new(MAX, &recent);
}

static int tear_down(void **state)
{
	(void)state;
	recent_free(recent);
	return 0;
}

/* Look up the name of host @n. The number that it gets is in @ret. */
static int find(unsigned int n, size_t *ret)
{
	struct ship_session_name name = { .boot_id = "boot" };

	snprintf(name.host, sizeof(name.host), "host-%u", n);
	return recent_find(recent, &name, ret);
}

/* Up to the limit, each name keeps its number. */
static void test_numbers(void **state)
{
	size_t number;

	(void)state;
	for (unsigned int n = 0; n < MAX; n++) {
		assert_int_equal(find(n, &number), RECENT_ADDED);
		assert_int_equal(number, n);
		assert_int_equal(find(n / 2, &number), RECENT_KNOWN);
		assert_int_equal(number, n / 2);
	}
	assert_int_equal(recent_count(recent), MAX);
}

/* Above it, the name that was used longest ago is forgotten. */
static void test_replaced(void **state)
{
	size_t number;

	(void)state;
	for (unsigned int n = 0; n < MAX; n++)
		find(n, &number);
	/* Names 0 and 2 are used again. */
	assert_int_equal(find(0, &number), RECENT_KNOWN);
	assert_int_equal(find(2, &number), RECENT_KNOWN);
	assert_int_equal(find(MAX, &number), RECENT_REPLACED);
	assert_int_equal(number, 1);
	assert_int_equal(find(MAX + 1, &number), RECENT_REPLACED);
	assert_int_equal(number, 3);
	assert_int_equal(find(0, &number), RECENT_KNOWN);
	assert_int_equal(number, 0);
	assert_int_equal(find(MAX, &number), RECENT_KNOWN);
	assert_int_equal(number, 1);
	assert_int_equal(find(1, &number), RECENT_REPLACED);
	assert_int_equal(number, 4);
	assert_int_equal(recent_count(recent), MAX);
}

/* Many more names than the limit: each is found right after it was added. */
static void test_many(void **state)
{
	size_t number, again;

	(void)state;
	for (unsigned int n = 0; n < 10 * MAX; n++) {
		assert_int_equal(find(n, &number), n < MAX ? RECENT_ADDED : RECENT_REPLACED);
		assert_int_equal(number, n % MAX);
		assert_int_equal(find(n, &again), RECENT_KNOWN);
		assert_int_equal(again, number);
	}
	for (unsigned int n = 9 * MAX; n < 10 * MAX; n++)
		assert_int_equal(find(n, &number), RECENT_KNOWN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_numbers),
		TEST(test_replaced),
		TEST(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
