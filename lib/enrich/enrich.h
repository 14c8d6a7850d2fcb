/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adds values to a decoded event that its record does not contain. Each kind of value has one
 * enricher. Today the only value is the wall clock time.
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

/*
 * The operations of an enricher. An implementation has a struct that begins with a struct
 * et_enricher.
 */
struct et_enricher_ops {
	const char *name; /* name of the enricher, for messages: "clock" */
	/*
	 * Add values to the event. Called once for each event, in the order in which the events are
	 * printed.
	 */
	void (*enrich)(struct et_enricher *self, struct et_event *event);
	void (*free)(struct et_enricher *self);
};

struct et_enricher {
	const struct et_enricher_ops *ops;
};

/**
 * et_clock_enricher_new() - make an enricher that sets et_event.time_ns
 * @ret:	receives the enricher; the caller frees it with et_enricher_free()
 *
 * time_ns is the record's CLOCK_MONOTONIC time plus the difference between CLOCK_REALTIME and
 * CLOCK_MONOTONIC, in nanoseconds since 1970. This call measures the difference. The enricher
 * measures it again when an event comes a second or more later. So if CLOCK_REALTIME is set, events
 * have the new time after at most a second.
 *
 * Return: 0 or -ENOMEM.
 */
int et_clock_enricher_new(struct et_enricher **ret);

/**
 * et_recorded_clock_new() - make an enricher that sets et_event.time_ns for a replay
 * @ret:	receives the enricher; the caller frees it with et_enricher_free()
 *
 * The recording contains the difference of the clocks. The caller passes this difference to
 * et_recorded_clock_set().
 *
 * Return: 0 or -ENOMEM.
 */
int et_recorded_clock_new(struct et_enricher **ret);

/*
 * Set the difference CLOCK_REALTIME - CLOCK_MONOTONIC, in nanoseconds, for the events that follow.
 * A negative difference is passed modulo 2^64.
 */
void et_recorded_clock_set(struct et_enricher *self, __u64 offset);

/* Add the enricher's values to an event. Never fails: a value that is not known stays 0. */
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
