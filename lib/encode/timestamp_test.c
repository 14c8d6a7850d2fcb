/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares times with those of gmtime_r(3), over all years that 64 bits of nanoseconds can express.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/encode/timestamp.h"

#define SECOND 1000000000ULL

static struct et_encoder enc;

static void check(__u64 time_ns)
{
	char expected[64], date[32], got[64];
	time_t second = time_ns / SECOND;
	struct tm tm;

	assert_non_null(gmtime_r(&second, &tm));
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(expected, sizeof(expected), "%s.%09uZ", date, (unsigned int)(time_ns % SECOND));
	memset(got, 0, sizeof(got));
	assert_ptr_equal(et_put_timestamp(&enc, got, time_ns), got + ET_TIMESTAMP_LEN);
	assert_string_equal(got, expected);
}

static void test_known(void **state)
{
	char got[ET_TIMESTAMP_LEN + 1] = "";

	(void)state;
	et_encoder_init(&enc, &et_json_encoder);
	/* et_encoder_init() has computed the text of second 0. */
	check(0);
	et_put_timestamp(&enc, got, 1795364573123456789);
	assert_string_equal(got, "2026-11-22T16:22:53.123456789Z");
}

static void test_every_day(void **state)
{
	const __u64 days = ~0ULL / SECOND / 86400;

	(void)state;
	et_encoder_init(&enc, &et_json_encoder);
	for (__u64 day = 0; day < days; day++) {
		check(day * 86400 * SECOND);
		check((day + 1) * 86400 * SECOND - 1);
	}
	check(~0ULL);
}

static void test_within_and_between_seconds(void **state)
{
	const __u64 t = 1709164799 * SECOND; /* the last second before a 29 February */

	(void)state;
	et_encoder_init(&enc, &et_json_encoder);
	check(t);
	check(t + 1);
	check(t + SECOND - 1);
	check(t + SECOND);
	/* Times may go back, because events of several CPUs overlap. */
	check(t + 5);
	for (__u64 i = 0; i < 100000; i++)
		check(t + i * 1234567891);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_every_day),
		cmocka_unit_test(test_within_and_between_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
