/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a file of records, which may be a pipe, and may hold anything: nothing in it is believed
 * before its checksum is right, and no size before it is found to be possible.
 *
 *	struct et_record_reader *reader = NULL;
 *	struct et_recorded rec;
 *
 *	r = et_record_reader_new(fd, &reader);
 *	do {
 *		while ((r = et_record_reader_next(reader, &rec)) > 0)
 *			use(rec.data, rec.len);
 *		if (r == -EAGAIN)
 *			r = et_record_reader_fill(reader);
 *	} while (r > 0);
 *	if (r < 0)
 *		complain(et_record_reader_why(reader), et_record_reader_offset(reader));
 *	et_record_reader_free(reader);
 */
#ifndef ET_RECORD_READER_H
#define ET_RECORD_READER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/record/format.h"

struct et_record_reader;

/* A record. It points into the reader's buffer and lives until the next call on the reader. */
struct et_recorded {
	const void *data; /* 8-byte aligned */
	size_t len;
	__u64 clock_offset; /* what makes a wall clock time of its CLOCK_MONOTONIC, in ns */
};

/* What stands at a file's end. */
struct et_record_account {
	char wire_format[16]; /* terminated */
	bool accounted;
	__u64 missing;
	__u64 lost_told;
	__u64 records;
	size_t count;
	struct et_file_account rows[ET_FILE_ROWS_MAX];
};

/**
 * et_record_reader_new() - a reader that has read nothing yet
 * @fd:		stays the caller's
 * @ret:	receives it; the caller frees it with et_record_reader_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_record_reader_new(int fd, struct et_record_reader **ret);

/**
 * et_record_reader_fill() - call read(2) once
 * @reader:	the reader
 *
 * Return: 1, also at the end of the file, which et_record_reader_next() then knows of; or what
 * read(2) said, -EINTR and -EAGAIN among it.
 */
int et_record_reader_fill(struct et_record_reader *reader);

/**
 * et_record_reader_next() - the next record of what was read
 * @reader:	the reader
 * @ret:	receives the record; left alone if there is none
 *
 * Return: 1 with a record; 0 at the end of a file that is whole; -EAGAIN when more must be read
 * first; -EBADMSG for damage, -ENODATA for a file that is cut off, -EPROTONOSUPPORT for one that
 * is not of this program's making: et_record_reader_why() and _offset() tell more. These stay.
 */
int et_record_reader_next(struct et_record_reader *reader, struct et_recorded *ret);

/*
 * What is wrong, as words that go on from the file's name: "is damaged". Lives with the reader;
 * empty if nothing is.
 */
const char *et_record_reader_why(const struct et_record_reader *reader);

/* Up to this byte all was right, and has been handed out. */
__u64 et_record_reader_offset(const struct et_record_reader *reader);

/* Mask of the event types that the file may hold. 0 before its header was read, as the next. */
__u64 et_record_reader_events(const struct et_record_reader *reader);

/*
 * The generation of the layout that records of an event have, ET_LOST included. ET_GENERATION for
 * an event that the header does not list.
 */
unsigned int et_record_reader_generation(const struct et_record_reader *reader, unsigned int id);

/* The header; its texts are terminated. NULL before it was read. Lives with the reader. */
const struct et_file_header *et_record_reader_header(const struct et_record_reader *reader);

/* What stands at its end; NULL before that was reached, and found to be right. */
const struct et_record_account *et_record_reader_account(const struct et_record_reader *reader);

/* Free; NULL is allowed. */
void et_record_reader_free(struct et_record_reader *reader);

#endif /* ET_RECORD_READER_H */
