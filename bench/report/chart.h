/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The charts, each a <figure>. The style sheet has colours and font sizes. A chart contains the
 * same data as text, for readers who do not see it.
 */
#ifndef BENCH_REPORT_CHART_H
#define BENCH_REPORT_CHART_H

#include <stddef.h>
#include <stdio.h>

#include "bench/report/figure.h"
#include "bench/report/result.h"

/* A bar chart of a workload, with a bar for each row. */
struct bars {
	const char *title;  /* "BPF time per event" */
	const char *axis;   /* the axis's label behind the unit: "per event"; may be "" */
	const char *note;   /* text under the title: whether less or more is better */
	const char *metric; /* the bar's length is the median of this metric, */
	const char *to;     /* in percent of this row; NULL: the metric itself */
};

/* Writes nothing if no row has the metric. */
void chart_bars(FILE *f, const struct result *result, yyjson_val *workload,
		const struct bars *bars);

/* The seed's first chart: system and user CPU time over time, a panel for each row. */
void chart_cpu(FILE *f, const struct result *result, yyjson_val *workload);

/* The seed's second chart: used memory over time, a line for each row. */
void chart_memory(FILE *f, const struct result *result, yyjson_val *workload);

#endif /* BENCH_REPORT_CHART_H */
