/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as readable text. */
#ifndef BENCH_REPORT_FIGURE_H
#define BENCH_REPORT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

/* A metric over the rounds. */
struct figure {
	bool known; /* false: the other members have no meaning */
	double median;
	double min;
	double max;
	double spread; /* distance between the quartiles, divided by the median */
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

/* Large enough for any text of figure_text(). */
#define FIGURE_TEXT 48

/* The unit of a metric, from the end of its name. */
enum unit figure_unit(const char *metric);

/* "1.42 µs", "8.1 KiB", "300,000"; @buf has room for FIGURE_TEXT. Return: @buf. */
char *figure_text(char *buf, enum unit unit, double v);

/* The scale of an axis: the divisor of its values, and the suffix of its ticks. */
struct scale {
	double divisor;
	const char *suffix; /* "KiB"; "" for numbers without a unit */
};

struct scale figure_scale(enum unit unit, double max);

/* The distance of about @ticks ticks between 0 and @max: 1, 2 or 5 times a power of ten. */
double figure_step(double max, int ticks);

/* The fewest decimals that distinguish multiples of @step. */
int figure_decimals(double step);

#endif /* BENCH_REPORT_FIGURE_H */
