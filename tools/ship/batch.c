/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/batch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/wire/schema.h"
#include "tools/ship/account.h"

bool ship_batch_is_full(const struct ship_batch *batch, size_t len)
{
	return batch->count && (batch->one_event || batch->len + len > SHIP_BATCH_MAX);
}

static int append(struct ship_batch *batch, const char *text, size_t len)
{
	if (batch->len + len > batch->room) {
		size_t room = batch->len + len;
		char *grown;

		if (room < SHIP_BATCH_MAX)
			room = SHIP_BATCH_MAX;
		grown = realloc(batch->text, room);
		if (!grown)
			return -ENOMEM;
		batch->text = grown;
		batch->room = room;
	}
	memcpy(batch->text + batch->len, text, len);
	return 0;
}

/* When a record was made. It may contain anything. */
static uint64_t time_of(const struct et_recorded *recorded)
{
	const struct et_header *header = recorded->data;

	return recorded->len < sizeof(*header) ? 0 : header->ts + recorded->clock_offset;
}

int ship_batch_add(struct ship_batch *batch, const struct ship_item *item,
		   const struct ship_line *line, const char *host)
{
	int r = batch->frame ? ship_frame__add(batch->frame, item, host)
			     : append(batch, line->text, line->len);

	if (r < 0)
		return r;
	batch->len += line->len;
	if (!batch->count++) {
		batch->time_ns = time_of(&item->recorded);
		batch->first_seq = line->seq;
		batch->segment = item->segment;
		snprintf(batch->host, sizeof(batch->host), "%s", host);
	}
	batch->last_seq = line->seq;
	batch->records = item->recorded.index + 1;
	return 0;
}

static const char *decimal(uint64_t number, char *text, size_t size)
{
	snprintf(text, size, "%" PRIu64, number);
	return text;
}

int ship_batch_message(struct ship_batch *batch, struct ship_message *ret)
{
	const struct ship_segment *segment = batch->segment;
	const void *payload = batch->text;
	size_t size = batch->len;
	int r = batch->frame ? ship_frame__finish(batch->frame, &payload, &size) : 0;

	if (r < 0)
		return r;
	snprintf(batch->key, sizeof(batch->key), "%s/%s", batch->host, segment->boot_id);
	*ret = (struct ship_message){
		.key = batch->key,
		.payload = payload,
		.size = size,
		.events = batch->count,
		.time_ns = batch->time_ns,
		.headers = {
			{ "host", batch->host },
			{ "boot_id", segment->boot_id },
			{ "session", segment->session },
			{ "kind", SHIP_KIND_EVENTS },
			{ "segment", decimal(segment->number, batch->segment_text,
					     sizeof(batch->segment_text)) },
			{ "first_seq", decimal(batch->first_seq, batch->first_text,
					       sizeof(batch->first_text)) },
			{ "last_seq", decimal(batch->last_seq, batch->last_text,
					      sizeof(batch->last_text)) },
			{ "count", decimal(batch->count, batch->count_text,
					   sizeof(batch->count_text)) },
			{ "format", batch->frame ? "record" : "json" },
			{ "schema_version", decimal(ET_GENERATION, batch->version_text,
						    sizeof(batch->version_text)) },
		},
	};
	return 0;
}

void ship_batch_clear(struct ship_batch *batch)
{
	batch->len = 0;
	batch->count = 0;
}

void ship_batch_free(struct ship_batch *batch)
{
	free(batch->text);
	ship_frame__free(batch->frame);
	*batch = (struct ship_batch){ 0 };
}
