/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a file of records.
 *
 *	struct et_recording_writer *w = NULL;
 *
 *	r = et_recording_writer_new(fd, &about, &w);
 *	...
 *	r = et_recording_writer_add(w, rec, len, event.time_ns - et_event_ts(&event));
 *	...
 *	if (idle)
 *		r = et_recording_writer_flush(w);
 *	...
 *	r = et_recording_writer_end(w, &totals);
 *	et_recording_writer_free(w);
 *
 * Records are collected in chunks, which are written whole. So a file that still grows, or was
 * never finished, consists of whole records up to some offset.
 */
#ifndef ET_RECORDING_WRITER_H
#define ET_RECORDING_WRITER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/recording/format.h"

struct et_recording_writer;
struct et_sink;

/* Data for the header of the file. */
struct et_recording_about {
	__u64 events;       /* mask of the event types that the file may contain */
	__u64 clock_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC in ns, now */
	unsigned int cpus_possible;
	const char *program; /* "eventstrace 0.1.0"; cut to 31 bytes */
};

/* Data for the end of the file. */
struct et_recording_totals {
	const char *wire_format; /* "varlen"; cut to 15 bytes */
	bool accounted;          /* as in struct et_session_stats */
	__u64 missing;
	__u64 lost_told;
	const struct et_file_account *accounts;
	size_t count; /* at most ET_FILE_ROWS_MAX */
};

/**
 * et_recording_writer_new() - begin a file
 * @fd:		remains the caller's; may be a pipe. The writer never waits for the pipe's reader
 * @about:	data for the header, which et_recording_writer_flush() writes
 * @ret:	receives the writer; the caller frees it with et_recording_writer_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_writer_new(int fd, const struct et_recording_about *about,
			    struct et_recording_writer **ret);

/**
 * et_recording_writer_add() - add a record
 * @w:		the writer
 * @rec:	its bytes; any bytes are accepted
 * @len:	number of bytes; cut to ET_FILE_RECORD_MAX, which no probe exceeds
 * @clock_offset: add it to the record's CLOCK_MONOTONIC to get wall-clock time, in ns
 *
 * Writes when the buffer is full.
 *
 * Return: 0; or as et_sink_flush(), and then the record was not added.
 */
int et_recording_writer_add(struct et_recording_writer *w, const void *rec, size_t len,
			    __u64 clock_offset);

/**
 * et_recording_writer_make_room() - write, if the next records need the room
 * @w:	the writer
 *
 * Return: 0 when there is room for the next records; or as et_sink_flush().
 */
int et_recording_writer_make_room(struct et_recording_writer *w);

/* The sink that writes the file, for et_sink_wait(); lives with @w. */
const struct et_sink *et_recording_writer_sink(const struct et_recording_writer *w);

/* Write out what is buffered. Return: as et_sink_flush(). */
int et_recording_writer_flush(struct et_recording_writer *w);

/*
 * Add the end and write everything. Only et_recording_writer_free() may follow. Return: as
 * et_sink_flush().
 */
int et_recording_writer_end(struct et_recording_writer *w,
			    const struct et_recording_totals *totals);

/* Bytes written so far. */
__u64 et_recording_writer_bytes(const struct et_recording_writer *w);

/* Free; writes nothing. NULL is allowed. */
void et_recording_writer_free(struct et_recording_writer *w);

#endif /* ET_RECORDING_WRITER_H */
