/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wall clock. BPF programs have CLOCK_MONOTONIC only: CLOCK_REALTIME can step, and the kernel
 * gives it to no probe. So user space adds the difference, which it measures anew once a second:
 * the clock is slewed and stepped under us.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <time.h>

#include "lib/enrich/enrich.h"

#define SECOND_NS 1000000000ULL

struct clock_enricher {
	struct et_enricher head;
	__u64 offset;     /* CLOCK_REALTIME - CLOCK_MONOTONIC; wraps where the latter is ahead */
	__u64 measure_at; /* CLOCK_MONOTONIC: from then on the offset is too old */
};

static __u64 now_ns(clockid_t clock)
{
	struct timespec t;

	/* Neither clock can be missing. */
	(void)clock_gettime(clock, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

/*
 * CLOCK_REALTIME between two readings of the other; their middle is its time. The closest of a
 * few tries counts, as any of them may be interrupted.
 */
static void measure(struct clock_enricher *clock)
{
	__u64 best = ~0ULL, before = 0;

	for (int i = 0; i < 3; i++) {
		__u64 t0 = now_ns(CLOCK_MONOTONIC);
		__u64 wall = now_ns(CLOCK_REALTIME);
		__u64 t1 = now_ns(CLOCK_MONOTONIC);

		if (t1 - t0 < best) {
			best = t1 - t0;
			before = t0;
			clock->offset = wall - (t0 + best / 2);
		}
	}
	clock->measure_at = before + SECOND_NS;
}

static void clock_enrich(struct et_enricher *self, struct et_event *event)
{
	struct clock_enricher *clock = (struct clock_enricher *)self;
	__u64 ts = event->hdr->ts;

	/*
	 * The events' own times tell when a second is over, without a look at the clock for each.
	 * It is looked at before it is believed: the times of a replayed record may be anything.
	 */
	if (ts >= clock->measure_at && now_ns(CLOCK_MONOTONIC) >= clock->measure_at)
		measure(clock);
	event->time_ns = et_event_ts(event) + clock->offset;
}

static void clock_free(struct et_enricher *self)
{
	free(self);
}

static const struct et_enricher_ops clock_ops = {
	.name = "clock",
	.enrich = clock_enrich,
	.free = clock_free,
};

int et_clock_enricher_new(struct et_enricher **ret)
{
	struct clock_enricher *clock = calloc(1, sizeof(*clock));

	if (!clock)
		return -ENOMEM;
	clock->head.ops = &clock_ops;
	measure(clock);
	*ret = &clock->head;
	return 0;
}
