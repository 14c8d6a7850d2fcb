/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/positions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct positions positions;

static int tear_down(void **state)
{
	(void)state;
	positions_free(&positions);
	return 0;
}

static struct position_message *open_message(int32_t partition, int64_t offset, size_t lines)
{
	struct position_message *message = positions_open(&positions, partition, offset);

	assert_non_null(message);
	message->lines += lines;
	positions_close(message);
	return message;
}

static void check(int32_t partition, int64_t next)
{
	int32_t got = -1;

	assert_int_equal(positions_take(&positions, &got), next);
	assert_int_equal(got, partition);
}

static void check_nothing(void)
{
	int32_t got;

	assert_int_equal(positions_take(&positions, &got), -1);
}

/* A message behind one that is not written whole does not count. */
static void test_order(void **state)
{
	struct position_message *first, *second;

	(void)state;
	first = open_message(0, 10, 2);
	second = open_message(0, 11, 1);
	check_nothing();
	positions_written(second);
	positions_written(first);
	check_nothing();
	positions_written(first);
	check(0, 12);
	check_nothing();
}

/* Messages without a line, such as accounts; partitions on their own. */
static void test_partitions(void **state)
{
	struct position_message *message;

	(void)state;
	message = open_message(3, 5, 1);
	open_message(0, 7, 0);
	open_message(5, 1, 0);
	check(0, 8);
	check(5, 2);
	check_nothing();
	positions_written(message);
	open_message(3, 6, 0);
	check(3, 7);
	check_nothing();
}

/* Until all lines are added, none that is written completes the message. */
static void test_open(void **state)
{
	struct position_message *message;

	(void)state;
	message = positions_open(&positions, 0, 3);
	assert_non_null(message);
	message->lines++;
	positions_written(message);
	check_nothing();
	positions_close(message);
	check(0, 4);
}

static void test_put_back(void **state)
{
	(void)state;
	open_message(1, 4, 0);
	check(1, 5);
	check_nothing();
	positions_put_back(&positions, 1);
	check(1, 5);
	check_nothing();
}

/* Other partitions stay, and the partition can begin anywhere again. */
static void test_forget(void **state)
{
	(void)state;
	open_message(1, 4, 0);
	open_message(1, 5, 2);
	open_message(0, 7, 0);
	positions_forget(&positions, 1);
	positions_forget(&positions, 9);
	check(0, 8);
	check_nothing();
	open_message(1, 2, 0);
	check(1, 3);
	check_nothing();
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),    TEST(test_partitions), TEST(test_open),
		TEST(test_put_back), TEST(test_forget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
