/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/encode/context.h"
#include "lib/encode/encode.h"
#include "lib/encode/text.h"
#include "lib/pipeline/failure.h"
#include "lib/pipeline/file_limit.h"

/*
 * Smallest length of a line in bytes. It limits the number of lines in a buffer, and so the size of
 * et_pipeline.lines.
 */
#define LINE_MIN 64

/*
 * Largest number of lines that one event causes: a header line, a LOST event before the event, and
 * the event. With the format "es-bulk", an event has 2 lines: 1 + 2 + 2.
 */
#define LINES_MAX 5

_Static_assert(ET_ENCODE_LOST_MAX + ET_HEADER_MAX <= ET_LOST_ROOM, "both lines have room");

/* Largest number of bytes that a context adds to an event's line. */
static size_t context_bound(const struct et_pipeline *p)
{
	return p->context ? ET_CONTEXT_MAX : 0;
}

size_t et_lines_bound(const struct et_pipeline *p, const struct et_event *event)
{
	return et_encode_bound(&p->encoder, event) + context_bound(p);
}

/* Entry of et_pipeline.lines for a line that is no event, such as the first line of a file. */
#define LINE_OF_NONE 0xffff

/* Count a line of @n bytes that is no event, after it was written to the output's buffer. */
static void put_line_of_none(struct et_pipeline *p, size_t n)
{
	p->lines[p->lines_put++ % p->line_room] = LINE_OF_NONE;
	p->sink->used += n;
	p->sink->pending_lines++;
}

/* Add a header line of @n bytes, which was written to the output's buffer. */
static int put_header_line(struct et_pipeline *p, const char *buf, size_t n)
{
	if (p->on_line)
		return p->on_line(p->on_line_ctx, NULL, buf, n);
	put_line_of_none(p, n);
	return 0;
}

/* Add the line of column names to the output's buffer. */
static int put_header(struct et_pipeline *p)
{
	size_t n;
	char *buf;
	int r;

	if (!p->text)
		return 0;
	r = et_sink_reserve(p->sink, ET_TEXT_HEADER_MAX, &buf);
	n = r < 0 ? 0 : et_text_header(p->text, buf);
	return n ? put_header_line(p, buf, n) : r;
}

/*
 * Decide whether a header line is due, after the output's file or the host has changed. A file that
 * already has lines gets a header line only if @again is true: the host has changed.
 */
static void want_header(struct et_pipeline *p, bool again)
{
	p->header_due = p->has_header && p->sink && (again || !et_file_limit_bytes_in(p->sink->fd));
}

void et_pipeline_set_host(struct et_pipeline *p, const char *host, const char *boot_id)
{
	const bool first = !p->identity.size;

	if (p->context)
		et_context_set_boot_id(p->context, boot_id);
	if (!first && !strcmp(host, p->identity.host) && !strcmp(boot_id, p->identity.boot_id))
		return;
	et_identity_set(&p->identity, host, boot_id);
	if (first || !p->encoder.ops->is_array)
		want_header(p, !first);
}

int et_lines_put_due_header(struct et_pipeline *p)
{
	char *buf;
	int r;

	if (!p->header_due || p->silent)
		return 0;
	r = et_sink_reserve(p->sink, ET_HEADER_MAX, &buf);
	if (r < 0)
		return r;
	p->header_due = false;
	return put_header_line(p, buf, p->encoder.ops->header(&p->encoder, buf));
}

int et_lines_open(struct et_pipeline *p, const struct et_options *opts)
{
	int r;

	/* With on_line, the sink is only the memory in which lines are made. */
	r = et_fd_sink_new(p->on_line ? -1 : opts->output_fd,
			   p->encoder.ops->bound_max + ET_LOST_ROOM + context_bound(p),
			   opts->unbuffered, &p->sink);
	if (r == 0 && opts->compress == ET_COMPRESS_ZSTD)
		r = et_fd_sink_compress(p->sink);
	if (r == 0) {
		p->line_room = p->sink->cap / LINE_MIN;
		p->lines = calloc(p->line_room, sizeof(*p->lines));
		r = p->lines ? 0 : -ENOMEM;
	}
	if (r == 0)
		r = put_header(p);
	return r;
}

void et_lines_count_written(struct et_pipeline *p)
{
	while (p->lines_counted < p->sink->lines) {
		__u64 line = p->lines[p->lines_counted++ % p->line_room];

		if ((line & 0xffff) < ET_EVENT_TYPES)
			p->written[line & 0xffff]++;
		else
			p->lost_written += line >> 16;
	}
}

