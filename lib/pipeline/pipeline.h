/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stages of a record in user space, from any source:
 *
 *	decode -> redact -> enrich -> on_event
 *	                           -> encode -> sink
 *	                           -> recorder
 *
 * A session feeds it from its rings, a replay from a file. Internal to lib/.
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
#include "lib/counters/seq_gaps.h"
#include "lib/recording/writer.h"
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
	struct et_redactor *redactor; /* NULL: nothing is removed from records */
	struct et_encoder encoder;
	struct et_text *text;       /* of the text format; NULL: another */
	struct et_members *members; /* of JSON with chosen members; NULL: all, or another */
	struct et_sink *sink;       /* NULL: events are only recorded */
	struct et_recording_writer *recorder; /* NULL: events are not recorded */
	__u64 recorded_bytes;                 /* of earlier recordings */
	struct et_layouts *layouts; /* of a recording; the caller's; NULL: the current ones */
	struct et_seq_gaps *gaps;   /* checks the records' numbers; the caller's; NULL: no check */
	/* As in struct et_options; NULL: none. */
	void (*on_event)(void *ctx, const struct et_event *event);
	void *on_event_ctx;
	bool in_callback; /* on_event is running: its session must not be used */
	/* True if a received event is left out. NULL: never. */
	bool (*leaves_out)(void *ctx, const struct et_event *event);
	void *leaves_out_ctx;
	bool unbuffered;
	__u64 max_events;   /* write at most this many; 0: no limit */
	__u64 clock_offset; /* of the last event's clock */

	/*
	 * The lines in the sink and before: event type, and above it the number of events that a
	 * LOST line reports. A line counts as written when all of it has left the sink.
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
	__u64 lost_written; /* events in written LOST lines */

	bool silent; /* records are counted but not written: after the limit or a failure */
	int failed;  /* the errno of `error` */
	struct et_error error;
};

/**
 * et_pipeline_open() - open the stages after the decoder
 * @p:		all zero
 * @opts:	uses output_fd, record_fd, unbuffered, max_events, on_event, and the options for
 *		redaction and formats
 * @clock:	sets each event's wall clock time; the pipeline owns it from now on, also on failure
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno; et_pipeline_close() is needed in both cases.
 */
int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err);

/**
 * et_pipeline_set_recorder() - start recording
 * @p:		the pipeline
 * @recorder:	the pipeline's from now on
 *
 * Return: 0 after the file's header is written, or as et_pipeline_flush().
 */
int et_pipeline_set_recorder(struct et_pipeline *p, struct et_recording_writer *recorder);

/**
 * et_pipeline_next_output() - write the next lines to another descriptor
 * @p:	the pipeline, with an output, after et_pipeline_flush() returned 0
 * @fd:	stays the caller's
 */
void et_pipeline_next_output(struct et_pipeline *p, int fd);

/**
 * et_pipeline_next_recorder() - end the recording, and begin another
 * @p:		the pipeline, with a recording, after et_pipeline_flush() returned 0
 * @totals:	the final counts of the present recording
 * @recorder:	the next one, whose header is written; the pipeline's from now on
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the reader of the present one
 *
 * Return: 0, or why the present recording could not be ended: p->error has the message.
 */
int et_pipeline_next_recorder(struct et_pipeline *p, const struct et_recording_totals *totals,
			      struct et_recording_writer *recorder, __u64 deadline_ns);

/* Bytes written to all recordings. */
__u64 et_pipeline_recorded_bytes(const struct et_pipeline *p);

/**
 * et_pipeline_end() - write all buffered events, and the recording's final counts
 * @p:		the pipeline
 * @totals:	the counts; NULL: nothing is recorded
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * Return: 0, or the first failure; -ETIMEDOUT: the deadline has passed.
 */
int et_pipeline_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns);

/**
 * et_pipeline_wait() - wait until the outputs take more
 * @p:		the pipeline, after a function returned -EAGAIN
 * @deadline_ns: CLOCK_MONOTONIC
 *
 * Signals do not end the wait.
 *
 * Return: 0, or -ETIMEDOUT: p->error has the message, and the pipeline is silent from now on.
 */
int et_pipeline_wait(struct et_pipeline *p, __u64 deadline_ns);

/* True if there is room for many LOST lines. */
bool et_pipeline_is_roomy(const struct et_pipeline *p);

/* A descriptor that polls writable when its output takes more, or -1. @which: 0 or 1. */
int et_pipeline_waits_for(const struct et_pipeline *p, unsigned int which);

/**
 * et_pipeline_record() - take one record through all stages
 * @p:		the pipeline
 * @data:	the record; 8-byte aligned; not used afterwards
 * @len:	its bytes
 *
 * A record that the decoder rejects is counted, and is no failure. If records before this one are
 * missing, a LOST line precedes it. Once the pipeline is silent, records are only counted.
 *
 * Return: 0; -ECANCELED after the last of max_events; -EAGAIN if the outputs must be read first:
 * the record is not taken then; or the errno of write(2): p->error has the message then.
 */
int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len);

/**
 * et_pipeline_lost() - write a LOST line
 * @p:		the pipeline
 * @gap:	the missing events
 *
 * A LOST line is no event: max_events does not count it.
 *
 * Return: 0, also when the pipeline is silent; -EAGAIN if the outputs must be read first: the line
 * is not taken then; or the sink's failure: p->error has the message.
 */
int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap);

/* The same for a ready line from a recording: @event is a struct et_lost. */
int et_pipeline_synthetic(struct et_pipeline *p, struct et_event *event);

/*
 * Write buffered events, as far as the outputs take them. Return: 0, -EAGAIN if some are left, or
 * another negative errno, and p->error has the message.
 */
int et_pipeline_flush(struct et_pipeline *p);

/* Free all stages; writes nothing. */
void et_pipeline_close(struct et_pipeline *p);

#endif /* ET_PIPELINE_H */
