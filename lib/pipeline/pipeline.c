/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/pipeline.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/encode/context.h"
#include "lib/encode/members.h"
#include "lib/encode/text.h"
#include "lib/encode/trace.h"
#include "lib/enrich/exists.h"
#include "lib/enrich/users.h"
#include "lib/api/error.h"
#include "lib/api/options.h"

/*
 * Smallest length of a line in bytes. It limits the number of lines in a buffer, and so the size of
 * et_pipeline.lines.
 */
#define LINE_MIN 64

/* Most lines that an event needs: a header line, 2 for a LOST event before it, 2 for the event. */
#define LINES_MAX 5

/*
 * Bytes of the output's buffer that only LOST lines and a header line may use. An event is added
 * only if this room remains.
 */
#define LOST_ROOM (16 * 1024)

_Static_assert(ET_ENCODE_LOST_MAX + ET_HEADER_MAX <= LOST_ROOM, "both lines have room");

/* Report an unknown name in a list of names that the caller passed. Return: -EINVAL. */
static int bad_name(struct et_error *err, const char *what, const char *name, size_t len)
{
	return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "%s \"%.*s\"", what, (int)len, name);
}

/* The format that the caller chose; NULL: there is no such format. */
static const struct et_encoder_ops *format_of(const struct et_options *opts)
{
	return opts->format ? et_encoder_by_name(opts->format) : &et_json_encoder;
}

static int check_format(const struct et_options *opts, struct et_error *err)
{
	const struct et_encoder_ops *ops = format_of(opts);
	const char *const lists[] = { opts->fields, opts->exclude_fields };
	const char *bad;
	size_t len = 0;

	if (opts->compress > ET_COMPRESS_ZSTD)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "compress: no such value: %u",
				    (unsigned int)opts->compress);
	if (opts->numbers > ET_NUMBERS_STRING)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "numbers: no such value: %u",
				    (unsigned int)opts->numbers);
	if (!ops)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no format is called \"%s\"",
				    opts->format);
	if (opts->context && ops == &et_trace_encoder)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "the format \"%s\" has no context", ops->name);
	for (size_t i = 0; i < 2; i++) {
		bad = lists[i] ? et_members_bad(lists[i], &len) : NULL;
		if (bad)
			return bad_name(err, "no event has a field", bad, len);
	}
	bad = opts->columns ? et_text_bad_column(opts->columns, &len) : NULL;
	if (bad)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "no column is called \"%.*s\": there are %s", (int)len, bad,
				    et_text_column_names());
	return 0;
}

int et_check_format(const struct et_options *opts, struct et_error *err)
{
	struct et_options options;
	struct et_error ignored;
	int r;

	if (!err)
		err = &ignored;
	r = et_options_take(opts, &options, err);
	return r < 0 ? r : check_format(&options, err);
}

/* Read the names of users and groups, if an output has them. */
static int open_names(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	int r;

	if (!opts->context && format_of(opts) != &et_text_encoder)
		return 0;
	r = et_names_new(opts->users_fd > 0 ? opts->users_fd : -1,
			 opts->groups_fd > 0 ? opts->groups_fd : -1, &p->names);
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "no memory") : 0;
}

/* Prepare the encoder for the format that the caller chose, JSON or text. */
static int open_format(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	const struct et_encoder_ops *ops = format_of(opts);
	int r;

	r = check_format(opts, err);
	if (r < 0)
		return r;
	if (ops == &et_json_encoder && (opts->fields || opts->exclude_fields || opts->numbers)) {
		ops = &et_json_members_encoder;
		if (opts->fields || opts->exclude_fields)
			r = et_members_new(opts->fields, opts->exclude_fields, &p->members);
	} else if (ops == &et_text_encoder) {
		const struct et_text_options text = {
			.columns = opts->columns,
			.fd = opts->text & ET_TEXT_FIT ? opts->output_fd : -1,
			.names = p->names,
			.header = opts->text & ET_TEXT_HEADER,
			.color = opts->text & ET_TEXT_COLOR,
			.utc = opts->text & ET_TEXT_UTC,
			.ascii = opts->text & ET_TEXT_ASCII,
			.ancestors = opts->context,
		};

		r = et_text_new(&text, &p->text);
	}
	et_encoder_init(&p->encoder, ops);
	p->encoder.members = p->members;
	p->encoder.text = p->text;
	p->encoder.identity = &p->identity;
	p->encoder.numbers = opts->numbers;
	p->encoder.stamped = opts->stream & ET_STREAM_IDENTITY;
	p->has_header = ops->is_array || (ops->header && opts->stream & ET_STREAM_HEADER);
	if (r == 0 && ops == &et_trace_encoder) {
		p->encoder.trace = calloc(1, sizeof(*p->encoder.trace));
		r = p->encoder.trace ? 0 : -ENOMEM;
	}
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r)) : 0;
}

