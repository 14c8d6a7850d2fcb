/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations, and their percentiles. */
#ifndef TOOLS_SHIP_BENCH_SAMPLES_H
#define TOOLS_SHIP_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	int64_t *values;
	size_t count, room;
};

/* Add a value. Return: 0 or -ENOMEM. */
int samples_add(struct samples *samples, int64_t value);

/*
 * Sort the values, and return the one below or at which @percent of them are (nearest rank); 0 if
 * there are none.
 */
int64_t samples_percentile(struct samples *samples, double percent);

void samples_free(struct samples *samples);

#endif /* TOOLS_SHIP_BENCH_SAMPLES_H */
