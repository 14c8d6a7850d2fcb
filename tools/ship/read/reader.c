/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/ship/account.h"
#include "tools/ship/lines.h"
#include "tools/ship/ranges.h"
#include "tools/ship/read/merge.h"
#include "tools/ship/sessions.h"
#include "tools/ship/topic_line.h"

/* What is known of a session. */
struct session {
	struct ship_ranges seen;
	uint64_t last_ns; /* the latest time of its lines, which is never in the future */
};

struct reader {
	const struct ship_source_options *options;
	FILE *out;
	struct merge *merge;
	struct positions positions;
	struct ship_sessions names;
	struct session *sessions; /* as many as names */
	size_t session_room;
	struct ship_lines *lines; /* makes lines of records */
	struct reader_counts counts;
	int output_error; /* errno of the output's failure; 0: none */
};

int reader_new(const struct ship_source_options *options, size_t sources, FILE *out,
	       struct reader **ret)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->options = options;
	reader->out = out;
	if (merge_new(sources, options->window_ns, &reader->merge) < 0 ||
	    ship_lines__new(NULL, &reader->lines) < 0) {
		reader_free(reader);
		return -ENOMEM;
	}
	*ret = reader;
	return 0;
}

/* ---- output -------------------------------------------------------------------------------- */

static bool has_enough(const struct reader *reader)
{
	return reader->counts.printed >= reader->options->count;
}

/* Remember why the output failed. */
static int output_failed(struct reader *reader)
{
	reader->output_error = errno ? errno : EIO;
	return -EIO;
}

/* Print the lines for which no earlier one is expected. */
static int print_ready(struct reader *reader)
{
	struct merge_line line;

	while (!has_enough(reader) && merge_take(reader->merge, &line)) {
		bool written;

		errno = 0;
		written = fwrite(line.text, 1, line.len, reader->out) == line.len;
		if (!written)
			output_failed(reader);
		free(line.text);
		if (!written)
			return -EIO;
		reader->counts.printed++;
		if (line.cookie)
			positions_written(line.cookie);
	}
	return 0;
}

int reader_flush(struct reader *reader)
{
	errno = 0;
	return fflush(reader->out) ? output_failed(reader) : 0;
}

int reader_output_error(const struct reader *reader)
{
	return reader->output_error;
}

/* ---- selecting ----------------------------------------------------------------------------- */

static bool is_wanted_host(const struct ship_source_options *options, const char *host)
{
	for (size_t i = 0; i < options->host_count; i++)
		if (strcmp(options->hosts[i], host) == 0)
			return true;
	return !options->host_count;
}

/*
 * Losses are always printed: they say that wanted events can be missing. Processes at the beginning
 * of a segment are no events.
 */
static bool is_wanted(const struct ship_source_options *options, const struct ship_topic_line *line)
{
	if (line->time_unix_ns < options->since_ns || line->kind == SHIP_LINE_SNAPSHOT)
		return false;
	if (!options->events.made || line->kind == SHIP_LINE_LOST)
		return true;
	return event_list_find(line->event_type) & options->events.events;
}

/* The session of a message. Return: NULL without memory. */
static struct session *session_of(struct reader *reader, const struct ship_received *message)
{
	size_t number;
	int r;

	if (reader->names.count == reader->session_room) {
		size_t room = reader->session_room ? 2 * reader->session_room : 64;
		struct session *more = realloc(reader->sessions, room * sizeof(*more));

		if (!more)
			return NULL;
		reader->sessions = more;
		reader->session_room = room;
	}
	r = ship_sessions_find(&reader->names, message, &number);
	if (r < 0)
		return NULL;
	if (r == 1)
		reader->sessions[number] = (struct session){ .last_ns = 0 };
	return &reader->sessions[number];
}

/*
 * The time by which an event is ordered. The clock of a host can be ahead: such an event counts as
 * one of now. Otherwise it would wait until this host's clock reaches its time.
 */
static uint64_t order_ns(uint64_t time_ns)
{
	struct timespec ts;
	uint64_t now_ns;

	clock_gettime(CLOCK_REALTIME, &ts);
	now_ns = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
	return time_ns < now_ns ? time_ns : now_ns;
}

/* Add a line, if it is new and wanted. A newline is added if it has none. */
static int add_line(struct reader *reader, size_t source, struct session *session,
		    struct position_message *message, const char *text, size_t len,
		    const struct ship_topic_line *about)
{
	const bool is_cut = text[len - 1] != '\n';
	struct merge_line line = { .len = len + is_cut, .cookie = message };
	const uint64_t time_ns = order_ns(about->time_unix_ns);
	int r = ship_ranges_add(&session->seen, about->seq);

	if (r == 0)
		reader->counts.duplicates++;
	if (r <= 0)
		return r;
	/* A session's lines stay in their order, even if its clock was set back. */
	if (time_ns > session->last_ns)
		session->last_ns = time_ns;
	line.time_ns = session->last_ns;
	merge_advance(reader->merge, source, line.time_ns);
	if (!is_wanted(reader->options, about))
		return 0;
	line.text = malloc(line.len);
	if (!line.text)
		return -ENOMEM;
	memcpy(line.text, text, len);
	if (is_cut)
		line.text[len] = '\n';
	r = merge_add(reader->merge, source, &line);
	if (r < 0)
		free(line.text);
	else if (message)
		message->lines++;
	return r;
}

/* ---- input --------------------------------------------------------------------------------- */

static int take_lines(struct reader *reader, size_t source, struct session *session,
		      struct position_message *position, const struct ship_received *message)
{
	const char *text = message->payload, *end = text + message->size;
	int r = 0;

