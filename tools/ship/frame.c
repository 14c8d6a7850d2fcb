/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/frame.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording/writer.h"
#include "lib/sink/sink.h"

/* A sink whose flush appends to `bytes`. */
struct memory_sink {
	struct et_sink head;
	char *bytes;
	size_t size, room;
};

struct ship_frame {
	struct memory_sink sink;
	struct et_recording_writer *writer; /* of the last segment; NULL: none yet */
	uint64_t segment;                   /* number of the writer's segment */
	bool is_begun;                      /* the writer has written a header, and no end */
};

static int flush(struct et_sink *head)
{
	struct memory_sink *sink = (struct memory_sink *)head; /* its first member */

	if (head->used > sink->room - sink->size) {
		const size_t room = sink->size + head->used;
		char *bytes = realloc(sink->bytes, room);

		if (!bytes)
			return -ENOMEM;
		sink->bytes = bytes;
		sink->room = room;
	}
	memcpy(sink->bytes + sink->size, head->buf, head->used);
	sink->size += head->used;
	head->written += head->used;
	head->used = 0;
	return 0;
}

/* A writer frees its sink. This one is a member of the frame, which outlives its writers. */
static void keep(struct et_sink *head)
{
	(void)head;
}

static const struct et_sink_ops sink_ops = {
	.name = "memory",
	.flush = flush,
	.free = keep,
};

int ship_frame__new(struct ship_frame **ret)
{
	struct ship_frame *frame = calloc(1, sizeof(*frame));

	if (!frame)
		return -ENOMEM;
	frame->sink.head.ops = &sink_ops;
	frame->sink.head.fd = -1;
	frame->sink.head.cap = et_recording_writer_buffer();
	frame->sink.head.buf = malloc(frame->sink.head.cap);
	if (!frame->sink.head.buf) {
		free(frame);
		return -ENOMEM;
	}
	*ret = frame;
	return 0;
}

/* Begin the first frame of a segment. */
static int begin_segment(struct ship_frame *frame, const struct ship_item *item, const char *host)
{
	const struct ship_segment *segment = item->segment;
	const struct et_file_header *header = et_recording_reader_header(segment->reader);
	struct et_recording_about about = {
		.events = et_recording_reader_events(segment->reader),
		.clock_offset = header->clock_offset,
		.cpus_possible = header->cpus_possible,
		.program = header->program,
		.layouts_of = segment->reader,
		.origin = {
			.first_seq = segment->first_seq + item->recorded.index,
			.segment = segment->number,
		},
	};

	snprintf(about.origin.host, sizeof(about.origin.host), "%s", host);
	memcpy(about.origin.boot_id, segment->boot_id, sizeof(about.origin.boot_id));
	memcpy(about.origin.session, segment->session, sizeof(about.origin.session));
	et_recording_writer_free(frame->writer);
	frame->writer = NULL;
	frame->segment = segment->number;
	return et_recording_writer_new_on(&frame->sink.head, &about, &frame->writer);
}

static int begin(struct ship_frame *frame, const struct ship_item *item, const char *host)
{
	int r;

	frame->sink.head.used = 0;
	frame->sink.size = 0;
	if (!frame->writer || frame->segment != item->segment->number)
		r = begin_segment(frame, item, host);
	else
		r = et_recording_writer_restart(frame->writer,
						item->segment->first_seq + item->recorded.index);
	frame->is_begun = r == 0;
	return r;
}

int ship_frame__add(struct ship_frame *frame, const struct ship_item *item, const char *host)
{
	int r = frame->is_begun ? 0 : begin(frame, item, host);

	return r < 0 ? r
		     : et_recording_writer_add(frame->writer, item->recorded.data,
					       item->recorded.len, item->recorded.clock_offset);
}

int ship_frame__finish(struct ship_frame *frame, const void **ret, size_t *ret_size)
{
	static const struct et_recording_totals totals = { .wire_format = "", .accounted = true };
	int r = frame->is_begun ? et_recording_writer_end(frame->writer, &totals) : 0;

	if (r < 0)
		return r;
	frame->is_begun = false;
	*ret = frame->sink.bytes;
	*ret_size = frame->sink.size;
	return 0;
}

void ship_frame__free(struct ship_frame *frame)
{
	if (!frame)
		return;
	et_recording_writer_free(frame->writer);
	free(frame->sink.head.buf);
	free(frame->sink.bytes);
	free(frame);
}
