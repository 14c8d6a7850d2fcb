/* SPDX-License-Identifier: BSD-2-Clause */
/* Formats numbers as readable text. */
#ifndef BENCH_REPORT_FIGURE_H
#define BENCH_REPORT_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

/* The statistics of a metric over the rounds. */
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

/* Size of a buffer for figure_text(), in bytes. */
#define FIGURE_TEXT 48

/* The unit of a metric, which the end of its name determines. */
enum unit figure_unit(const char *metric);

/*
 * Format a number with its unit, such as "1.42 µs", "8.1 KiB" or "300,000". @buf has FIGURE_TEXT
 * bytes. Return: @buf.
 */
char *figure_text(char *buf, enum unit unit, double v);

/*
 * The scale of an axis: the divisor of its values, and the suffix of its ticks. figure_scale()
 * chooses it for values up to @max.
 */
struct scale {
	double divisor;
	const char *suffix; /* "KiB"; "" for numbers without a unit */
};

struct scale figure_scale(enum unit unit, double max);

/*
 * The distance of ticks, for about @ticks ticks between 0 and @max: 1, 2 or 5 times a power of ten.
 */
double figure_step(double max, int ticks);

/* The smallest number of decimals that distinguishes multiples of @step. */
int figure_decimals(double step);

#endif /* BENCH_REPORT_FIGURE_H */
