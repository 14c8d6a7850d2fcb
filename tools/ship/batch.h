/* SPDX-License-Identifier: BSD-2-Clause */
/* Collects lines of one segment, which become one message. */
#ifndef TOOLS_SHIP_BATCH_H
#define TOOLS_SHIP_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/folder.h"
#include "tools/ship/kafka.h"
#include "tools/ship/lines.h"

/* Bytes of a message with more than one event, at most. */
#define SHIP_BATCH_MAX (64 * 1024)

struct ship_batch {
	char *text;
	size_t len, room;
	uint64_t count; /* lines */
	uint64_t first_seq, last_seq;
	uint64_t records; /* records of the segment up to the last line */
	struct ship_segment *segment;
	char key[112 + 1], host[72];
	char first_text[24], last_text[24], count_text[24], segment_text[24], version_text[8];
};

/* True if the line must go into another message, because this one has lines and too little room. */
bool ship_batch_is_full(const struct ship_batch *batch, size_t len);

/**
 * ship_batch_add() - append a line
 * @batch:	all zero at first
 * @item:	its record; of the same segment as the lines before
 * @line:	the line
 * @host:	its host
 *
 * Return: 0 or -ENOMEM.
 */
int ship_batch_add(struct ship_batch *batch, const struct ship_item *item,
		   const struct ship_line *line, const char *host);

/* The message with all lines, without its cookie. Valid until the batch changes. */
struct ship_message ship_batch_message(struct ship_batch *batch);

/* Drop the lines, and keep the memory. */
void ship_batch_clear(struct ship_batch *batch);

void ship_batch_free(struct ship_batch *batch);

#endif /* TOOLS_SHIP_BATCH_H */
