/* SPDX-License-Identifier: BSD-2-Clause */
/* Holds all cells of a run, and writes them. docs/benchmarks.md describes the JSON format. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <yyjson.h>

#include "bench/run/cell.h"
#include "bench/stats/stats.h"

#define RESULT_SCHEMA "eventstrace-bench/1"

/* The rows that ratios refer to. */
enum relation { TO_CONTROL, TO_FLOOR, TO_SEED, RELATIONS };
extern const char *const relation_names[RELATIONS];

struct result_config {
	unsigned int rounds;
	double duration_s; /* 0: rounds have a fixed number of operations */
	bool quick;
};

/* The cells of one row in one workload. */
struct series {
	const struct bench_row *row;
	char skipped[256]; /* the reason why the row was skipped; empty: it was not */
	struct cell *cells;
	size_t count;
};

struct result_workload {
	const struct bench_workload *workload;
	const char *skipped;
	struct series *series;
	size_t count;
};

struct result {
	struct result_config config;
	yyjson_mut_doc *doc; /* the root has the environment as a member */
	struct result_workload *workloads;
	size_t count;
};

/* Append a cell, whose contents the series then owns. Return: 0 or -ENOMEM. */
int series_add(struct series *series, struct cell *cell);

/* Statistics of a metric over all cells of a series. */
struct stats series_stats(const struct series *series, enum metric metric);

/* Statistics of the ratios between cells of the same round. Without such cells, the count is 0. */
struct stats series_ratio(const struct result_workload *w, const struct series *series,
			  enum relation to, enum metric metric);

/**
 * result_json() - format the result as JSON
 * @result:	the result
 * @ret_len:	receives the length in bytes
 *
 * Return: a string to free(), or NULL.
 */
char *result_json(const struct result *result, size_t *ret_len);

/* Write the result as CSV, a line for each cell. */
void result_csv(const struct result *result, FILE *out);

/* Print tables of the summary. Return: 0 or -ENOMEM. */
int result_print(const struct result *result, FILE *out);

/* Free the result's contents. */
void result_done(struct result *result);

#endif /* BENCH_RESULT_H */
