/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes records through all stages in user space, until they are written:
 *
 *	decode -> redact -> enrich -> on_event
 *	                           -> encode -> sink
 *	                           -> recorder
 *
 * A session takes the records from BPF ring buffers, a replay from a file. Internal to lib/.
 */
#ifndef ET_PIPELINE_H
#define ET_PIPELINE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "lib/encode/encode.h"
#include "lib/encode/identity.h"
#include "lib/enrich/enrich.h"
#include "lib/enrich/names.h"
#include "lib/include/eventstrace.h"
#include "lib/redact/redact.h"
#include "lib/counters/seq_gaps.h"
#include "lib/pipeline/not_recorded.h"
#include "lib/recording/writer.h"
#include "lib/sink/sink.h"
#include "lib/wire/schema.h"

#define ET_MS 1000000ULL /* a millisecond, in nanoseconds */

/* The current CLOCK_MONOTONIC time in nanoseconds. */
static inline __u64 et_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * 1000 * ET_MS + (__u64)ts.tv_nsec;
}

/* A file that must not become larger than a limit. */
struct et_file_limit {
	__u64 max;    /* bytes; 0: no limit */
	__u64 begin;  /* et_sink.written when the sink began to write to this file */
	__u64 before; /* size of the file in bytes at that time */
	__u64 more;   /* bytes allowed beyond `max`, because there was no next file; else 0 */
};

struct et_pipeline {
	struct et_enricher *clock; /* adds the wall clock time to events */
	/* replaces secrets; NULL: the caller passed no patterns of secrets */
	struct et_redactor *redactor;
	struct et_encoder encoder;
	bool is_json;         /* the format is "json" */
	struct et_text *text; /* state of the format "text"; NULL for JSON */
	/* names of users and groups, for text and for `context`; NULL: no output has names */
	struct et_names *names;
	struct et_identity identity; /* the host of the events: et_pipeline_set_host() */
	/* true: files begin with a header line, because of ET_STREAM_HEADER or of the format */
	bool has_header;
	bool header_due; /* true: the header line must be written before the next line */
	__u64 seq;       /* et_event.seq of the next event */
	/* JSON members that the user chose; NULL: all members, or the format is not "json" */
	struct et_members *members;
	/* the table of processes for et_options.context; NULL: events get no context */
	struct et_context *context;
	/*
	 * The table of the processes that run. A next recording begins with a record of each. With
	 * `context`, this is the table of `context`. Without `context`, it is a separate table if
	 * PROCESS_EXISTS, forks, execs and exits are recorded, else NULL.
	 */
	struct et_process_table *processes;
	/*
	 * Reads a process from /proc, for `context`: as et_proc_read(). NULL: a process that no
	 * record describes stays unknown.
	 */
	int (*read_process)(void *ctx, __u32 tgid, const void **ret_record);
	void *read_process_ctx;
	/*
	 * Mask of event types that are only for the recording and the table of processes. They are
	 * not printed, and on_event does not get them.
	 */
	__u64 unprinted;
	struct et_sink *sink; /* buffer for the lines of output_fd; NULL: no lines are made */
	/* buffer for the recording, record_fd; NULL: there is no recording */
	struct et_recording_writer *recorder;
	/*
	 * Returns why the recording has no room now. If this function is set, an event that finds
	 * no room is left out of the recording, and a LOST record reports it later. NULL: such an
	 * event waits in its ring.
	 */
	enum et_not_recorded_why (*why_no_room)(void *ctx);
	void *why_no_room_ctx;
	bool no_room; /* the record that is processed now is left out of the recording */
	struct et_not_recorded not_recorded;
	/* bytes written to earlier recordings; a session can write several, one after the other */
	__u64 recorded_bytes;
	/*
	 * layouts of the records in a replayed recording; the replay frees them. NULL: the layouts
	 * of this version
	 */
	struct et_layouts *layouts;
	/* finds gaps in sequence numbers; the session frees it; NULL: numbers are not checked */
	struct et_seq_gaps *gaps;
	/* et_options.on_event, called for each event; NULL: none. */
	void (*on_event)(void *ctx, const struct et_event *event);
	void *on_event_ctx;
	/* true while on_event runs; functions of the same session then return -EBUSY */
	bool in_callback;
	/*
	 * Called for each line, which is then not written to output_fd. @event is NULL for a header
	 * line, and a line of an event can contain several newlines. The function returns 0 or a
	 * negative errno other than -EAGAIN. Set before et_pipeline_open(), which can already pass
	 * a header line. Limits and compression of the output do not apply. NULL: lines are
	 * written.
	 */
	int (*on_line)(void *ctx, const struct et_event *event, const char *line, size_t len);
	void *on_line_ctx;
	/*
	 * Called for each event: true if the event must not be written. NULL: all events are
	 * written.
	 */
	bool (*leaves_out)(void *ctx, const struct et_event *event);
	void *leaves_out_ctx;
	/* Limits of the files of `sink` and `recorder`. */
	struct et_file_limit output_limit, record_limit;
	/*
	 * Makes the pipeline continue in another file, with et_pipeline_next_output() or
	 * et_pipeline_next_recorder(). Called before a file exceeds its limit. Returns 0; -EAGAIN
	 * if there is no other file now; or another negative errno.
	 */
	int (*next_file)(void *ctx, bool record);
	void *next_file_ctx;
	bool unbuffered; /* et_options.unbuffered: write each event at once */
	/* et_options.max_events: largest number of events to write; 0: no limit */
	__u64 max_events;
	__u64 clock_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC at the last event, in ns */

