/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_percentiles(void **state)
{
	struct samples samples = { 0 };

	(void)state;
	assert_int_equal(samples_percentile(&samples, 50), 0);
	/* Downwards: the function sorts. */
	for (int64_t value = 10000; value > 0; value--)
		assert_int_equal(samples_add(&samples, value), 0);
	assert_int_equal(samples_percentile(&samples, 0), 1);
	assert_int_equal(samples_percentile(&samples, 50), 5000);
	assert_int_equal(samples_percentile(&samples, 99), 9900);
	assert_int_equal(samples_percentile(&samples, 99.995), 10000);
	assert_int_equal(samples_percentile(&samples, 100), 10000);
	assert_int_equal(samples_add(&samples, -1), 0);
	assert_int_equal(samples_percentile(&samples, 0), -1);
	samples_free(&samples);
	assert_int_equal(samples.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_percentiles) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