static int open_context(struct et_pipeline *p, const struct et_options *opts, struct et_error *err)
{
	int r;

	if (!opts->context)
		return 0;
	p->unprinted = ET_EVENTS_OF_CONTEXT & ~opts->events;
	r = et_context_new(opts->context_processes, p->names, &p->context);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "no memory");
	p->processes = et_context_table(p->context);
	if (opts->filter_count)
		et_process_table_lacks_execs(p->processes);
	if (p->text)
		et_text_set_processes(p->text, p->processes);
	return 0;
}

static bool has_recording(const struct et_options *opts)
{
	return opts->record_fd >= 0 || opts->segments;
}

/* Keep a table of processes if further recordings can begin with them. */
static int open_processes(struct et_pipeline *p, const struct et_options *opts,
			  struct et_error *err)
{
	int r;

	if (p->processes || !has_recording(opts) ||
	    (opts->events & ET_EVENTS_OF_CONTEXT) != ET_EVENTS_OF_CONTEXT)
		return 0;
	r = et_process_table_new(0, &p->processes);
	return r < 0 ? et_error_set(err, ET_ERROR_SYSTEM, r, "no memory") : 0;
}

/* Room in bytes that an event's context needs behind the event's line. */
static size_t context_bound(const struct et_pipeline *p)
{
	return p->context ? ET_CONTEXT_MAX : 0;
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
	if (!n)
		return r;
	put_line_of_none(p, n);
	return 0;
}

/* The size of a regular file in bytes; 0 for any other descriptor. */
static __u64 bytes_in(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ? 0 : (__u64)st.st_size;
}

/*
 * Decide whether a header line is due, after the output's file or the host has changed. A file that
 * already has lines gets a header line only if the host has changed: @again.
 */
static void want_header(struct et_pipeline *p, bool again)
{
	p->header_due = p->has_header && p->sink && (again || !bytes_in(p->sink->fd));
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

/* If the header line is due, add it to the output's buffer, which keeps LOST_ROOM free for it. */
static int put_due_header(struct et_pipeline *p)
{
	char *buf;
	int r;

	if (!p->header_due || p->silent)
		return 0;
	r = et_sink_reserve(p->sink, ET_HEADER_MAX, &buf);
	if (r < 0)
		return r;
	p->header_due = false;
	put_line_of_none(p, p->encoder.ops->header(&p->encoder, buf));
	return 0;
}

int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err)
{
	int r;

	p->clock = clock;
	p->unbuffered = opts->unbuffered;
	p->max_events = opts->max_events;
	p->on_event = opts->on_event;
	p->on_event_ctx = opts->on_event_ctx;
	r = open_names(p, opts, err);
	if (r == 0)
		r = open_format(p, opts, err);
	if (r == 0)
		r = open_context(p, opts, err);
	if (r == 0)
		r = open_processes(p, opts, err);
	if (r < 0)
		return r;
	if (opts->redact_count) {
		r = et_redactor_new(opts->redact, opts->redact_count, opts->redact_tty,
				    &p->redactor);
		if (r == -EINVAL || r == -E2BIG)
			return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
					    "a pattern to redact has 1 to %d bytes", ET_REDACT_MAX);
		if (r < 0)
			return et_error_set(err, ET_ERROR_SYSTEM, r, "no memory");
	}
	/*
	 * If events go only to a recording or to on_event, make no lines. Without any output, make
	 * lines and discard them: benchmarks measure the cost.
	 */
	if (opts->output_fd < 0 && (has_recording(opts) || opts->on_event))
		return 0;
	r = et_fd_sink_new(opts->output_fd,
			   p->encoder.ops->bound_max + LOST_ROOM + context_bound(p),
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
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r));
	return 0;
}

/*
 * Store the first failure @r and its message; nothing is written from now on. -EAGAIN is no
 * failure: only return it.
 */
static int failed(struct et_pipeline *p, enum et_error_kind kind, const char *what, int r)
{
	if (r == -EAGAIN)
		return r;
	p->silent = true;
	if (p->failed)
		return r;
	p->failed = r;
	if (r == -EPIPE)
		return et_error_set(&p->error, kind, r,
				    "the %s is closed: no process reads it any more", what);
	return et_error_set(&p->error, kind, r, "cannot write the %s: %s", what, strerror(-r));
}

static int output_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_OUTPUT, "output", r);
}

static int recording_failed(struct et_pipeline *p, int r)
{
	return failed(p, ET_ERROR_RECORD, "recording", r);
}

