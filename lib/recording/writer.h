/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a recording, a file of records.
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
 * The writer collects records in a chunk, and writes the chunk when it is complete. So a recording
 * that was cut off still contains all records of its complete chunks.
 */
#ifndef ET_RECORDING_WRITER_H
#define ET_RECORDING_WRITER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/recording/format.h"

struct et_recording_reader;
struct et_recording_writer;
struct et_sink;

/* Data for the header of a recording. */
struct et_recording_about {
	__u64 events;       /* mask of the event types that the recording may contain */
	__u64 clock_offset; /* current CLOCK_REALTIME - CLOCK_MONOTONIC, in ns */
	unsigned int cpus_possible;
	const char *program; /* name and version: "eventstrace 0.1.0"; cut to 31 bytes */
	bool compress;       /* compress the file with zstd: each flush writes a frame */
	/*
	 * The reader of the recording that the records come from: they have its layouts. NULL: they
	 * have the layouts of this version.
	 */
	const struct et_recording_reader *layouts_of;
	struct et_file_origin origin;
};

/*
 * Data for the end of a recording. The members accounted, missing and lost_told mean the same as in
 * struct et_session_stats.
 */
struct et_recording_totals {
	const char *wire_format; /* emit mode, such as "varlen"; cut to 15 bytes */
	bool accounted;
	bool last; /* the session ends with this recording */
	__u64 missing;
	__u64 lost_told;
	const struct et_file_account *accounts; /* counts by event type */
	size_t count;                           /* number of accounts, at most ET_FILE_ROWS_MAX */
};

/**
 * et_recording_writer_new() - begin a recording
 * @fd:		a file or a pipe; the caller closes it. The writer never waits for a pipe's reader
 * @about:	data for the header, which et_recording_writer_flush() writes
 * @ret:	receives the writer; the caller frees it with et_recording_writer_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_writer_new(int fd, const struct et_recording_about *about,
			    struct et_recording_writer **ret);

/*
 * Smallest buffer in bytes for the sink of et_recording_writer_new_on(). A writer has room for the
 * next record if this number of bytes is unused.
 */
size_t et_recording_writer_buffer(void);

/**
 * et_recording_writer_new_on() - begin a recording on a sink of the caller
 * @sink:	where the recording goes, with an empty buffer of at least
 *		et_recording_writer_buffer() bytes; the writer frees it, unless this function fails
 * @about:	data for the header, which et_recording_writer_flush() writes; `compress` is
 *		ignored
 * @ret:	receives the writer; the caller frees it with et_recording_writer_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_writer_new_on(struct et_sink *sink, const struct et_recording_about *about,
			       struct et_recording_writer **ret);

/**
 * et_recording_writer_restart() - begin another recording on the same sink
 * @w:		the writer, after et_recording_writer_end() has returned 0
 * @first_seq:	et_file_origin.first_seq of the other recording
 *
 * The other values in its header are those of the first recording.
 *
 * Return: 0 or an error of et_sink_flush().
 */
int et_recording_writer_restart(struct et_recording_writer *w, __u64 first_seq);

/**
 * et_recording_writer_add() - add a record to the current chunk
 * @w:		the writer
 * @rec:	the record; may contain any bytes
 * @len:	bytes of the record; cut to ET_FILE_RECORD_MAX, which no BPF program exceeds
 * @clock_offset: CLOCK_REALTIME - CLOCK_MONOTONIC at the time of the record, in ns
 *
 * Writes to the file when the buffer is full.
 *
 * Return: 0; or an error of et_sink_flush(), and then the record is not added.
 */
int et_recording_writer_add(struct et_recording_writer *w, const void *rec, size_t len,
			    __u64 clock_offset);

/**
 * et_recording_writer_knows_name() - ask whether the name of a user or a group was added already
 * @w:		the writer
 * @kind:	whether @id is a user or a group
 * @id:		the user, or the group
 * @version:	a number that changes whenever a name of this kind changes
 *
 * Return: true if et_recording_writer_add_names() already got a name with this @version.
 */
bool et_recording_writer_knows_name(const struct et_recording_writer *w,
				    enum et_file_name_kind kind, __u32 id, __u64 version);

/* A name for et_recording_writer_add_names(). */
struct et_recording_name {
	enum et_file_name_kind kind;
	__u32 id;
	__u64 version;    /* as in et_recording_writer_knows_name() */
	const char *name; /* cut to ET_FILE_NAME_MAX bytes; NULL: there is none */
};

/**
 * et_recording_writer_add_names() - set names for the records that are added from now on
 * @w:		the writer
 * @names:	the names, each user and group once
 * @count:	their number, at most ET_FILE_NAMES_MAX
 *
 * The file gets those names that it does not have yet.
 *
 * Return: 0; -ENOMEM; or an error of et_sink_flush(), and then no name is added.
 */
int et_recording_writer_add_names(struct et_recording_writer *w,
				  const struct et_recording_name *names, size_t count);

/*
 * Upper bound of the bytes that @count names add to the file, together with the chunk that begins
 * after them.
 */
#define ET_RECORDING_NAMES_SIZE(count)                                 \
	(sizeof(struct et_file_names) + sizeof(struct et_file_chunk) + \
	 (count) * (sizeof(struct et_file_name) + ET_FILE_NAME_MAX))

/**
 * et_recording_writer_make_room() - write the buffer if it has little room for records
 * @w:	the writer
 *
 * Return: 0 if the next record can be added without a write; or an error of et_sink_flush().
 */
int et_recording_writer_make_room(struct et_recording_writer *w);

/*
 * The sink (output buffer) of the recording, for et_sink_wait(). Valid until the writer is freed.
 */
const struct et_sink *et_recording_writer_sink(const struct et_recording_writer *w);

/* Complete the current chunk and write the buffer. Return: 0 or an error of et_sink_flush(). */
int et_recording_writer_flush(struct et_recording_writer *w);

/*
 * Add the end of the recording and write all buffered bytes. The caller adds no records afterwards.
 * Return: 0 or an error of et_sink_flush().
 */
int et_recording_writer_end(struct et_recording_writer *w,
			    const struct et_recording_totals *totals);

/* True if the file is compressed. */
bool et_recording_writer_is_compressed(const struct et_recording_writer *w);

/*
 * Upper bound of the file's size after two more parts: a record of @len bytes, and the end with the
 * counts of all event types. 0 if the file has no record yet.
 */
__u64 et_recording_writer_size_with(const struct et_recording_writer *w, size_t len);

/* Number of bytes written to the file. */
__u64 et_recording_writer_bytes(const struct et_recording_writer *w);

/* Free the writer, without writing the buffered bytes. NULL is allowed. */
void et_recording_writer_free(struct et_recording_writer *w);

#endif /* ET_RECORDING_WRITER_H */