void et_pipeline_next_output(struct et_pipeline *p, int fd)
{
	et_fd_sink_set_fd(p->sink, fd);
	p->output_limit.begin = p->sink->written;
	p->output_limit.before = et_file_limit_bytes_in(fd);
	p->output_limit.more = 0;
	want_header(p, false);
}

/*
 * A new line of @n bytes is at @buf, behind the buffered lines. If the file has no room for the new
 * line, write the buffered lines and continue in the next file. Then move the new line to the
 * beginning of the buffer.
 */
static int limit_output(struct et_pipeline *p, const char *buf, size_t n)
{
	struct et_file_limit *limit = &p->output_limit;
	int r;

	if (!limit->max)
		return 0;
	/* At the first line, measure the file again: the caller may have added lines to it. */
	if (!p->sink->written && !p->sink->used)
		limit->before = et_file_limit_bytes_in(p->sink->fd);
	/*
	 * The file is empty, so the line is written to it, even if the line alone exceeds the
	 * limit.
	 */
	if (limit->before + p->sink->written + p->sink->used == limit->begin)
		return 0;
	r = et_file_limit_check(p, limit, n);
	if (p->header_due && !p->silent) {
		char header[ET_HEADER_MAX];
		size_t len = p->encoder.ops->header(&p->encoder, header);

		memmove(p->sink->buf + len, buf, n);
		memcpy(p->sink->buf, header, len);
		p->header_due = false;
		put_line_of_none(p, len);
	} else if (buf != p->sink->buf + p->sink->used) {
		memmove(p->sink->buf + p->sink->used, buf, n);
	}
	return r;
}

static bool sink_has_room(const struct et_pipeline *p, size_t bound)
{
	return bound + ET_LOST_ROOM <= p->sink->cap - et_sink_pending(p->sink) &&
	       p->lines_put - p->lines_counted + LINES_MAX <= p->line_room;
}

int et_lines_make_room(struct et_pipeline *p, size_t bound)
{
	int r;

	if (!p->sink || sink_has_room(p, bound))
		return 0;
	r = et_sink_flush(p->sink);
	et_lines_count_written(p);
	/* The output did not accept all bytes, but the buffer may now have enough room. */
	if (r == -EAGAIN && sink_has_room(p, bound))
		r = 0;
	return r < 0 ? et_output_failed(p, r) : 0;
}

/* Encode an event. Add its context if the caller wants contexts. */
static size_t encode(struct et_pipeline *p, const struct et_event *event, char *buf)
{
	struct et_ecs_context ecs;
	size_t n;

	if (!p->context || event->hdr->type >= ET_EVENT_TYPES)
		return et_encode(&p->encoder, event, buf);
	if (p->is_json) {
		n = et_encode(&p->encoder, event, buf);
		return et_context_add(p->context, event, buf, n);
	}
	if (p->text)
		return et_encode(&p->encoder, event, buf);
	et_context_fill_ecs(p->context, event, &ecs);
	p->encoder.context = &ecs;
	n = et_encode(&p->encoder, event, buf);
	p->encoder.context = NULL;
	return n;
}

int et_lines_write(struct et_pipeline *p, const struct et_event *event, size_t bound, __u64 lost)
{
	size_t n = 0;
	char *buf;
	int r;

	/*
	 * The terminal may have a new width. Use the new width only when all lines of the old width
	 * are written.
	 */
	if (p->text && !et_sink_pending(p->sink))
		et_text_refresh(p->text);
	r = et_lines_put_due_header(p);
	if (r == 0)
		r = et_sink_reserve(p->sink, bound, &buf);
	if (r == 0) {
		n = encode(p, event, buf);
		r = p->on_line ? p->on_line(p->on_line_ctx, event, buf, n)
			       : limit_output(p, buf, n);
	}
	if (r == 0 && p->on_line) {
		if (event->hdr->type < ET_EVENT_TYPES)
			p->written[event->hdr->type]++;
		else
			p->lost_written += lost;
	} else if (r == 0) {
		/* If an event has several lines, only the last one counts as an event. */
		for (unsigned int i = 1; i < p->encoder.ops->lines; i++)
			put_line_of_none(p, 0);
		p->lines[p->lines_put++ % p->line_room] = event->hdr->type | lost << 16;
		r = et_sink_commit(p->sink, n);
		/*
		 * -EAGAIN: the line is in the buffer, and a later flush writes it. So this is a
		 * success.
		 */
		if (r == -EAGAIN)
			r = 0;
	}
	et_lines_count_written(p);
	return r < 0 ? et_output_failed(p, r) : 0;
}
