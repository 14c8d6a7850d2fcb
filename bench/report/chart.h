/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The charts, each a <figure>. Colours and sizes of letters are the style sheet's; a chart says the
 * same in words to who does not see it.
 */
#ifndef BENCH_REPORT_CHART_H
#define BENCH_REPORT_CHART_H

#include <stddef.h>
#include <stdio.h>

#include "bench/report/figure.h"
#include "bench/report/result.h"

/* Bars: one a row of a workload. */
struct bars {
	const char *title;  /* "BPF time per event" */
	const char *axis;   /* what the unit is of: "per event"; may be "" */
	const char *note;   /* under the title: which way is better */
	const char *metric; /* whose median is a bar's length, */
	const char *to;     /* as a ratio to this row, in percent; NULL: as it is */
};

/* Writes nothing when no row has the metric. */
void chart_bars(FILE *f, const struct result *result, yyjson_val *workload,
		const struct bars *bars);

/* The seed's first chart: a panel a row, system and user CPU time over time. */
void chart_cpu(FILE *f, const struct result *result, yyjson_val *workload);

/* The seed's second chart: used memory over time, a line a row. */
void chart_memory(FILE *f, const struct result *result, yyjson_val *workload);

#endif /* BENCH_REPORT_CHART_H */
