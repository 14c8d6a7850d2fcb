/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects events of one segment, as lines or as records. They become one message. */
#ifndef TOOLS_SHIP_BATCH_H
#define TOOLS_SHIP_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/folder.h"
#include "tools/ship/frame.h"
#include "tools/ship/lines.h"
#include "tools/ship/output.h"

/* Bytes of the lines or records of a message with more than one event, at most. */
#define SHIP_BATCH_MAX (64 * 1024)

struct ship_batch {
	bool one_event;           /* a message has only one event */
	struct ship_frame *frame; /* the message has records; NULL: lines. The batch owns it */
	char *text;
	size_t len, room;
	uint64_t count; /* events */
	uint64_t first_seq, last_seq;
	uint64_t time_ns; /* when the first event happened, since 1970 */
	uint64_t records; /* records of the segment up to the last event */
	struct ship_segment *segment;
	char key[112 + 1], host[72];
	char first_text[24], last_text[24], count_text[24], segment_text[24], version_text[8];
};

/* True if the line must go into another message, because this one has no room for it. */
bool ship_batch_is_full(const struct ship_batch *batch, size_t len);

/**
 * ship_batch_add() - append an event
 * @batch:	all zero at first, but for `one_event` and `frame`
 * @item:	its record; of the same segment as those before
 * @line:	the line; with `frame`, only its members `len` and `seq` are used
 * @host:	its host
 *
 * Return: 0 or -ENOMEM.
 */
int ship_batch_add(struct ship_batch *batch, const struct ship_item *item,
		   const struct ship_line *line, const char *host);

/**
 * ship_batch_message() - make the message
 * @batch:	with at least one event
 * @ret:	receives the message, without its cookie; valid until the batch changes
 *
 * Return: 0 or -ENOMEM.
 */
int ship_batch_message(struct ship_batch *batch, struct ship_message *ret);

/* Drop the events, and keep the memory. */
void ship_batch_clear(struct ship_batch *batch);

/* Free all memory, also the frame. */
void ship_batch_free(struct ship_batch *batch);

#endif /* TOOLS_SHIP_BATCH_H */