int et_pipeline_set_recorder(struct et_pipeline *p, struct et_recording_writer *recorder)
{
	int r;

	p->recorder = recorder;
	r = et_recording_writer_flush(recorder);
	return r < 0 ? recording_failed(p, r) : 0;
}

/* Count the events of all lines that were written as a whole. */
static void count_written(struct et_pipeline *p)
{
	while (p->lines_counted < p->sink->lines) {
		__u64 line = p->lines[p->lines_counted++ % p->line_room];

		if ((line & 0xffff) < ET_EVENT_TYPES)
			p->written[line & 0xffff]++;
		else
			p->lost_written += line >> 16;
	}
}

int et_pipeline_flush(struct et_pipeline *p)
{
	int r, ret = 0;

	if (p->sink) {
		ret = put_due_header(p);
		if (ret == 0)
			ret = et_sink_flush(p->sink);
		count_written(p);
		if (ret < 0)
			ret = output_failed(p, ret);
	}
	/* Even if output_fd has failed, write the recording: it does not depend on output_fd. */
	if (p->recorder) {
		r = et_pipeline_report_not_recorded(p);
		if (r == 0)
			r = et_recording_writer_flush(p->recorder);
		if (r < 0)
			r = recording_failed(p, r);
		if (ret == 0 || (ret == -EAGAIN && r < 0))
			ret = r;
		if (r == 0 && !p->sink)
			memcpy(p->written, p->taken, sizeof(p->written));
	} else if (!p->sink) {
		memcpy(p->written, p->taken, sizeof(p->written));
	}
	return ret;
}

/* The buffer of output_fd (@which is 0) or of the recording (@which is 1); NULL: there is none. */
static const struct et_sink *sink_of(const struct et_pipeline *p, unsigned int which)
{
	if (which == 0)
		return p->sink;
	return p->recorder ? et_recording_writer_sink(p->recorder) : NULL;
}

int et_pipeline_waits_for(const struct et_pipeline *p, unsigned int which)
{
	const struct et_sink *sink = sink_of(p, which);

	return sink && et_sink_pending(sink) ? sink->fd : -1;
}

int et_pipeline_wait(struct et_pipeline *p, __u64 deadline_ns)
{
	struct pollfd fds[] = {
		{ .fd = et_pipeline_waits_for(p, 0), .events = POLLOUT },
		{ .fd = et_pipeline_waits_for(p, 1), .events = POLLOUT },
	};
	int n;

	do {
		__u64 now = et_now_ns();

		/*
		 * Compute the time left for each poll(2). The deadline counts for all polls
		 * together, even if outputs accept some bytes in between.
		 */
		n = now < deadline_ns ? poll(fds, 2, (int)((deadline_ns - now) / ET_MS + 1)) : 0;
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		return 0;
	if (fds[0].fd >= 0)
		return output_failed(p, -ETIMEDOUT);
	return recording_failed(p, -ETIMEDOUT);
}

bool et_pipeline_is_roomy(const struct et_pipeline *p)
{
	for (unsigned int i = 0; i < 2; i++) {
		const struct et_sink *sink = sink_of(p, i);

		if (sink && et_sink_pending(sink) > sink->cap / 2)
			return false;
	}
	return true;
}

static int end_recording(struct et_pipeline *p, const struct et_recording_totals *totals,
			 __u64 deadline_ns)
{
	int r = et_recording_writer_end(p->recorder, totals);

	while (r == -EAGAIN) {
		r = et_pipeline_wait(p, deadline_ns);
		if (r == 0)
			r = et_recording_writer_flush(p->recorder);
	}
	return r < 0 ? recording_failed(p, r) : 0;
}

int et_pipeline_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns)
{
	while (et_pipeline_flush(p) == -EAGAIN)
		if (et_pipeline_wait(p, deadline_ns) < 0)
			break;
	if (totals && p->recorder)
		(void)end_recording(p, totals, deadline_ns);
	return p->failed;
}

void et_pipeline_next_output(struct et_pipeline *p, int fd)
{
	et_fd_sink_set_fd(p->sink, fd);
	p->output_limit.begin = p->sink->written;
	p->output_limit.before = bytes_in(fd);
	p->output_limit.more = 0;
	want_header(p, false);
}

/*
 * Begin a recording with the processes that run and that the table has. The records are in the
 * order in which the processes were last used. A table that sees these records then has the same
 * order.
 */
