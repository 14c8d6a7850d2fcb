/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A quantile of sorted figures, with linear interpolation. @part: 0 to 1; 0.5 is the median. */
static double at(const double *sorted, size_t count, double part)
{
	double place = part * (double)(count - 1);
	size_t below = (size_t)place;

	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct stats stats_of(const double *values, size_t count)
{
	struct stats s = { .median = NAN, .min = NAN, .max = NAN, .spread = NAN };
	double *sorted = calloc(count + 1, sizeof(*sorted));

	if (!sorted)
		abort();
	for (size_t i = 0; i < count; i++) {
		if (!isnan(values[i]))
			sorted[s.count++] = values[i];
	}
	if (s.count) {
		qsort(sorted, s.count, sizeof(*sorted), by_value);
		s.min = sorted[0];
		s.max = sorted[s.count - 1];
		s.median = at(sorted, s.count, 0.5);
		s.spread = s.median ? (at(sorted, s.count, 0.75) - at(sorted, s.count, 0.25)) /
					      s.median
				    : 0;
	}
	free(sorted);
	return s;
}

double stats_ratio(double a, double b)
{
	return isnan(a) || isnan(b) || b == 0 ? NAN : a / b;
}

size_t stats_middle_ratio(const double *a, const double *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t below = 0;

		for (size_t j = 0; j < count; j++) {
			double difference = a[j] / b[j] - a[i] / b[i];

			below += difference < 0 || (difference == 0 && j < i);
		}
		if (below == (count - 1) / 2)
			return i;
	}
	return 0;
}
