/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the page that have a file of their own. report.c has their order. */
#ifndef BENCH_REPORT_PARTS_H
#define BENCH_REPORT_PARTS_H

#include <stdio.h>

#include "bench/report/result.h"

/* Write the tables that compare all rows in all workloads. */
void put_overview(FILE *f, const struct result *result);

/* Write the charts and the figures of a workload. */
void put_workload(FILE *f, const struct result *result, yyjson_val *workload);

#endif /* BENCH_REPORT_PARTS_H */
