/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the tables of result_print(). */
#include "bench/run/result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 3

static const struct bench_workload workload = { .name = "w", .doc = "d", .events = "e" };
static const struct bench_row control = { .name = "control" }, direct = { .name = "direct" },
			      automatic = { .name = "auto" };

/*
 * Fill a series with numbers of operations per second. @scratch: bytes of scratch memory; NAN: no
 * tracer.
 */
static void fill(struct series *series, const struct bench_row *row, const double speeds[ROUNDS],
		 unsigned int rounds, double scratch)
{
	*series = (struct series){ .row = row };
	for (unsigned int i = 0; i < rounds; i++) {
		struct cell cell = { .round = i };

		for (int m = 0; m < METRICS; m++)
			cell.metrics[m] = NAN;
		cell.metrics[METRIC_operations_per_s] = speeds[i];
		cell.metrics[METRIC_locked_scratch_bytes] = scratch;
		if (isfinite(scratch))
			cell.metrics[METRIC_bpf_ns_per_event] = 700;
		assert_int_equal(series_add(series, &cell), 0);
	}
}

/*
 * Print a result with three rows and the first @rounds of @speeds. Return: the text; the caller
 * frees it.
 */
static char *print(const double speeds[3][ROUNDS], unsigned int rounds)
{
	struct result result = { .count = 1, .config.rounds = rounds };
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	result.workloads = calloc(1, sizeof(*result.workloads));
	assert_non_null(result.workloads);
	result.workloads->workload = &workload;
	result.workloads->count = 3;
	result.workloads->series = calloc(3, sizeof(*result.workloads->series));
	assert_non_null(result.workloads->series);
	fill(&result.workloads->series[0], &control, speeds[0], rounds, NAN);
	fill(&result.workloads->series[1], &direct, speeds[1], rounds, 0);
	fill(&result.workloads->series[2], &automatic, speeds[2], rounds, 0);
	assert_int_equal(result_print(&result, f), 0);
	fclose(f);
	result_done(&result);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

/* The median of auto is 0.76 of the median of control, but the median of their ratios is 1.14. */
static void test_spread(void **state)
{
	static const double speeds[3][ROUNDS] = { { 100, 50, 200 },
						  { 100, 100, 100 },
						  { 76, 57, 240 } };
	char *text = print(speeds, ROUNDS);

	(void)state;
	assert_has(text, "76 ±");
	assert_has(text, "1.14 ±");
	assert_has(text, "median of the ratios within each round");
	free(text);
}

/* Two rounds have no spread, and the tables say so. */
static void test_no_spread(void **state)
{
	static const double speeds[3][ROUNDS] = { { 100, 50 }, { 100, 100 }, { 76, 57 } };
	char *text = print(speeds, 2);

	(void)state;
	assert_has(text, "\n2 rounds: no spread. --rounds=3 and more show it after ±.\n");
	assert_null(strstr(text, "66 ±"));
	assert_null(strstr(text, "half the distance between the quartiles"));
	assert_has(text, "median of the ratios within each round");
	free(text);
}

/* auto is direct here, so their difference is noise. */
static void test_noise(void **state)
{
	static const double speeds[3][ROUNDS] = { { 100, 100, 100 },
						  { 100, 100, 100 },
						  { 114, 114, 114 } };
	char *text = print(speeds, ROUNDS);

	(void)state;
	assert_has(text, "auto is the same program as direct, and differs by +14 % ops/s");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_no_spread),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