	while (text < end && r == 0) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;
		const size_t len = (size_t)(next - text);
		struct ship_topic_line line;

		r = ship_topic_line_parse(text, len, &line);
		if (r == 0 && line.kind != SHIP_LINE_ACCOUNT)
			r = add_line(reader, source, session, position, text, len, &line);
		/* The lines behind it can be events. */
		if (r == -EBADMSG) {
			reader->counts.unreadable++;
			r = 0;
		}
		text = next;
	}
	return r;
}

/* The text of a record, and what it says. */
static int take_record(struct reader *reader, size_t source, struct session *session,
		       struct position_message *position, const struct ship_item *item)
{
	struct ship_topic_line about;
	struct ship_line line;

	/* The sender has counted it: the account shows that no line has its number. */
	if (ship_lines__encode(reader->lines, item, &line) < 0)
		return 0;
	if (ship_topic_line_parse(line.text, line.len, &about) < 0)
		return -EBADMSG;
	return add_line(reader, source, session, position, line.text, line.len, &about);
}

int reader_take_record(struct reader *reader, size_t source,
		       const struct et_recording_reader *recording,
		       const struct et_recorded *record, const char *host,
		       struct position_message *message)
{
	const struct et_file_origin *origin = et_recording_reader_origin(recording);
	struct ship_segment segment = { .reader = recording };
	const struct ship_item item = { .recorded = *record, .segment = &segment };
	const struct ship_received from = { .host = segment.host,
					    .boot_id = segment.boot_id,
					    .session = segment.session };
	struct session *session;
	int r;

	if (origin) {
		memcpy(segment.host, origin->host, sizeof(segment.host));
		memcpy(segment.boot_id, origin->boot_id, sizeof(segment.boot_id));
		memcpy(segment.session, origin->session, sizeof(segment.session));
		segment.first_seq = origin->first_seq;
	}
	if (host)
		snprintf(segment.host, sizeof(segment.host), "%s", host);
	if (!is_wanted_host(reader->options, segment.host))
		return 0;
	session = session_of(reader, &from);
	if (!session)
		return -ENOMEM;
	r = take_record(reader, source, session, message, &item);
	return r < 0 ? r : print_ready(reader);
}

static int take_recording(struct reader *reader, size_t source, struct position_message *position,
			  const struct ship_received *message)
{
	struct et_recording_reader *recording = NULL;
	struct et_recorded record;
	int r = et_recording_reader_new_on_bytes(message->payload, message->size, &recording);

	if (r < 0)
		return r;
	do {
		while ((r = et_recording_reader_next(recording, &record)) > 0) {
			int r2 = reader_take_record(reader, source, recording, &record,
						    message->host, position);

			if (r2 < 0) {
				et_recording_reader_free(recording);
				return r2;
			}
		}
		if (r == -EAGAIN)
			r = et_recording_reader_fill(recording);
		/* No sender compresses one: a small message could hold any number of records. */
		if (r > 0 && et_recording_reader_is_compressed(recording))
			r = -EBADMSG;
	} while (r > 0);
	if (*et_recording_reader_why(recording))
		r = -EBADMSG;
	et_recording_reader_free(recording);
	return r;
}

static int take_payload(struct reader *reader, size_t source, struct position_message *position,
			const struct ship_received *message)
{
	struct session *session;

	if (!is_wanted_host(reader->options, message->host) ||
	    strcmp(message->kind, SHIP_KIND_ACCOUNT) == 0)
		return 0;
	if (strcmp(message->format, "record") == 0)
		return take_recording(reader, source, position, message);
	session = session_of(reader, message);
	return session ? take_lines(reader, source, session, position, message) : -ENOMEM;
}

int reader_take_message(struct reader *reader, size_t source, const struct ship_received *message)
{
	struct position_message *position = NULL;
	int r;

	/* Only a group has positions. */
	if (reader->options->group) {
		position = positions_open(&reader->positions, message->partition, message->offset);
		if (!position)
			return -ENOMEM;
	}
	r = take_payload(reader, source, position, message);
	if (position)
		positions_close(position);
	if (r == -EBADMSG) {
		reader->counts.unreadable++;
		r = 0;
	}
	return r < 0 ? r : print_ready(reader);
}

int reader_idle(struct reader *reader, size_t source, uint64_t now_ns)
{
	merge_advance(reader->merge, source, now_ns);
	return print_ready(reader);
}

int reader_end(struct reader *reader, size_t source)
{
	merge_end(reader->merge, source);
	return print_ready(reader);
}

size_t reader_wanted(const struct reader *reader)
{
	return merge_wanted(reader->merge);
}

bool reader_is_done(const struct reader *reader)
{
	return has_enough(reader) || merge_is_done(reader->merge);
}

bool reader_holds(const struct reader *reader)
{
	return merge_count(reader->merge) > 0;
}

struct positions *reader_positions(struct reader *reader)
{
	return &reader->positions;
}

struct reader_counts reader_counts(const struct reader *reader)
{
	struct reader_counts counts = reader->counts;

	counts.late = merge_late(reader->merge);
	return counts;
}

void reader_free(struct reader *reader)
{
	if (!reader)
		return;
	merge_free(reader->merge);
	positions_free(&reader->positions);
	for (size_t i = 0; i < reader->names.count; i++)
		ship_ranges_free(&reader->sessions[i].seen);
	ship_sessions_free(&reader->names);
	free(reader->sessions);
	ship_lines__free(reader->lines);
	free(reader);
}
