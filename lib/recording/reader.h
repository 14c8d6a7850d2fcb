/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file of records. The file may be a pipe and may contain anything. The reader uses no data
 * before their checksum is right, and no size before it is checked against its limit.
 *
 *	struct et_recording_reader *reader = NULL;
 *	struct et_recorded rec;
 *
 *	r = et_recording_reader_new(fd, &reader);
 *	do {
 *		while ((r = et_recording_reader_next(reader, &rec)) > 0)
 *			use(rec.data, rec.len);
 *		if (r == -EAGAIN)
 *			r = et_recording_reader_fill(reader);
 *	} while (r > 0);
 *	if (r < 0)
 *		complain(et_recording_reader_why(reader), et_recording_reader_offset(reader));
 *	et_recording_reader_free(reader);
 */
#ifndef ET_RECORDING_READER_H
#define ET_RECORDING_READER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/recording/format.h"

struct et_recording_reader;

/* A record. It points into the reader's buffer and lives until the next call on the reader. */
struct et_recorded {
	const void *data; /* 8-byte aligned */
	size_t len;
	__u64 clock_offset; /* ns; add it to the record's CLOCK_MONOTONIC for wall-clock time */
};

/* The account at the end of a file. */
struct et_recording_account {
	char wire_format[16]; /* terminated */
	bool accounted;
	__u64 missing;
	__u64 lost_told;
	__u64 records;
	size_t count;
	struct et_file_account rows[ET_FILE_ROWS_MAX];
};

/**
 * et_recording_reader_new() - a reader that has read nothing yet
 * @fd:		remains the caller's
 * @ret:	receives it; the caller frees it with et_recording_reader_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_reader_new(int fd, struct et_recording_reader **ret);

/**
 * et_recording_reader_fill() - call read(2) once
 * @reader:	the reader
 *
 * Return: 1, also at the end of the file, which et_recording_reader_next() reports; or an error of
 * read(2), for example -EINTR or -EAGAIN.
 */
int et_recording_reader_fill(struct et_recording_reader *reader);

/**
 * et_recording_reader_next() - the next record from the bytes that were read
 * @reader:	the reader
 * @ret:	receives the record; left alone if there is none
 *
 * Return: 1 with a record; 0 at the end of a complete file; -EAGAIN when more must be read first.
 * -EBADMSG for damage; -ENODATA for a file that is cut off; -EPROTONOSUPPORT for a file that this
 * program cannot read. Later calls return the same error, and et_recording_reader_why() and
 * _offset() describe it.
 */
int et_recording_reader_next(struct et_recording_reader *reader, struct et_recorded *ret);

/*
 * What is wrong with the file, as words that follow its name in a message: "is damaged". Lives with
 * the reader; empty if there is no error.
 */
const char *et_recording_reader_why(const struct et_recording_reader *reader);

/* All bytes of the file before this offset are right, and their records have been returned. */
__u64 et_recording_reader_offset(const struct et_recording_reader *reader);

/* Mask of the event types that the file may contain. 0 before its header was read. */
__u64 et_recording_reader_events(const struct et_recording_reader *reader);

/*
 * The generation of the layout of an event's records, ET_LOST included. ET_GENERATION for an event
 * that the header does not list, and before the header was read.
 */
unsigned int et_recording_reader_generation(const struct et_recording_reader *reader,
					    unsigned int id);

/* The header; its texts are terminated. NULL before it was read. Lives with the reader. */
const struct et_file_header *et_recording_reader_header(const struct et_recording_reader *reader);

/* The account at the end of the file. NULL before the reader has reached and checked it. */
const struct et_recording_account *et_recording_reader_account(
	const struct et_recording_reader *reader);

/* Free; NULL is allowed. */
void et_recording_reader_free(struct et_recording_reader *reader);

#endif /* ET_RECORDING_READER_H */
