/* SPDX-License-Identifier: BSD-2-Clause */
/* All cells of a run, and their output. docs/benchmarks.md has the format. */
#ifndef BENCH_RESULT_H
#define BENCH_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <yyjson.h>

#include "bench/cell.h"
#include "bench/stats.h"

#define RESULT_SCHEMA "eventstrace-bench/1"

/* The rows that ratios are relative to. */
enum relation { TO_CONTROL, TO_FLOOR, TO_SEED, RELATIONS };
extern const char *const relation_names[RELATIONS];

struct result_config {
	unsigned int rounds;
	double duration_s; /* 0: a fixed number of operations */
	bool quick;
};

/* The cells of one row in one workload. */
struct series {
	const struct bench_row *row;
	char skipped[256]; /* the reason; empty: not skipped */
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
	yyjson_mut_doc *doc; /* its root has the environment as a member */
	struct result_workload *workloads;
	size_t count;
};

/* Append a cell, and take ownership of it. Return: 0 or -ENOMEM. */
int series_add(struct series *series, struct cell *cell);

struct stats series_stats(const struct series *series, enum metric metric);

/* Ratios between cells of the same round; if there is none, the count is 0. */
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

/* One line per cell. */
void result_csv(const struct result *result, FILE *out);

/* Print tables of the summary. Return: 0 or -ENOMEM. */
int result_print(const struct result *result, FILE *out);

/* Free the result's contents. */
void result_done(struct result *result);

#endif /* BENCH_RESULT_H */
