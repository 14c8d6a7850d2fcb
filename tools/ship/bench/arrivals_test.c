/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/arrivals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void add(struct arrivals *arrivals, const char *lines)
{
	assert_int_equal(arrivals_add(arrivals, lines, strlen(lines), 2000, 3000), 0);
}

/* A loss is no event with a latency, and is counted also while events are ignored. */
static void test_losses(void **state)
{
	struct arrivals arrivals = { .skip = 1 };

	(void)state;
	add(&arrivals, "{\"event_type\":\"LOST\",\"time_unix_ns\":900,\"seq\":0,\"count\":5}\n"
		       "{\"event_type\":\"TTY_WRITE\",\"time_unix_ns\":1000,\"seq\":1}\n"
		       "{\"event_type\":\"TTY_WRITE\",\"time_unix_ns\":1500,\"seq\":2}\n");
	add(&arrivals, "{\"event_type\":\"LOST\",\"time_unix_ns\":1600,\"seq\":3,\"count\":2}\n"
		       "hello\n"
		       "{\"event_type\":\"TTY_WRITE\",\"time_unix_ns\":1900,\"seq\":4}");
	assert_int_equal(arrivals.lost, 7);
	assert_int_equal(arrivals.unreadable, 1);
	assert_int_equal(arrivals.received.count, 2);
	assert_int_equal(arrivals.produced.count, 2);
	assert_int_equal(samples_percentile(&arrivals.received, 0), 1100);
	assert_int_equal(samples_percentile(&arrivals.received, 100), 1500);
	assert_int_equal(samples_percentile(&arrivals.produced, 0), 100);
	assert_int_equal(samples_percentile(&arrivals.produced, 100), 500);
	arrivals_free(&arrivals);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_losses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