static int record_processes(struct et_pipeline *p)
{
	const __u64 max = p->record_limit.max / 4, now = et_now_ns();
	const struct et_table_process *first = NULL, *next = NULL;
	__u64 size = 0;
	void *buf;
	int r = 0;

	if (!p->processes)
		return 0;
	buf = malloc(ET_EXISTS_MAX);
	if (!buf)
		return recording_failed(p, -ENOMEM);
	while ((next = et_process_table_next(p->processes, next))) {
		size += sizeof(struct et_file_record) +
			et_exists_make(next, now, p->clock_offset, buf);
		if (max && size > max)
			break;
		first = next;
	}
	for (next = first; next && r == 0; next = et_process_table_previous(p->processes, next)) {
		size_t len = et_exists_make(next, now, p->clock_offset, buf);

		r = et_recording_writer_make_room(p->recorder);
		if (r == 0)
			r = et_recording_writer_add(p->recorder, buf, len, p->clock_offset);
		if (r == 0)
			p->seq++;
	}
	free(buf);
	/*
	 * A pipe may accept no more bytes now. Its reader then gets no records of the remaining
	 * processes.
	 */
	return r < 0 && r != -EAGAIN ? recording_failed(p, r) : 0;
}

void et_pipeline_drop_recorder(struct et_pipeline *p)
{
	p->recorded_bytes += et_recording_writer_bytes(p->recorder);
	et_recording_writer_free(p->recorder);
	p->recorder = NULL;
}

int et_pipeline_next_recorder(struct et_pipeline *p, const struct et_recording_totals *totals,
			      struct et_recording_writer *recorder, __u64 deadline_ns)
{
	int r = end_recording(p, totals, deadline_ns);

	et_pipeline_drop_recorder(p);
	p->recorder = recorder;
	p->record_limit.more = 0;
	return r < 0 || p->failed ? r : record_processes(p);
}

/* Upper bound of the file's size, if a record of @n bytes, or a line, is added. */
static __u64 size_with(const struct et_pipeline *p, const struct et_file_limit *limit, size_t n)
{
	if (limit == &p->record_limit)
		return et_recording_writer_size_with(p->recorder, n);
	return limit->before + p->sink->written + et_fd_sink_bound(p->sink, p->sink->used + n) -
	       limit->begin;
}

static bool is_compressed(const struct et_pipeline *p, const struct et_file_limit *limit)
{
	return limit == &p->record_limit ? et_recording_writer_is_compressed(p->recorder)
					 : et_fd_sink_is_compressed(p->sink);
}

/*
 * Continue in another file if this one has no room for a record of @n bytes, or for a line. If
 * there is no other file now, this file may grow by its limit once more. Return: 0, or a failure.
 */
static int limit_file(struct et_pipeline *p, struct et_file_limit *limit, size_t n)
{
	bool record = limit == &p->record_limit, compressed = is_compressed(p, limit);
	__u64 size = size_with(p, limit, n);
	int r = 0;

	if (!limit->max || size <= limit->max + limit->more)
		return 0;
	if (!record || compressed)
		r = record ? et_recording_writer_flush(p->recorder) : et_sink_flush(p->sink);
	if (r == 0 && compressed) {
		/*
		 * The buffered bytes are compressed and written now. Their size is known, and less
		 * than the bound.
		 */
		size = size_with(p, limit, n);
		if (size <= limit->max + limit->more)
			return 0;
	}
	if (r == 0)
		r = p->next_file(p->next_file_ctx, record);
	if (r == -EAGAIN) {
		limit->more = size;
		r = 0;
	}
	if (r < 0)
		return record ? recording_failed(p, r) : output_failed(p, r);
	return 0;
}

/* If the recording has no room for records of @len bytes in total, begin the next recording. */
static int limit_recording(struct et_pipeline *p, size_t len)
{
	return p->recorder ? limit_file(p, &p->record_limit, len) : 0;
}

