/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adds facts to a decoded event that its record does not contain. Each kind of fact has one
 * enricher. Today there is one, for the wall clock; containers and process trees would be others.
 *
 *	struct et_enricher *clock = NULL;
 *
 *	r = et_clock_enricher_new(&clock);
 *	...
 *	r = et_decode(rec, len, &event);
 *	if (r == 0)
 *		et_enrich(clock, &event);	// event.time_ns is set
 *	...
 *	et_enricher_free(clock);
 */
#ifndef ET_ENRICH_H
#define ET_ENRICH_H

#include "lib/decode/decode.h"

struct et_enricher;

/* The operations of an enricher. Its own struct begins with a struct et_enricher. */
struct et_enricher_ops {
	const char *name; /* "clock" */
	/*
	 * Add to the event. Called once for every event, in the order in which events are printed.
	 */
	void (*enrich)(struct et_enricher *self, struct et_event *event);
	void (*free)(struct et_enricher *self);
};

struct et_enricher {
	const struct et_enricher_ops *ops;
};

/**
 * et_clock_enricher_new() - an enricher that sets et_event.time_ns
 * @ret:	receives it; the caller frees it with et_enricher_free()
 *
 * time_ns is the record's CLOCK_MONOTONIC time plus the difference between CLOCK_REALTIME and
 * CLOCK_MONOTONIC, in nanoseconds since 1970. The difference is measured now, and again when an
 * event comes a second or more later. So a step of the clock shows after at most a second.
 *
 * Return: 0 or -ENOMEM.
 */
int et_clock_enricher_new(struct et_enricher **ret);

/**
 * et_recorded_clock_new() - the same for a recording, which contains the difference of the clocks
 * @ret:	receives it; the caller frees it with et_enricher_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recorded_clock_new(struct et_enricher **ret);

/* Set it before an event: CLOCK_REALTIME - CLOCK_MONOTONIC in nanoseconds; it may wrap. */
void et_recorded_clock_set(struct et_enricher *self, __u64 offset);

/* Add to @event what @self provides. Never fails: an unknown value stays 0. */
static inline void et_enrich(struct et_enricher *self, struct et_event *event)
{
	self->ops->enrich(self, event);
}

/* Free an enricher; NULL is allowed. */
static inline void et_enricher_free(struct et_enricher *self)
{
	if (self)
		self->ops->free(self);
}

#endif /* ET_ENRICH_H */
