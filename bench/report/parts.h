/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the page that have a file of their own. report.c has their order. */
#ifndef BENCH_REPORT_PARTS_H
#define BENCH_REPORT_PARTS_H

#include <stdio.h>

#include "bench/report/result.h"
#include "bench/report/rows.h"

/*
 * Write a note for figures that other work on the machine changes, or that have no spread. Writes
 * nothing if there is neither.
 */
void put_trust(FILE *f, const struct result *result, const char *metric);

/* The class of a figure that other work on the machine changes: "unreliable", or "". */
const char *trust_class(const struct result *result, const char *metric);

/* Explain the number 159, if a row of @part has it in its name. */
void put_159(FILE *f, const struct result *result, enum rows_part part);

/* Write a table of the wire formats. Writes nothing if the run has less than two of them. */
void put_formats(FILE *f, const struct result *result);

/* Write the tables that compare all rows in all workloads. */
void put_overview(FILE *f, const struct result *result);

/* Write the charts and the figures of a workload. */
void put_workload(FILE *f, const struct result *result, yyjson_val *workload);

#endif /* BENCH_REPORT_PARTS_H */
