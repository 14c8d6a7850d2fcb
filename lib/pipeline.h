/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of a record once it is in user space, wherever it comes from:
 *
 *	decode -> redact -> enrich -> encode -> sink
 *	                           -> recorder
 *
 * A session feeds it from its rings, a replay from a file. Inside of lib/ only.
 */
#ifndef ET_PIPELINE_H
#define ET_PIPELINE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "lib/encode/encode.h"
#include "lib/enrich/enrich.h"
#include "lib/include/eventstrace.h"
#include "lib/redact/redact.h"
#include "lib/ring/gaps.h"
#include "lib/record/writer.h"
#include "lib/sink/sink.h"
#include "lib/wire/schema.h"

#define ET_MS 1000000ULL /* nanoseconds */

/* CLOCK_MONOTONIC */
static inline __u64 et_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000 * ET_MS + (__u64)ts.tv_nsec;
}

struct et_pipeline {
	struct et_enricher *clock;
	struct et_redactor *redactor; /* NULL: nothing is taken out of records */
	struct et_encoder encoder;
	struct et_sink *sink;              /* NULL: events are only recorded */
	struct et_record_writer *recorder; /* NULL: they are not */
	struct et_layouts *layouts; /* of a recording's records; the caller's; NULL: today's */
	struct et_gaps *gaps; /* follows the records' numbers; the caller's; NULL: nobody does */
	/* Is an event to be left out, although it was received? NULL: never. */
	bool (*leaves_out)(void *ctx, const struct et_event *event);
	void *leaves_out_ctx;
	bool unbuffered;
	__u64 max_events;   /* take no more than this many; 0: no limit */
	__u64 clock_offset; /* the clock's, of the last event */

	/*
	 * The lines that are in the sink, or were: event type, and above it how many events a LOST
	 * line stands for. A line is counted as written when all of it is outside.
	 */
	__u64 *lines;
	size_t line_room;
	__u64 lines_put, lines_counted;

	__u64 received[ET_EVENT_TYPES];
	__u64 taken[ET_EVENT_TYPES]; /* in the buffers, or written */
	__u64 written[ET_EVENT_TYPES];
	__u64 taken_total;
	__u64 received_total;
	__u64 malformed;
	__u64 lost_written; /* events that written LOST lines stand for */

	bool silent; /* records are counted and not written: the limit is reached, or it failed */
	int failed;  /* the errno that error is about */
	struct et_error error;
};

/**
 * et_pipeline_open() - the stages behind the decoder
 * @p:		all zero
 * @opts:	output_fd, record_fd, unbuffered, max_events and what is redacted count
 * @clock:	sets each event's wall clock time; the pipeline's from now on, also on failure
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno; et_pipeline_close() is needed in both cases.
 */
int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err);

/**
 * et_pipeline_set_recorder() - from now on, record as well
 * @p:		the pipeline
 * @recorder:	the pipeline's from now on
 *
 * Return: 0 when the file's beginning is written, or as et_pipeline_flush().
 */
int et_pipeline_set_recorder(struct et_pipeline *p, struct et_record_writer *recorder);

/**
 * et_pipeline_end() - write out everything, and let the recording end with an account
 * @p:		the pipeline
 * @totals:	the account; NULL: nothing is recorded
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for who reads the output
 *
 * Return: 0, or the first failure that there was; -ETIMEDOUT: the deadline has passed.
 */
int et_pipeline_end(struct et_pipeline *p, const struct et_record_totals *totals,
		    __u64 deadline_ns);

/**
 * et_pipeline_wait() - wait until the outputs take more
 * @p:		the pipeline, of which something returned -EAGAIN
 * @deadline_ns: CLOCK_MONOTONIC
 *
 * Signals do not end it.
 *
 * Return: 0, or -ETIMEDOUT: p->error has the message, and the pipeline is silent from now on.
 */
int et_pipeline_wait(struct et_pipeline *p, __u64 deadline_ns);

/* Is there room for many LOST lines? */
bool et_pipeline_is_roomy(const struct et_pipeline *p);

/* What waits for its reader: a descriptor that polls writable, or -1. @which: 0 or 1. */
int et_pipeline_waits_for(const struct et_pipeline *p, unsigned int which);

/**
 * et_pipeline_record() - take one record through all stages
 * @p:		the pipeline
 * @data:	the record; 8-byte aligned; need not live on
 * @len:	its bytes
 *
 * One that the decoder rejects is counted, and no failure. If records are missing in front of this
 * one, a LOST line goes before it. Once it is silent, records are only counted.
 *
 * Return: 0, -ECANCELED when it was the last of max_events, -EAGAIN when the outputs must be read
 * first, and then it was not taken; or what write(2) said: p->error has the message then.
 */
int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len);

/**
 * et_pipeline_lost() - write a LOST line
 * @p:		the pipeline
 * @gap:	what is missing
 *
 * It is no event: max_events does not count it.
 *
 * Return: 0, also when the pipeline is silent; -EAGAIN when the outputs must be read first, and then
 * it was not taken; or what the sink said: p->error has the message.
 */
int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap);

/* The same for a line that is made already, out of a recording: @event is a struct et_lost. */
int et_pipeline_note(struct et_pipeline *p, struct et_event *event);

/*
 * Write out what is buffered, as far as the outputs take it. Return: 0, -EAGAIN when some is left,
 * or another negative errno, and p->error has the message.
 */
int et_pipeline_flush(struct et_pipeline *p);

/* Free what the stages have; writes nothing. */
void et_pipeline_close(struct et_pipeline *p);

#endif /* ET_PIPELINE_H */
