/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload of a message with records: a whole recording of one or more records of a segment
 * (docs/record-format.md). A reader needs nothing else to decode it.
 *
 * The header has the segment's layouts and origin, and the number of the first record in the
 * session. The end has no account: that of the segment covers more records. The frame has no names
 * of users and groups.
 */
#ifndef TOOLS_SHIP_FRAME_H
#define TOOLS_SHIP_FRAME_H

#include <stddef.h>

#include "tools/ship/folder.h"

struct ship_frame;

/* Make an empty frame, which the caller frees with ship_frame__free(). Return: 0 or -ENOMEM. */
int ship_frame__new(struct ship_frame **ret);

/**
 * ship_frame__add() - add a record, the first one of a frame or the next one
 * @frame:	the frame
 * @item:	the record; of the same segment as those before it in the frame
 * @host:	the name of the host for the header
 *
 * Return: 0 or -ENOMEM.
 */
int ship_frame__add(struct ship_frame *frame, const struct ship_item *item, const char *host);

/**
 * ship_frame__finish() - write the end of the frame
 * @frame:	the frame, with at least one record
 * @ret:	receives the recording, valid until the next call for the frame
 * @ret_size:	receives its size in bytes
 *
 * The next ship_frame__add() begins another frame. Until then, another call returns the same
 * recording.
 *
 * Return: 0 or -ENOMEM.
 */
int ship_frame__finish(struct ship_frame *frame, const void **ret, size_t *ret_size);

/* NULL is allowed. */
void ship_frame__free(struct ship_frame *frame);

#endif /* TOOLS_SHIP_FRAME_H */
