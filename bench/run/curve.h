/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The curve of the costs over the rate of events: compares the default with fixed policies of
 * waking the reader. docs/benchmarks.md describes the table.
 */
#ifndef BENCH_CURVE_H
#define BENCH_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/run/result.h"

/* Names of the rows that the curve compares. The last one is the default of eventstrace. */
extern const char *const curve_rows[];
extern const size_t curve_row_count;

/* True for the workloads of the curve. @quick: only those that show its ends and its middle. */
bool curve_has(const struct bench_workload *workload, bool quick);

/**
 * curve_print() - print the curve: a line for each rate
 * @result:	without a rate that was measured with two of curve_rows, nothing is printed
 * @out:	where to
 *
 * Return: 0 or -ENOMEM.
 */
int curve_print(const struct result *result, FILE *out);

#endif /* BENCH_CURVE_H */
