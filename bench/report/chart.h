/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws the charts. Each is a <figure>; the style sheet has colours and font sizes. A chart
 * contains its data as text, too, for screen readers.
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
	const char *axis;   /* text after the unit on the axis, such as "per event"; may be "" */
	const char *note;   /* text under the title; says whether less or more is better */
	const char *metric; /* the median of this metric is the bar's length */
	const char *to;     /* the metric in percent of this row; NULL: the metric itself */
};

/* Draw a bar chart. Writes nothing if no row has the metric. */
void chart_bars(FILE *f, const struct result *result, yyjson_val *workload,
		const struct bars *bars);

/* Draw system and user CPU time over time, one panel for each row, as in the seed's first chart. */
void chart_cpu(FILE *f, const struct result *result, yyjson_val *workload);

/* Draw used memory over time, one line for each row, as in the seed's second chart. */
void chart_memory(FILE *f, const struct result *result, yyjson_val *workload);

#endif /* BENCH_REPORT_CHART_H */