	/*
	 * A circular array with an entry for each line whose bytes are not all written. Low 16 bits
	 * of an entry: the event type. High bits: the number of events that a LOST line reports.
	 */
	__u64 *lines;
	size_t line_room; /* number of entries in `lines` */
	/*
	 * numbers of lines that were ever added to `lines`, and that were ever counted as written
	 */
	__u64 lines_put, lines_counted;

	__u64 received[ET_EVENT_TYPES]; /* records that the decoder accepted, by event type */
	/* events that were passed to the outputs, by event type; some may still be in a buffer */
	__u64 taken[ET_EVENT_TYPES];
	/* events whose line or record is completely written, by event type */
	__u64 written[ET_EVENT_TYPES];
	__u64 taken_total;
	__u64 received_total;
	__u64 malformed;    /* number of records that the decoder rejected as invalid */
	__u64 lost_written; /* number of lost events in all written LOST lines */

	bool silent; /* true after max_events or a failure: records are only counted, not written */
	int failed;  /* the first failure, a negative errno; 0: none */
	struct et_error error;
};

/**
 * et_pipeline_open() - prepare the stages after the decoder
 * @p:		all zero, except on_line and on_line_ctx
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
 * et_pipeline_set_host() - name the host of all further events
 * @p:		the pipeline
 * @host:	its name; empty: unknown
 * @boot_id:	its boot id; empty: unknown
 *
 * If the output has header lines, one is written before the next event, and another one after the
 * host has changed.
 */
void et_pipeline_set_host(struct et_pipeline *p, const char *host, const char *boot_id);

/**
 * et_pipeline_set_recorder() - write all further events to a recording
 * @p:		the pipeline
 * @recorder:	writes the recording; the pipeline owns and frees it from now on
 *
 * Return: 0 after the file's header is written, or as et_pipeline_flush().
 */
int et_pipeline_set_recorder(struct et_pipeline *p, struct et_recording_writer *recorder);

/**
 * et_pipeline_next_output() - write the next lines to another descriptor
 * @p:	the pipeline, with an output, after et_pipeline_flush() returned 0
 * @fd:	the descriptor; the caller closes it
 */
void et_pipeline_next_output(struct et_pipeline *p, int fd);

/**
 * et_pipeline_next_recorder() - end the recording, and write all further events to another one
 * @p:		the pipeline, with a recording, after et_pipeline_flush() returned 0
 * @totals:	the final counts of the old recording
 * @recorder:	writes the new recording, whose header is written; the pipeline owns it from now on
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the reader of the old recording
 *
 * If p->processes is set, the new recording begins with the processes that run, as PROCESS_EXISTS
 * records with `again`. So its replay needs no earlier recording. If the recording has a limit,
 * these records take at most a quarter of it. If that is too little for all processes, the
 * processes that were used last have a record.
 *
 * Return: 0, or a negative errno if the end of the old recording, or the beginning of the new one,
 * cannot be written; p->error has the message.
 */
int et_pipeline_next_recorder(struct et_pipeline *p, const struct et_recording_totals *totals,
			      struct et_recording_writer *recorder, __u64 deadline_ns);

