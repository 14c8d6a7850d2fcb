/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/report/figure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NBSP "\u00a0"

static void test_text(void **state)
{
	static const struct {
		enum unit unit;
		double v;
		const char *text;
	} cases[] = {
		{ UNIT_COUNT, 0, "0" },
		{ UNIT_COUNT, 999, "999" },
		{ UNIT_COUNT, 1000, "1,000" },
		{ UNIT_COUNT, 1234567, "1,234,567" },
		{ UNIT_COUNT, -1234567, "-1,234,567" },
		{ UNIT_COUNT, 0.31, "0.31" },
		{ UNIT_COUNT, 1e15, "1,000,000,000,000,000" },
		{ UNIT_NS, 520, "520" NBSP "ns" },
		{ UNIT_NS, 1416, "1.42" NBSP "µs" },
		{ UNIT_NS, 18123, "18.1" NBSP "µs" },
		{ UNIT_NS, 2.5e9, "2.50" NBSP "s" },
		{ UNIT_BYTES, 136, "136" NBSP "bytes" },
		{ UNIT_BYTES, 8324, "8.13" NBSP "KiB" },
		{ UNIT_BYTES, 4194304, "4" NBSP "MiB" },
		{ UNIT_SECONDS, 0.398, "398" NBSP "ms" },
		{ UNIT_SECONDS, 0, "0" NBSP "µs" },
		{ UNIT_PERCENT, 77.68, "77.7" NBSP "%" },
		{ UNIT_PERCENT, 0.39, "0.39" NBSP "%" },
		{ UNIT_PERCENT, 0, "0" NBSP "%" },
		{ UNIT_PER_S, 12, "12/s" },
		{ UNIT_PER_S, 1500000, "1.50" NBSP "M/s" },
		{ UNIT_FACTOR, 61.2, "61.2×" },
	};
	char text[FIGURE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(figure_text(text, cases[i].unit, cases[i].v), cases[i].text);
}

static void test_longest(void **state)
{
	char text[FIGURE_TEXT + 1];

	(void)state;
	text[FIGURE_TEXT] = '!';
	figure_text(text, UNIT_BYTES, -1e300);
	assert_int_equal(text[FIGURE_TEXT], '!');
}

static void test_units(void **state)
{
	(void)state;
	assert_int_equal(figure_unit("wall_s"), UNIT_SECONDS);
	assert_int_equal(figure_unit("operations_per_s"), UNIT_PER_S);
	assert_int_equal(figure_unit("bpf_run_ns"), UNIT_NS);
	assert_int_equal(figure_unit("bpf_ns_per_event"), UNIT_NS);
	assert_int_equal(figure_unit("locked_bytes"), UNIT_BYTES);
	assert_int_equal(figure_unit("bytes_per_event"), UNIT_BYTES);
	assert_int_equal(figure_unit("lost_percent"), UNIT_PERCENT);
	assert_int_equal(figure_unit("lost"), UNIT_COUNT);
	assert_int_equal(figure_unit("bpf_runs"), UNIT_COUNT);
}

static void test_axes(void **state)
{
	(void)state;
	assert_float_equal(figure_step(100, 4), 50, 0);
	assert_float_equal(figure_step(80, 4), 20, 0);
	assert_float_equal(figure_step(18.1, 4), 5, 0);
	assert_float_equal(figure_step(0.04, 4), 0.01, 1e-9);
	assert_float_equal(figure_step(0, 4), 1, 0);
	assert_int_equal(figure_decimals(5), 0);
	assert_int_equal(figure_decimals(0.5), 1);
	assert_int_equal(figure_decimals(0.02), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_axes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
