/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays records: applies the filters, and passes the records to lib/pipeline/pipeline.h, as a
 * session does with the records of BPF ring buffers. The caller reads the recordings, from files
 * (lib/replay/replay.c), or from segments and messages (tools/ship/read). Internal to the project.
 *
 *	struct et_records records = { 0 };
 *
 *	r = et_records_open(&records, &options, &err);
 *	... for each recording:
 *	et_records_next(&records);
 *	while (et_recording_reader_next(reader, &rec) == 1) {
 *		r = et_records_begin(&records, reader);
 *		r = et_records_select(&records, &rec);
 *		if (r == 1)
 *			r = et_records_put(&records, &rec);
 *	}
 *	et_records_close(&records);
 */
#ifndef ET_RECORDS_H
#define ET_RECORDS_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "lib/pipeline/pipeline.h"
#include "lib/recording/reader.h"
#include "lib/wire/schema.h"

struct et_layouts;
struct et_matcher;

struct et_records {
	/* The caller may set on_line before et_records_open(), which can already pass a line. */
	struct et_pipeline pipeline;
	__u64 events; /* event types that the caller wants, mask of ET_EVENT_BIT */
	struct et_layouts *layouts;
	struct et_matcher *matcher;    /* the filters; NULL: there are none */
	__u64 since_ns, until_ns;      /* et_options.since_ns and until_ns */
	bool failed_only;              /* et_options.failed_only */
	__u64 dropped[ET_EVENT_TYPES]; /* events that the filters dropped, by event type */
	bool begun;                    /* true after et_records_begin() for the present recording */
	__u64 first_seq;               /* et_event.seq of the recording's first record */
};

/**
 * et_records_open() - prepare the filters and the pipeline
 * @records:	all zero, except pipeline.on_line and pipeline.on_line_ctx
 * @options:	the caller's options, from et_options_take()
 * @err:	receives kind and message on failure
 *
 * Return: 0 or a negative errno; et_records_close() is needed in both cases.
 */
int et_records_open(struct et_records *records, const struct et_options *options,
		    struct et_error *err);

/* The records that follow are those of another recording. */
void et_records_next(struct et_records *records);

/**
 * et_records_begin() - use the header of a recording: its layouts, its host, and its first number
 * @records:	the records
 * @reader:	reads the recording
 *
 * Does nothing before the reader has read the header, and after the first call that has used it. A
 * recording without an origin continues the numbers of the recording before.
 *
 * Return: 0; -EINVAL if the recording lacks data that the filters need; or -ENOMEM.
 * pipeline.error has the message.
 */
int et_records_begin(struct et_records *records, const struct et_recording_reader *reader);

/* Take a name of a user or a group from the recording: as et_recording_name_fn. */
int et_records_name(struct et_records *records, enum et_file_name_kind kind, __u32 id,
		    const char *name, size_t len);

/* True if a filter needs to know all ancestors of processes or cgroups: et_records_learn(). */
bool et_records_learns(const struct et_records *records);

/**
 * et_records_learn() - learn the ancestors that a record names
 * @records:	the records, with filters, before the first et_records_select()
 * @reader:	reads the recording
 * @rec:	the record
 * @first:	true for the recording's first record
 *
 * Without this first pass, a filter does not know the ancestors that only later records name.
 *
 * Return: 0, also if the record is invalid; or -ENOMEM.
 */
int et_records_learn(struct et_records *records, const struct et_recording_reader *reader,
		     const struct et_recorded *rec, bool first);

/**
 * et_records_select() - apply the filters and the range of time to a record
 * @records:	the records, after et_records_begin()
 * @rec:	the record
 *
 * A record that is dropped is counted, and its process is remembered for et_options.context. An
 * invalid record passes, so that the pipeline counts it.
 *
 * Return: 1 if the record passes; 0 if it is dropped; or a negative errno: pipeline.error has the
 * message.
 */
int et_records_select(struct et_records *records, const struct et_recorded *rec);

/**
 * et_records_put() - pass a record to the pipeline
 * @records:	the records
 * @rec:	the record, which et_records_select() lets pass
 *
 * A record whose event type the caller does not want is dropped here.
 *
 * Return: 0 or an error of et_pipeline_record().
 */
int et_records_put(struct et_records *records, const struct et_recorded *rec);

/* True if an event at @time_ns, in nanoseconds since 1970, is in the range of the options. */
bool et_records_in_range(const struct et_records *records, __u64 time_ns);

/* Free all. Does not write buffered events. */
void et_records_close(struct et_records *records);

#endif /* ET_RECORDS_H */
