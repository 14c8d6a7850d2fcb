/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets the wall clock time of events. A record has a CLOCK_MONOTONIC time only: no BPF helper
 * returns CLOCK_REALTIME. So user space adds the difference of both clocks. It measures the
 * difference once a second, because NTP or a user may set CLOCK_REALTIME at any time.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <time.h>

#include "lib/enrich/enrich.h"

#define SECOND_NS 1000000000ULL

struct clock_enricher {
	struct et_enricher head;
	/* CLOCK_REALTIME - CLOCK_MONOTONIC in nanoseconds, as last measured; modulo 2^64 */
	__u64 offset;
	__u64 measure_at; /* when to measure `offset` again, in CLOCK_MONOTONIC nanoseconds */
};

static __u64 now_ns(clockid_t clock)
{
	struct timespec t;

	/* Cannot fail: each Linux kernel has CLOCK_MONOTONIC and CLOCK_REALTIME. */
	(void)clock_gettime(clock, &t);
	return t.tv_sec * SECOND_NS + t.tv_nsec;
}

/*
 * Measure CLOCK_REALTIME - CLOCK_MONOTONIC: read CLOCK_REALTIME between two readings of
 * CLOCK_MONOTONIC, and subtract the mean of these two. An interrupt may delay a reading, so make
 * several tries. Use the try whose two readings are closest.
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
	 * Most events need no clock reading: the event's own time shows that less than a second has
	 * passed. If the event's time says that a second has passed, read the clock too, because a
	 * damaged record may contain any time.
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
