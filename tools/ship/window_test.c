/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/ship/window.h"

static struct ship_segment first, second;

static struct ship_sent *add(struct ship_window *window, struct ship_segment *segment,
			     uint64_t records)
{
	struct ship_sent *sent = ship_window_new_entry(segment, records, 100);

	assert_non_null(sent);
	ship_window_add(window, sent);
	return sent;
}

static void check_take(struct ship_window *window, const struct ship_segment *segment,
		       uint64_t records, bool is_end)
{
	struct ship_sent *sent = ship_window_take(window);

	assert_non_null(sent);
	assert_ptr_equal(sent->segment, segment);
	assert_int_equal(sent->records, records);
	assert_int_equal(sent->is_end, is_end);
	free(sent);
}

static void test_in_order(void **state)
{
	struct ship_window window;
	struct ship_sent *a, *b;

	(void)state;
	ship_window_init(&window);
	assert_null(ship_window_take(&window));
	a = add(&window, &first, 10);
	b = add(&window, &first, 20);
	assert_int_equal(window.bytes, 200);
	assert_null(ship_window_take(&window));
	ship_window_acknowledge(&window, a);
	check_take(&window, &first, 10, false);
	assert_null(ship_window_take(&window));
	ship_window_acknowledge(&window, b);
	assert_int_equal(window.bytes, 0);
	check_take(&window, &first, 20, false);
	assert_int_equal(window.count, 0);
	/* It is usable after it was empty. */
	ship_window_acknowledge(&window, add(&window, &first, 30));
	check_take(&window, &first, 30, false);
	ship_window_free(&window);
}

/* What comes behind a missing acknowledgement waits for it. */
static void test_out_of_order(void **state)
{
	struct ship_window window;
	struct ship_sent *a, *b, *c;

	(void)state;
	ship_window_init(&window);
	a = add(&window, &first, 10);
	b = add(&window, &first, 20);
	assert_int_equal(ship_window_add_end(&window, &first, 20), 0);
	c = add(&window, &second, 5);
	ship_window_acknowledge(&window, c);
	ship_window_acknowledge(&window, b);
	assert_null(ship_window_take(&window));
	ship_window_acknowledge(&window, a);
	check_take(&window, &first, 10, false);
	check_take(&window, &first, 20, false);
	check_take(&window, &first, 20, true);
	check_take(&window, &second, 5, false);
	assert_null(ship_window_take(&window));
	ship_window_free(&window);
}

/* A segment without events ends as soon as those before it have ended. */
static void test_end_alone(void **state)
{
	struct ship_window window;

	(void)state;
	ship_window_init(&window);
	assert_int_equal(ship_window_add_end(&window, &first, 0), 0);
	check_take(&window, &first, 0, true);
	ship_window_free(&window);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_end_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
