/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets the wall clock time of replayed events to the time at which the events happened. */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>

#include "lib/enrich/enrich.h"

struct recorded_clock {
	struct et_enricher head;
	/*
	 * CLOCK_REALTIME - CLOCK_MONOTONIC in nanoseconds when the events were recorded; modulo
	 * 2^64
	 */
	__u64 offset;
};

static void recorded_clock_enrich(struct et_enricher *self, struct et_event *event)
{
	const struct recorded_clock *clock = (struct recorded_clock *)self;

	event->time_ns = et_event_ts(event) + clock->offset;
}

static void recorded_clock_free(struct et_enricher *self)
{
	free(self);
}

static const struct et_enricher_ops recorded_clock_ops = {
	.name = "recorded clock",
	.enrich = recorded_clock_enrich,
	.free = recorded_clock_free,
};

int et_recorded_clock_new(struct et_enricher **ret)
{
	struct recorded_clock *clock = calloc(1, sizeof(*clock));

	if (!clock)
		return -ENOMEM;
	clock->head.ops = &recorded_clock_ops;
	*ret = &clock->head;
	return 0;
}

void et_recorded_clock_set(struct et_enricher *self, __u64 offset)
{
	((struct recorded_clock *)self)->offset = offset;
}
