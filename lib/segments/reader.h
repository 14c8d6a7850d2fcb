/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a segment, also while it grows (folder.h).
 *
 *	struct et_segment_reader *segment = NULL;
 *	struct et_recorded rec;
 *
 *	r = et_segment_reader_open(folder, number, &segment);
 *	while ((r = et_segment_reader_next(segment, &rec)) > 0)
 *		use(rec.data, rec.len);
 *	if (r == -EAGAIN)
 *		wait, for example with inotify, and call et_segment_reader_next() again;
 *	et_segment_reader_close(segment);
 *
 * A segment that does not grow is locked with flock(LOCK_SH) while it is open, so that its writer
 * does not drop it.
 */
#ifndef ET_SEGMENTS_READER_H
#define ET_SEGMENTS_READER_H

#include <linux/types.h>
#include <stdbool.h>

#include "lib/recording/reader.h"

struct et_segment_reader;

/**
 * et_segment_reader_open() - open a segment
 * @folder:	the folder
 * @number:	number of the segment
 * @ret:	receives the reader; the caller frees it with et_segment_reader_close()
 *
 * Return: 0; -ENOENT if the segment was deleted; or another negative errno.
 */
int et_segment_reader_open(int folder, __u64 number, struct et_segment_reader **ret);

/**
 * et_segment_reader_next() - get the next record
 * @segment:	the segment
 * @ret:	receives the record, valid until the next call; unchanged if there is none
 *
 * Return:
 *	1		@ret has a record
 *	0		the end of a finished segment
 *	-EAGAIN		the segment grows, and has no more records now
 *	-ENODATA	the segment was cut off, and gets no more records
 *	-EBADMSG	the segment is damaged
 *	-EPROTONOSUPPORT	this version cannot read the segment
 * or an error of read(2). et_recording_reader_why() has the reason.
 */
int et_segment_reader_next(struct et_segment_reader *segment, struct et_recorded *ret);

/* Let et_segment_reader_next() call @fn for each name of a user or a group. */
void et_segment_reader_on_name(struct et_segment_reader *segment, et_recording_name_fn *fn,
			       void *ctx);

/* The reader of the recording, for its header, origin, account and errors. */
const struct et_recording_reader *et_segment_reader_recording(
	const struct et_segment_reader *segment);

/* True if the segment was still growing at the last et_segment_reader_next(). */
bool et_segment_reader_grows(const struct et_segment_reader *segment);

/* Close the segment, and release its lock. NULL is allowed. */
void et_segment_reader_close(struct et_segment_reader *segment);

#endif /* ET_SEGMENTS_READER_H */
