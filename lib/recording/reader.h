/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a recording, also one that is compressed with zstd. The recording may come from a pipe, and
 * may contain anything. So the reader checks the checksum of all data before it uses them, and each
 * size against its limit.
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

/*
 * A record that the reader returns. Its bytes are valid until the next call of any function of the
 * same reader.
 */
struct et_recorded {
	const void *data; /* the record's bytes, 8-byte aligned */
	size_t len;
	__u64 clock_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC when the record was made, in ns */
	__u64 index;        /* number of records before it in the recording */
};

/*
 * The counts at the end of a recording. Members that struct et_session_stats also has mean the
 * same.
 */
struct et_recording_account {
	char wire_format[16]; /* emit mode, with a terminating 0 */
	bool accounted;
	bool last; /* the session ended with this recording; false: unknown, or others follow */
	__u64 missing;
	__u64 lost_told;
	__u64 records; /* number of records in the recording */
	size_t count;  /* number of entries in the array `rows` */
	struct et_file_account rows[ET_FILE_ROWS_MAX];
};

/**
 * et_recording_reader_new() - make a reader, which reads nothing yet
 * @fd:		the recording; the caller closes it
 * @ret:	receives the reader; the caller frees it with et_recording_reader_free()
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_reader_new(int fd, struct et_recording_reader **ret);

/**
 * et_recording_reader_new_on_bytes() - make a reader of a recording in memory
 * @bytes:	the recording; valid until the reader is freed
 * @size:	its size in bytes
 * @ret:	receives the reader; the caller frees it with et_recording_reader_free()
 *
 * et_recording_reader_fill() copies from @bytes, and never waits.
 *
 * Return: 0 or -ENOMEM.
 */
int et_recording_reader_new_on_bytes(const void *bytes, size_t size,
				     struct et_recording_reader **ret);

/*
 * A function that receives the name of a user or a group from the recording. @name has @len bytes,
 * at most ET_FILE_NAME_MAX, and may contain any bytes. With @len 0, the user or group has no name.
 * The name applies to all records that follow. Return: 0, or a negative errno that
 * et_recording_reader_next() returns.
 */
typedef int et_recording_name_fn(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name,
				 size_t len);

/* Let et_recording_reader_next() call @fn for each name. Without it, names are skipped. */
void et_recording_reader_on_name(struct et_recording_reader *reader, et_recording_name_fn *fn,
				 void *ctx);

/**
 * et_recording_reader_fill() - read more bytes of the recording: at most one call of read(2)
 * @reader:	the reader
 *
 * Return: 1, also at the end of the file, which et_recording_reader_next() reports; or an error of
 * read(2), for example -EINTR or -EAGAIN. For a compressed file also -EBADMSG or -EPROTONOSUPPORT,
 * with the same meaning as in et_recording_reader_next().
 */
int et_recording_reader_fill(struct et_recording_reader *reader);

/*
 * Tell the reader whether another process still appends to the file. While it does, more bytes may
 * come after the present end of the file. et_recording_reader_fill() then returns -EAGAIN at this
 * end, and a later call reads on. Only for a file that is not compressed.
 */
void et_recording_reader_set_growing(struct et_recording_reader *reader, bool growing);

/**
 * et_recording_reader_next() - get the next record from the bytes that were read
 * @reader:	the reader
 * @ret:	receives the record; unchanged if there is none
 *
 * Return:
 *	1		@ret has a record
 *	0		the end of a complete file
 *	-EAGAIN		call et_recording_reader_fill() first
 *	-EBADMSG	the file is damaged
 *	-ENODATA	the file is cut off
 *	-EPROTONOSUPPORT	this version cannot read the file
 * After one of the last three, later calls return the same error. et_recording_reader_why() and
 * _offset() describe it.
 */
int et_recording_reader_next(struct et_recording_reader *reader, struct et_recorded *ret);

/*
 * Describe the error of the recording in words that can follow the file's name: "is damaged". Empty
 * if there is no error. The text is valid until the reader is freed.
 */
const char *et_recording_reader_why(const struct et_recording_reader *reader);

/*
 * True if et_recording_reader_fill() needs no read(2), because it has more bytes of a compressed
 * file in memory.
 */
bool et_recording_reader_holds(const struct et_recording_reader *reader);

/* True if the file is compressed; false before its first bytes are read. */
bool et_recording_reader_is_compressed(const struct et_recording_reader *reader);

/*
 * Offset in the file, in bytes; for a compressed file, in its uncompressed content. All parts
 * before this offset were checked, and their records were returned.
 */
__u64 et_recording_reader_offset(const struct et_recording_reader *reader);

/*
 * Mask (ET_EVENT_BIT) of the event types that the recording may contain. 0 as long as the header
 * was not read.
 */
__u64 et_recording_reader_events(const struct et_recording_reader *reader);

/*
 * The schema generation of the records of event type @id, or of LOST records (@id is ET_LOST).
 * Returns ET_GENERATION, this library's own, before the header is read and for an unlisted type.
 */
unsigned int et_recording_reader_generation(const struct et_recording_reader *reader,
					    unsigned int id);

/*
 * The recording's header; all texts in it have a terminating 0. NULL before the header is read.
 * Valid until the reader is freed.
 */
const struct et_file_header *et_recording_reader_header(const struct et_recording_reader *reader);

/*
 * The recording's origin, such as its host. Texts have a terminating 0, and may contain any other
 * bytes. NULL before the header is read, and for a recording of version 1, which has no origin.
 * Valid until the reader is freed.
 */
const struct et_file_origin *et_recording_reader_origin(const struct et_recording_reader *reader);

/* The counts at the recording's end. NULL until the reader has read this end and checked it. */
const struct et_recording_account *et_recording_reader_account(
	const struct et_recording_reader *reader);

/* Free the reader. NULL is allowed. */
void et_recording_reader_free(struct et_recording_reader *reader);

#endif /* ET_RECORDING_READER_H */
