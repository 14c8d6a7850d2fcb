/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the table of curve_print(). */
#include "bench/run/curve.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATES    2
#define ROWS_MAX 8

static const struct bench_workload rates[RATES] = { { .name = "rate-exec-20" },
						    { .name = "rate-write-10000" } };
static const struct bench_workload other = { .name = "exec-spam" };

/* Add a row that was measured once. @cost: in us for each event. */
static void add_row(struct result_workload *w, const struct bench_row *row, double cost)
{
	struct cell cell = { .round = 0 };

	for (int m = 0; m < METRICS; m++)
		cell.metrics[m] = NAN;
	cell.metrics[METRIC_cost_ns_per_operation] = 1000 * cost;
	cell.metrics[METRIC_operations_per_s] = 19.5;
	cell.metrics[METRIC_latency_p50_ns] = 10.25e6;
	cell.metrics[METRIC_latency_p99_ns] = 20.5e6;
	w->series[w->count] = (struct series){ .row = row };
	assert_int_equal(series_add(&w->series[w->count++], &cell), 0);
}

static struct result_workload *add_workload(struct result *result,
					    const struct bench_workload *workload)
{
	struct result_workload *w = &result->workloads[result->count++];

	w->workload = workload;
	w->series = calloc(ROWS_MAX, sizeof(*w->series));
	assert_non_null(w->series);
	return w;
}

static void begin(struct result *ret)
{
	*ret = (struct result){ .workloads = calloc(RATES + 1, sizeof(*ret->workloads)) };
	assert_non_null(ret->workloads);
}

/* Print the curve, and free the result. Return: the text; the caller frees it. */
static char *print(struct result *result)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(curve_print(result, f), 0);
	fclose(f);
	result_done(result);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

/* Each rate is compared with its own best policy. The worst point is the largest such ratio. */
static void test_worst(void **state)
{
	static const double costs[RATES][5] = { { 100, 150, 140, 130, 110 }, { 8, 4, 2, 1, 1.25 } };
	struct bench_row rows[5];
	struct result result;
	char *text;

	(void)state;
	begin(&result);
	for (size_t i = 0; i < 5; i++)
		rows[i] = (struct bench_row){ .name = curve_rows[i] };
	for (size_t r = 0; r < RATES; r++) {
		struct result_workload *w = add_workload(&result, &rates[r]);

		for (size_t i = 0; i < 5; i++)
			add_row(w, &rows[i], costs[r][i]);
	}
	text = print(&result);
	assert_has(text, "110.0  always       1.10     1.10   10.25   20.50");
	assert_has(text, "1.25  nap-20       1.25     0.16   10.25   20.50");
	assert_has(text, "at rate-write-10000: 1.25 times the best fixed policy, nap-20.");
	free(text);
}

/* A policy that was not measured is no policy to compare with. */
static void test_missing(void **state)
{
	const struct bench_row always = { .name = "always" }, own = { .name = "auto" };
	struct result_workload *w;
	struct result result;
	char *text;

	(void)state;
	begin(&result);
	w = add_workload(&result, &rates[0]);
	add_row(w, &own, 50);
	add_row(w, &always, 100);
	text = print(&result);
	assert_has(text, "at rate-exec-20: 0.50 times the best fixed policy, always.");
	free(text);
}

/* Without a rate, or without the default, there is no curve. */
static void test_none(void **state)
{
	const struct bench_row always = { .name = "always" }, own = { .name = "auto" };
	struct result_workload *w;
	struct result result;
	char *text;

	(void)state;
	begin(&result);
	w = add_workload(&result, &other);
	add_row(w, &own, 50);
	add_row(w, &always, 100);
	add_row(add_workload(&result, &rates[0]), &always, 100);
	text = print(&result);
	assert_string_equal(text, "");
	free(text);
}

static void test_quick(void **state)
{
	(void)state;
	assert_true(curve_has(&rates[0], true));
	assert_true(curve_has(&rates[0], false));
	assert_false(curve_has(&other, false));
	assert_false(curve_has(&(const struct bench_workload){ .name = "rate-exec-1" }, true));
	assert_true(curve_has(&(const struct bench_workload){ .name = "rate-exec-1" }, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worst),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
