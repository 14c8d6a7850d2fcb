/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct merge *merge;

static void add(size_t source, uint64_t time_ns)
{
	const struct merge_line line = { .time_ns = time_ns, .text = malloc(1), .len = 1 };

	assert_int_equal(merge_add(merge, source, &line), 0);
}

static void take(uint64_t time_ns)
{
	struct merge_line line;

	assert_true(merge_take(merge, &line));
	assert_int_equal(line.time_ns, time_ns);
	free(line.text);
}

static void take_nothing(void)
{
	struct merge_line line;

	assert_false(merge_take(merge, &line));
}

static int tear_down(void **state)
{
	(void)state;
	merge_free(merge);
	return 0;
}

/* The source that is behind is read, and nothing is taken before its time is reached. */
static void test_two_sources(void **state)
{
	(void)state;
	assert_int_equal(merge_new(2, 0, &merge), 0);
	assert_int_equal(merge_wanted(merge), 0);
	add(0, 100);
	take_nothing();
	assert_int_equal(merge_wanted(merge), 1);
	add(1, 50);
	take(50);
	take_nothing();
	assert_int_equal(merge_wanted(merge), 1);
	add(1, 120);
	take(100);
	assert_int_equal(merge_wanted(merge), 0);
	merge_end(merge, 0);
	take(120);
	assert_int_equal(merge_wanted(merge), 1);
	assert_false(merge_is_done(merge));
	merge_end(merge, 1);
	assert_true(merge_is_done(merge));
	assert_int_equal(merge_late(merge), 0);
}

/* One source with several hosts, of which one is up to 10 ns late. */
static void test_window(void **state)
{
	(void)state;
	assert_int_equal(merge_new(1, 10, &merge), 0);
	add(0, 100);
	add(0, 92);
	take_nothing();
	add(0, 109);
	take(92);
	take_nothing();
	add(0, 110);
	take(100);
	take_nothing();
	merge_end(merge, 0);
	take(109);
	take(110);
	take_nothing();
	assert_int_equal(merge_late(merge), 0);
}

static void test_late(void **state)
{
	(void)state;
	assert_int_equal(merge_new(1, 10, &merge), 0);
	add(0, 100);
	add(0, 200);
	take(100);
	add(0, 50);
	take(50);
	assert_int_equal(merge_late(merge), 1);
	assert_int_equal(merge_count(merge), 1);
}

/* While a source has nothing, time continues. */
static void test_advance(void **state)
{
	(void)state;
	assert_int_equal(merge_new(2, 10, &merge), 0);
	add(0, 100);
	merge_advance(merge, 0, 500);
	take_nothing();
	merge_advance(merge, 1, 109);
	take_nothing();
	merge_advance(merge, 1, 110);
	take(100);
	merge_advance(merge, 1, 20);
	assert_int_equal(merge_wanted(merge), 1);
}

/* The latest time that there is: time and window together are behind it. */
static void test_last_time(void **state)
{
	(void)state;
	assert_int_equal(merge_new(1, 10, &merge), 0);
	add(0, UINT64_MAX - 5);
	take_nothing();
	merge_end(merge, 0);
	take(UINT64_MAX - 5);
}

/* The other source never comes: at most 64 MiB wait for it. */
static void test_memory(void **state)
{
	struct merge_line line = { .len = 1 << 20 };
	size_t taken = 0;

	(void)state;
	assert_int_equal(merge_new(2, 10, &merge), 0);
	for (line.time_ns = 1; line.time_ns <= 1000; line.time_ns++) {
		struct merge_line first;

		line.text = malloc(1); /* the merge does not look at it */
		assert_int_equal(merge_add(merge, 0, &line), 0);
		while (merge_take(merge, &first)) {
			assert_int_equal(first.time_ns, ++taken);
			free(first.text);
		}
		assert_true(merge_count(merge) < 64);
	}
	assert_true(merge_count(merge) > 60);
}

/* Lines of the same time keep their order, and many lines are sorted. */
static void test_many(void **state)
{
	struct merge_line line;
	uint64_t before = 0;

	(void)state;
	assert_int_equal(merge_new(1, 0, &merge), 0);
	for (uintptr_t i = 0; i < 1000; i++) {
		line = (struct merge_line){ .time_ns = i * 7919 % 100,
					    .text = malloc(1),
					    .cookie = (void *)i };
		assert_int_equal(merge_add(merge, 0, &line), 0);
	}
	merge_end(merge, 0);
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t key;

		assert_true(merge_take(merge, &line));
		free(line.text);
		key = line.time_ns * 1000 + (uintptr_t)line.cookie;
		assert_true(!i || key > before);
		before = key;
	}
	take_nothing();
}

static bool is_odd(void *ctx, const void *cookie)
{
	assert_ptr_equal(ctx, &merge);
	return (uintptr_t)cookie % 2;
}

/* What remains is in order: 2, 4, 6 and so on. */
static void test_drop(void **state)
{
	(void)state;
	assert_int_equal(merge_new(1, 0, &merge), 0);
	for (uint64_t i = 0; i < 100; i++) {
		/* The numbers from 1 to 100 in another order: 101 is prime. */
		const uint64_t time = (i + 1) * 37 % 101;
		const struct merge_line line = { .time_ns = time,
						 .text = malloc(1),
						 .len = 1,
						 .cookie = (void *)(uintptr_t)time };

		assert_int_equal(merge_add(merge, 0, &line), 0);
	}
	merge_drop(merge, is_odd, &merge);
	assert_int_equal(merge_count(merge), 50);
	merge_end(merge, 0);
	for (uint64_t time = 2; time <= 100; time += 2)
		take(time);
	take_nothing();
	assert_int_equal(merge_late(merge), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_two_sources), TEST(test_window), TEST(test_late),   TEST(test_advance),
		TEST(test_last_time),   TEST(test_many),   TEST(test_memory), TEST(test_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