int et_pipeline_before_lost(struct et_pipeline *p)
{
	return p->silent ? 0 : limit_recording(p, LOST_ROOM);
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
		limit->before = bytes_in(p->sink->fd);
	/*
	 * The file is empty, so the line is written to it, even if the line alone exceeds the
	 * limit.
	 */
	if (limit->before + p->sink->written + p->sink->used == limit->begin)
		return 0;
	r = limit_file(p, limit, n);
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

__u64 et_pipeline_recorded_bytes(const struct et_pipeline *p)
{
	return p->recorded_bytes + (p->recorder ? et_recording_writer_bytes(p->recorder) : 0);
}

static bool sink_has_room(const struct et_pipeline *p, size_t bound)
{
	return bound + LOST_ROOM <= p->sink->cap - et_sink_pending(p->sink) &&
	       p->lines_put - p->lines_counted + LINES_MAX <= p->line_room;
}

/* Make room in the recording, or find that the next record is left out. Return: as make_room(). */
static int make_record_room(struct et_pipeline *p)
{
	int r;

	p->no_room = false;
	if (!p->recorder)
		return 0;
	r = et_recording_writer_make_room(p->recorder);
	if (r == -EAGAIN && p->why_no_room) {
		p->no_room = true;
		return 0;
	}
	return r < 0 ? recording_failed(p, r) : 0;
}

/*
 * Make room in the buffers for an event of at most @bound bytes, and for a LOST line before it.
 * @len is the size of both records. If the recording has no room for @len bytes, begin the next
 * recording; with 0, do not. Return: 0; -EAGAIN if the outputs do not accept enough bytes now; or
 * another negative errno.
 */
static int make_room(struct et_pipeline *p, size_t bound, size_t len)
{
	int r = 0;

	if (p->silent)
		return 0;
	if (len) {
		r = limit_recording(p, len);
		if (r < 0)
			return r;
	}
	if (p->sink && !sink_has_room(p, bound)) {
		r = et_sink_flush(p->sink);
		count_written(p);
		/*
		 * The output did not accept all bytes, but the buffer may now have enough room.
		 */
		if (r == -EAGAIN && sink_has_room(p, bound))
			r = 0;
		if (r < 0)
			return output_failed(p, r);
	}
	return make_record_room(p);
}

/* Encode an event with its context, if the caller wants it. */
static size_t encode(struct et_pipeline *p, const struct et_event *event, char *buf)
{
	struct et_ecs_context ecs;
	size_t n;

	if (!p->context || event->hdr->type >= ET_EVENT_TYPES)
		return et_encode(&p->encoder, event, buf);
	if (!strcmp(p->encoder.ops->name, "json")) {
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

static int write_event(struct et_pipeline *p, const struct et_event *event, size_t bound,
		       __u64 lost)
{
	size_t n = 0;
	char *buf;
	int r;

	/*
	 * If the terminal has a new width, it applies to the next lines. Wait until the lines of
	 * the old width are written.
	 */
	if (p->text && !et_sink_pending(p->sink))
		et_text_refresh(p->text);
	r = put_due_header(p);
	if (r == 0)
		r = et_sink_reserve(p->sink, bound, &buf);
	if (r == 0) {
		n = encode(p, event, buf);
		r = limit_output(p, buf, n);
	}
	if (r == 0) {
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
	count_written(p);
	return r < 0 ? output_failed(p, r) : 0;
}

static int record(struct et_pipeline *p, const void *data, size_t len)
{
	int r = et_recording_writer_add(p->recorder, data, len, p->clock_offset);

	if (r == 0 && p->unbuffered)
		r = et_recording_writer_flush(p->recorder);
	if (r == -EAGAIN)
		r = 0;
	return r < 0 ? recording_failed(p, r) : 0;
}

/*
 * True if the recording gets this event. LOST records find room also when others do not:
 * et_recording_writer_make_room() leaves much more room than they need.
 */
static bool is_recorded(const struct et_pipeline *p, const struct et_event *event)
{
	return p->recorder && (!p->no_room || event->hdr->type == ET_LOST);
}

/* Count an event that the recording lacks. Processes with `again` are no events. */
static void leave_out(struct et_pipeline *p, const struct et_event *event)
{
	if (event->hdr->type == ET_PROCESS_EXISTS &&
	    ((const struct et_process_exists *)event->hdr)->again)
		return;
	et_not_recorded_add(&p->not_recorded, p->why_no_room(p->why_no_room_ctx), event->hdr->type,
			    et_event_ts(event));
}

/* The names that a record may need: those of the event, and those of its process in a context. */
#define NAMES_MAX (ET_NAMES_OF_EVENT + 4)

_Static_assert(NAMES_MAX <= ET_FILE_NAMES_MAX && ET_USER_MAX <= ET_FILE_NAME_MAX, "names fit");
_Static_assert((int)ET_NAME_USER == ET_FILE_NAME_USER && (int)ET_NAME_GROUP == ET_FILE_NAME_GROUP,
	       "same kinds");

/* Names that wait for the recording. */
struct name_list {
	struct et_recording_name names[NAMES_MAX];
	size_t count;
};

/* Add a name to @list, unless the recording has it. */
static void want_name(struct et_pipeline *p, struct name_list *list, enum et_name_kind kind,
		      __u32 id)
{
	const __u64 version = et_names_version(p->names, kind);
	const enum et_file_name_kind file_kind = (enum et_file_name_kind)kind;

	if (et_recording_writer_knows_name(p->recorder, file_kind, id, version))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (list->names[i].kind == file_kind && list->names[i].id == id)
			return;
	list->names[list->count++] = (struct et_recording_name){
		.kind = file_kind,
		.id = id,
		.version = version,
		.name = et_names_find(p->names, kind, id),
	};
}

/* Add to @list the names of a process that a context prints. */
static void want_names_of(struct et_pipeline *p, struct name_list *list,
			  const struct et_table_process *process)
{
	if (process->has_creds) {
		want_name(p, list, ET_NAME_USER, process->uid);
		want_name(p, list, ET_NAME_USER, process->euid);
		want_name(p, list, ET_NAME_GROUP, process->gid);
	}
	if (process->login_uid != ET_NO_LOGIN)
		want_name(p, list, ET_NAME_USER, process->login_uid);
}

static int record_names(struct et_pipeline *p, const struct name_list *list)
{
	int r = 0;

	if (list->count)
		r = et_recording_writer_add_names(p->recorder, list->names, list->count);
	return r < 0 && r != -EAGAIN ? recording_failed(p, r) : 0;
}

/*
 * Write to the recording the names that outputs print for this event, as far as it lacks them. So a
 * replay prints the same names on another host, and the names of that time.
 */
static int record_names_of_event(struct et_pipeline *p, const struct et_event *event)
{
	const struct et_table_process *process = NULL;
	struct et_name_id ids[ET_NAMES_OF_EVENT];
	struct name_list list = { .count = 0 };
	size_t count;

	if (!p->names)
		return 0;
	count = et_names_of_event(event, ids);
	for (size_t i = 0; i < count; i++)
		want_name(p, &list, ids[i].kind, ids[i].id);
	/* A group may have another name since the event that told the process's group. */
	if (p->processes)
		process = et_process_table_find(p->processes, event);
	if (process)
		want_names_of(p, &list, process);
	return record_names(p, &list);
}

/* Add an event to the recording, after et_enrich(), or leave it out if there is no room. */
static int record_event(struct et_pipeline *p, const struct et_event *event)
{
	int r;

	p->clock_offset = event->time_ns - et_event_ts(event);
	if (!is_recorded(p, event)) {
		leave_out(p, event);
		return 0;
	}
	r = record_names_of_event(p, event);
	if (r < 0)
		return r;
	/*
	 * Write hdr->size bytes to the recording: in the ring buffer, the record can have unused
	 * bytes after them.
	 */
	return record(p, event->hdr, event->hdr->size);
}

/* Call on_event. While it runs, in_callback makes functions of the same session return -EBUSY. */
static void call_on_event(struct et_pipeline *p, struct et_event *event)
{
	event->context = p->context;
	p->in_callback = true;
	p->on_event(p->on_event_ctx, event);
	p->in_callback = false;
	event->context = NULL;
}

/* Pass an event, after et_enrich(), to all outputs: on_event, recording and lines. */
static int write_all(struct et_pipeline *p, struct et_event *event, size_t bound, __u64 lost)
{
	int r = 0;

	/* Records of a recording have consecutive numbers, so an event that it lacks takes none. */
	event->seq = p->seq;
	if (!p->recorder || is_recorded(p, event))
		p->seq++;
	if (p->on_event)
		call_on_event(p, event);
	if (p->recorder)
		r = record_event(p, event);
	if (r == 0 && p->sink)
		r = write_event(p, event, bound, lost);
	return r;
}

/* A dropped segment says nothing about the processes that run now. */
static void learn_lost(struct et_pipeline *p, const struct et_lost *lost)
{
	if (!lost->segment)
		et_pipeline_learn_lost(p, lost->ring);
}

void et_pipeline_learn_lost(struct et_pipeline *p, enum et_ring_class ring)
{
	if (p->processes && ring == ET_RING_LIFECYCLE)
		et_process_table_lost(p->processes);
}

/* Write a LOST line to all outputs. The caller has made room for the line: make_room(). */
static int write_lost(struct et_pipeline *p, struct et_event *event)
{
	const void *rec = event->hdr;
	__u64 count = ((const struct et_lost *)rec)->count;
	int r;

	et_enrich(p->clock, event);
	r = write_all(p, event, et_encode_bound(&p->encoder, event), count);
	if (r == 0 && !p->sink)
		p->lost_written += count;
	learn_lost(p, rec);
	return r;
}

int et_pipeline_synthetic(struct et_pipeline *p, struct et_event *event)
{
	int r = make_room(p, 0, 0);

	return r < 0 || p->silent ? r : write_lost(p, event);
}

/* Make the LOST record that reports the lost events of @gap. */
static struct et_lost make_lost(const struct et_gap *gap)
{
	return (struct et_lost){
		.hdr = { .ts = gap->before_ns,
			 .size = sizeof(struct et_lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .cpu = (__u16)gap->cpu,
			 .ring = (__u8)gap->ring,
			 .fixed = sizeof(struct et_lost) },
		.count = gap->count,
		.cpu = gap->cpu,
		.lane = gap->lane,
		.ring = (__u8)gap->ring,
		.cause = (__u8)gap->cause,
		.uid = gap->uid,
		.after_ts_ns = gap->after_ns,
		.before_ts_ns = gap->before_ns,
		.lost_type = (__u16)gap->lost_type,
		.segment = gap->segment,
	};
}

int et_pipeline_report_not_recorded(struct et_pipeline *p)
{
	struct et_gap gap;
	int r = 0;

	while (r == 0 && !p->silent && et_not_recorded_next(&p->not_recorded, &gap)) {
		const struct et_lost lost = make_lost(&gap);
		struct et_event event = { .hdr = &lost.hdr };

		r = limit_recording(p, LOST_ROOM);
		if (r == 0)
			r = make_record_room(p);
		if (r < 0 || p->no_room)
			break;
		et_enrich(p->clock, &event);
		p->seq++;
		r = record_event(p, &event);
		et_not_recorded_report(&p->not_recorded, &gap);
		learn_lost(p, &lost);
	}
	return r;
}

int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap)
{
	const struct et_lost lost = make_lost(gap);
	struct et_event event = { .hdr = &lost.hdr };

	return et_pipeline_synthetic(p, &event);
}

/*
 * Count a record that the decoder has rejected. A recording receives it unchanged, so that a replay
 * rejects it too. But if secrets are redacted, the recording does not receive it, because it may
 * contain secrets.
 */
static int reject(struct et_pipeline *p, const void *data, size_t len)
{
	struct et_header hdr;
	struct et_gap gap;
	int r;

	p->malformed++;
	if (p->gaps && len >= sizeof(hdr)) {
		memcpy(&hdr, data, sizeof(hdr));
		if (et_seq_gaps__reject(p->gaps, &hdr, &gap) && !p->silent) {
			r = et_pipeline_lost(p, &gap);
			if (r < 0)
				return r;
		}
	}
	if (!p->recorder || p->redactor || p->silent || p->no_room)
		return 0;
	p->seq++;
	return record(p, data, len);
}

static int decode(struct et_pipeline *p, const void *data, size_t len, struct et_event *ret)
{
	return p->layouts ? et_layouts_decode(p->layouts, data, len, ret)
			  : et_decode(data, len, ret);
}

/*
 * Replace the secrets in an event's record @data, before anything is written. If the record
 * contains a secret, @event receives a changed copy of the record.
 */
static int redact(struct et_pipeline *p, const void *data, struct et_event *event)
{
	const struct et_header *hdr = data;
	const struct et_header *clean = et_redact(p->redactor, hdr, hdr->size);

	if (clean == hdr)
		return 0;
	if (!clean)
		return p->sink ? output_failed(p, -ENOMEM) : recording_failed(p, -ENOMEM);
	return decode(p, clean, clean->size, event);
}

/* Update the table of processes from an event whose secrets are replaced. */
static void see_event(struct et_pipeline *p, struct et_event *event)
{
	et_enrich(p->clock, event);
	et_process_table_see(et_context_table(p->context), event);
}

void et_pipeline_learn(struct et_pipeline *p, const void *data, size_t len)
{
	const struct et_lost *lost = data;
	struct et_event event;

	if (len >= sizeof(lost->hdr) && lost->hdr.type == ET_LOST) {
		if (len >= sizeof(*lost))
			learn_lost(p, lost);
		else if (len >= offsetof(struct et_lost, after_ts_ns))
			et_pipeline_learn_lost(p, lost->ring);
		return;
	}
	if (decode(p, data, len, &event) == 0 && redact(p, data, &event) == 0)
		see_event(p, &event);
}

/*
 * Write an event, after et_enrich(), only to the recording. Count it in p->seq, because a replay of
 * the recording counts it too.
 */
static int record_unprinted(struct et_pipeline *p, const struct et_event *event)
{
	if (!p->recorder)
		return 0;
	if (is_recorded(p, event))
		p->seq++;
	return record_event(p, event);
}

/*
 * Upper bound of a record, and of a LOST record and names before it. Redaction may make a record
 * longer: "***" replaces even an argument of one byte.
 */
static size_t record_bound(const struct et_pipeline *p, size_t len)
{
	const size_t lost = sizeof(struct et_file_record) + sizeof(struct et_lost);
	const size_t names = p->names ? ET_RECORDING_NAMES_SIZE(NAMES_MAX) : 0;

	return lost + names + (p->redactor ? 2 : 1) * len;
}

/*
 * Read from /proc the processes that the event's context needs and that no record has described.
 * The recording gets a record of each, so that a replay has the same context. The buffer has room:
 * make_room() leaves several times the size of the largest record. If the file has no room for a
 * process and the event, whose record has @len bytes, the next recording begins.
 */
static int read_missing(struct et_pipeline *p, const struct et_event *event, size_t len)
{
	struct et_process_table *table = et_context_table(p->context);
	struct et_event process;
	const void *data;
	__u32 tgid;
	int r, size;

	while ((tgid = et_process_table_missing(table, event))) {
		size = p->read_process(p->read_process_ctx, tgid, &data);
		if (size < 0 || et_decode(data, (size_t)size, &process) < 0)
			continue;
		r = redact(p, data, &process);
		if (r < 0)
			return r;
		see_event(p, &process);
		r = limit_recording(p, record_bound(p, len) + process.hdr->size);
		if (r == 0)
			r = record_unprinted(p, &process);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * Write the records that come before an event, whose own record has @len bytes: a LOST record for
 * @gap (NULL: none), and the processes that the event's context needs.
 */
static int write_before(struct et_pipeline *p, const struct et_event *event, size_t len,
			const struct et_gap *gap)
{
	int r;

	if (gap) {
		const struct et_lost lost = make_lost(gap);
		struct et_event line = { .hdr = &lost.hdr };

		r = write_lost(p, &line);
		if (r < 0)
			return r;
	}
	return p->context && p->read_process ? read_missing(p, event, len) : 0;
}

/* True if the event is only for the table of processes, and for a recording. */
static bool is_unprinted(const struct et_pipeline *p, const struct et_event *event)
{
	if (event->hdr->type == ET_PROCESS_EXISTS &&
	    ((const struct et_process_exists *)event->hdr)->again)
		return true;
	return p->unprinted & 1ULL << event->hdr->type;
}

/* True if the event must not be written: it belongs to a loop of events. */
static bool left_out(struct et_pipeline *p, const struct et_event *event)
{
	return p->leaves_out && event->hdr->type != ET_PROCESS_EXISTS &&
	       p->leaves_out(p->leaves_out_ctx, event);
}

int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len)
{
	struct et_event event;
	struct et_gap gap;
	size_t bound = 0;
	int r, room, missing = 0;

	r = decode(p, data, len, &event);
	if (r == 0 && p->names)
		et_names_refresh(p->names, event.hdr->ts);
	/* An event that is not printed needs no room in the output. */
	if (r == 0 && p->sink && !is_unprinted(p, &event))
		bound = et_encode_bound(&p->encoder, &event) + context_bound(p);
	room = make_room(p, bound, record_bound(p, len));
	if (room == -EAGAIN)
		return room;
	if (r < 0)
		return reject(p, data, len);
	if (p->gaps && event.hdr->type != ET_PROCESS_EXISTS) {
		missing = et_seq_gaps__see(p->gaps, event.hdr, &gap);
		/*
		 * The record's sequence number is wrong, so count the record as malformed. Do not
		 * record it: a replay does not check these numbers, and would accept the record.
		 */
		if (missing < 0) {
			p->malformed++;
			return 0;
		}
	}
	r = room;
	if (r == 0 && !p->silent)
		r = write_before(p, &event, len, missing ? &gap : NULL);
	/* Count the event only now: if write_before() began a recording, it belongs to that one. */
	p->received[event.hdr->type]++;
	p->received_total++;
	if (r < 0 || p->silent)
		return r;

	if (left_out(p, &event))
		return 0;
	r = redact(p, data, &event);
	if (r < 0)
		return r;
	et_enrich(p->clock, &event);
	if (p->processes)
		et_process_table_see(p->processes, &event);
	if (is_unprinted(p, &event))
		return record_unprinted(p, &event);
	p->taken[event.hdr->type]++;
	p->taken_total++;
	r = write_all(p, &event, bound, 0);
	if (r < 0)
		return r;
	if (p->max_events && p->taken_total == p->max_events) {
		p->silent = true;
		return -ECANCELED;
	}
	return 0;
}

void et_pipeline_close(struct et_pipeline *p)
{
	et_recording_writer_free(p->recorder);
	et_sink_free(p->sink);
	free(p->lines);
	et_text_free(p->text);
	free(p->encoder.trace);
	free(p->members);
	if (!p->context)
		et_process_table_free(p->processes);
	et_context_free(p->context);
	et_names_free(p->names);
	et_enricher_free(p->clock);
	et_redactor_free(p->redactor);
}
