/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/lines.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/encode/encode.h"
#include "lib/encode/identity.h"
#include "lib/wire/schema.h"
#include "tools/ship/shorten.h"

struct ship_lines {
	const char *host;
	size_t max;                         /* bytes of a line; 0: no limit */
	const struct ship_segment *segment; /* of the last record */
	struct et_layouts *layouts;
	struct et_identity identity;
	struct et_encoder encoder;
	char buf[]; /* room for the longest line */
};

int ship_lines__new(const char *host, struct ship_lines **ret)
{
	struct ship_lines *lines;

	lines = calloc(1, sizeof(*lines) + et_json_encoder.bound_max + ET_ENCODE_LOST_MAX);
	if (!lines)
		return -ENOMEM;
	if (et_layouts_new(&lines->layouts) < 0) {
		free(lines);
		return -ENOMEM;
	}
	lines->host = host;
	et_encoder_init(&lines->encoder, &et_json_encoder);
	lines->encoder.identity = &lines->identity;
	lines->encoder.stamped = true;
	*ret = lines;
	return 0;
}

void ship_lines__set_max(struct ship_lines *lines, size_t size)
{
	lines->max = size;
}

/* Use the header of a segment whose first record has come. */
static void begin_segment(struct ship_lines *lines, const struct ship_segment *segment)
{
	lines->segment = segment;
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++)
		et_layouts_set(lines->layouts, id,
			       et_recording_reader_generation(segment->reader, id));
	et_layouts_set(lines->layouts, ET_LOST,
		       et_recording_reader_generation(segment->reader, ET_LOST));
	et_identity_set(&lines->identity, lines->host ? lines->host : segment->host,
			segment->boot_id);
}

int ship_lines__encode(struct ship_lines *lines, const struct ship_item *item,
		       struct ship_line *ret)
{
	const struct et_recorded *recorded = &item->recorded;
	struct et_event event = { 0 };

	/* The memory of a segment can be that of an earlier one. */
	if (lines->segment != item->segment || recorded->index == 0)
		begin_segment(lines, item->segment);
	if (et_layouts_decode_synthetic(lines->layouts, recorded->data, recorded->len, &event) <
		    0 &&
	    et_layouts_decode(lines->layouts, recorded->data, recorded->len, &event) < 0)
		return -EBADMSG;
	event.time_ns = et_event_ts(&event) + recorded->clock_offset;
	event.seq = item->segment->first_seq + recorded->index;
	ret->text = lines->buf;
	ret->len = et_encode(&lines->encoder, &event, lines->buf);
	ret->is_cut = false;
	while (lines->max && ret->len > lines->max && ship_shorten(&event, ret->len, lines->max)) {
		ret->len = et_encode(&lines->encoder, &event, lines->buf);
		ret->is_cut = true;
	}
	ret->seq = event.seq;
	return 0;
}

void ship_lines__free(struct ship_lines *lines)
{
	if (!lines)
		return;
	et_layouts_free(lines->layouts);
	free(lines);
}
