/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Draws the charts. Each is a <figure>; the style sheet has colours and font sizes. A chart
 * contains its data as text, too, for screen readers.
 */
#ifndef BENCH_REPORT_CHART_H
#define BENCH_REPORT_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/report/figure.h"
#include "bench/report/result.h"
#include "bench/report/rows.h"

/* A bar chart of a workload, with a bar for each row. */
struct bars {
	const char *title;  /* "BPF time per event" */
	const char *axis;   /* text after the unit on the axis, such as "per event"; may be "" */
	const char *note;   /* text under the title; says whether less or more is better */
	const char *metric; /* the median of this metric is the bar's length */
	const char *to;     /* the metric in percent of this row; NULL: the metric itself */
};

/* Draw a bar chart of the rows of @part. Writes nothing if none of them has the metric. */
void chart_bars(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part,
		const struct bars *bars);

/*
 * Return: false if the rounds have too few samples for charts over time. @ret_samples: receives the
 * samples of a round, on average.
 */
bool chart_has_samples(yyjson_val *workload, int *ret_samples);

/*
 * Draw system and user CPU time over time, one panel for each row of @part, as in EventsTrace's
 * first chart.
 */
void chart_cpu(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part);

/*
 * Draw used memory over time, one line for each row of @part, as in EventsTrace's second chart.
 */
void chart_memory(FILE *f, const struct result *result, yyjson_val *workload, enum rows_part part);

#endif /* BENCH_REPORT_CHART_H */
