/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/samples.h"

#include <errno.h>
#include <stdlib.h>

int samples_add(struct samples *samples, int64_t value)
{
	if (samples->count == samples->room) {
		const size_t room = samples->room ? 2 * samples->room : 4096;
		int64_t *grown = reallocarray(samples->values, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		samples->values = grown;
		samples->room = room;
	}
	samples->values[samples->count++] = value;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t samples_percentile(struct samples *samples, double percent)
{
	const double rank = percent / 100 * (double)samples->count;
	size_t index = (size_t)rank;

	if (!samples->count)
		return 0;
	qsort(samples->values, samples->count, sizeof(*samples->values), compare);
	/* Ranks begin at 1, and are rounded up. */
	if ((double)index == rank && index)
		index--;
	if (index >= samples->count)
		index = samples->count - 1;
	return samples->values[index];
}

void samples_free(struct samples *samples)
{
	free(samples->values);
	*samples = (struct samples){ 0 };
}