/*
 * Number of bytes written to all recordings of this pipeline. A session can write several
 * recordings, one after the other.
 */
__u64 et_pipeline_recorded_bytes(const struct et_pipeline *p);

/*
 * For the events that the recording lacks (p->not_recorded), add LOST records to the recording, and
 * to no other output. LOST records that find no room are left to the next call. Return: 0 or a
 * negative errno.
 */
int et_pipeline_report_not_recorded(struct et_pipeline *p);

/* Free the recording's writer and sink, after the recording has ended. */
void et_pipeline_drop_recorder(struct et_pipeline *p);

/**
 * et_pipeline_end() - write all buffered events, and the recording's final counts
 * @p:		the pipeline
 * @totals:	the counts; NULL: there is no recording
 * @deadline_ns: CLOCK_MONOTONIC: do not wait longer for the output's reader
 *
 * Return: 0; -ETIMEDOUT if the output's reader did not take all events before the deadline; or the
 * errno of the first failure.
 */
int et_pipeline_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns);

/**
 * et_pipeline_wait() - wait until an output can be written again
 * @p:		the pipeline, after one of its functions returned -EAGAIN
 * @deadline_ns: end of the wait, CLOCK_MONOTONIC
 *
 * Signals do not end the wait.
 *
 * Return: 0, or -ETIMEDOUT: p->error has the message, and the pipeline is silent from now on.
 */
int et_pipeline_wait(struct et_pipeline *p, __u64 deadline_ns);

/*
 * Call this before a check of the counters, which passes the losses that it finds to
 * et_pipeline_lost(). If the recording has no room for the LOST records of these losses, begin the
 * next recording. This is not possible after the check: the account of the present recording then
 * counts the losses. Return: 0 or a negative errno.
 */
int et_pipeline_before_lost(struct et_pipeline *p);

/* True if at least half of the buffer of each output is free, so that many LOST lines have room. */
bool et_pipeline_is_roomy(const struct et_pipeline *p);

/*
 * The descriptor of an output that has bytes to write, for poll(2); -1: no bytes wait. @which is 0
 * for output_fd, 1 for the recording.
 */
int et_pipeline_waits_for(const struct et_pipeline *p, unsigned int which);

/**
 * et_pipeline_record() - take one record through all stages
 * @p:		the pipeline
 * @data:	the record; 8-byte aligned; not used after the function returns
 * @len:	bytes of the record
 *
 * A record that the decoder rejects is counted, and is no failure. If sequence numbers show that
 * earlier records are missing, a LOST line is written first. After max_events or a failure, records
 * are only counted.
 *
 * Return: 0; -ECANCELED after the last of max_events; -EAGAIN if the output has no room for the
 * event: pass the same record again later; or the errno of write(2), with a message in p->error.
 */
int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len);

/*
 * Update only the table of processes from a record that is not passed to et_pipeline_record(). Then
 * later events have the right context. p->context must be set.
 */
void et_pipeline_learn(struct et_pipeline *p, const void *data, size_t len);

/*
 * Called for lost events of @ring for which no LOST line is written. If @ring is the ring of forks,
 * execs and exits, mark the processes in the table as stale. p->context may be NULL.
 */
void et_pipeline_learn_lost(struct et_pipeline *p, enum et_ring_class ring);

/**
 * et_pipeline_lost() - write a LOST line
 * @p:		the pipeline
 * @gap:	the lost events
 *
 * max_events does not count LOST lines. After max_events or a failure, nothing is written.
 *
 * Return: 0; -EAGAIN if the output has no room for the line: call again later; or the errno of
 * write(2), with a message in p->error.
 */
int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap);

/*
 * Write a LOST line for a LOST record of a recording, as et_pipeline_lost() does for a gap.
 * @event->hdr is a struct et_lost.
 */
int et_pipeline_synthetic(struct et_pipeline *p, struct et_event *event);

/*
 * Write the buffered events until an output accepts no more bytes. Return: 0 when all are written;
 * -EAGAIN if some are not; or the errno of write(2), with a message in p->error.
 */
int et_pipeline_flush(struct et_pipeline *p);

/* Free all stages. Does not write the buffered events: call et_pipeline_end() before. */
void et_pipeline_close(struct et_pipeline *p);

#endif /* ET_PIPELINE_H */
