/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as a person reads them. */
#ifndef BENCH_REPORT_FIGURE_H
#define BENCH_REPORT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

/* What a metric has been over the rounds. */
struct figure {
	bool known; /* false: the others mean nothing */
	double median;
	double min;
	double max;
	double spread; /* between the quartiles, as a part of the median */
};

enum unit {
	UNIT_COUNT,
	UNIT_SECONDS,
	UNIT_NS,
	UNIT_BYTES,
	UNIT_PERCENT,
	UNIT_PER_S,
	UNIT_FACTOR,
};

/* Enough for any of the texts below. */
#define FIGURE_TEXT 48

/* The unit of a metric, which is in the end of its name. */
enum unit figure_unit(const char *metric);

/* "1.42 µs", "8.1 KiB", "300,000"; @buf has room for FIGURE_TEXT. Return: @buf. */
char *figure_text(char *buf, enum unit unit, double v);

/* How an axis is scaled: what its values are divided by, and what its ticks are labelled with. */
struct scale {
	double divisor;
	const char *suffix; /* "KiB"; "" for numbers without a unit */
};

struct scale figure_scale(enum unit unit, double max);

/* The distance of ticks, so that about @ticks of them are between 0 and @max: 1, 2 or 5 times ten. */
double figure_step(double max, int ticks);

/* Fewest digits after the point that tell multiples of @step apart. */
int figure_decimals(double step);

#endif /* BENCH_REPORT_FIGURE_H */
