/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/read/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/wire/schema.h"
#include "tools/ship/account.h"
#include "tools/ship/ranges.h"
#include "tools/ship/read/merge.h"
#include "tools/ship/read/recent.h"
#include "tools/ship/read/streams.h"
#include "tools/ship/sessions.h"
#include "tools/ship/topic_line.h"

/* What is known of a session. */
struct session {
	struct ship_ranges seen;
	int32_t partition; /* of its last message */
	uint64_t last_ns;  /* the latest time of its lines, which is never in the future */
};

struct reader {
	const struct ship_source_options *options;
	FILE *out;
	struct merge *merge;
	struct positions positions;
	struct recent *names;
	struct session *sessions; /* as many as names */
	size_t session_room;
	struct streams *streams; /* filters records, and makes their lines */
	/* The recording whose records come. NULL in `records`: its header is not used yet. */
	const struct et_recording_reader *recording;
	struct et_records *records;
	uint64_t rejected_before;          /* records of earlier recordings of its stream */
	struct session *session;           /* of the recording */
	uint64_t first_seq;                /* number of the recording's first record */
	bool is_skipped;                   /* the recording's host is not wanted */
	bool is_numbered;                  /* the numbers of its records are those of a session */
	const char *host;                  /* in place of the recording's; NULL: that one */
	bool has_learned;                  /* a record of the recording: reader_learn() */
	size_t source;                     /* of the record that is taken now */
	struct position_message *position; /* of the message with the recording; NULL: none */
	/*
	 * Messages of a group that lack what the options need, before one was answered. They do not
	 * count as read yet.
	 */
	struct position_message *undecided[READER_REFUSED_MAX];
	size_t undecided_count;
	bool has_answered; /* a message had what the options need */
	struct reader_counts counts;
	int output_error; /* errno of the output's failure; 0: none */
	char error[512];
};

static streams_line_fn take_line;

int reader_new(const struct ship_source_options *options, FILE *out, struct reader **ret,
	       char *error, size_t size)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	const struct streams_options how = {
		.tracer = &options->tracer,
		.fd = fileno(out),
		.is_one = options->folder,
		.on_line = take_line,
		.ctx = reader,
	};
	int r;

	if (!reader || recent_new(READER_SESSIONS_MAX, &reader->names) < 0) {
		snprintf(error, size, "no memory");
		reader_free(reader);
		return -ENOMEM;
	}
	reader->options = options;
	reader->out = out;
	r = streams_new(&how, &reader->streams, error, size);
	if (r < 0) {
		reader_free(reader);
		return r;
	}
	*ret = reader;
	return 0;
}

int reader_set_sources(struct reader *reader, size_t sources)
{
	return merge_new(sources, reader->options->window_ns, &reader->merge);
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

static int print(struct reader *reader, const char *text, size_t len)
{
	errno = 0;
	return fwrite(text, 1, len, reader->out) == len ? 0 : output_failed(reader);
}

/* Print the lines for which no earlier one is expected. */
static int print_ready(struct reader *reader)
{
	struct merge_line line;

	while (!has_enough(reader) && merge_take(reader->merge, &line)) {
		int r = print(reader, line.text, line.len);

		free(line.text);
		if (r < 0)
			return r;
		reader->counts.printed++;
		if (line.cookie)
			positions_written(line.cookie);
	}
	return 0;
}

int reader_flush(struct reader *reader)
{
	/* Lines that the output did not take are not there for a second flush. */
	if (reader->output_error)
		return -EIO;
	errno = 0;
	return fflush(reader->out) ? output_failed(reader) : 0;
}

const char *reader_error(const struct reader *reader)
{
	return reader->error;
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
 * Losses are always printed, because wanted events can be among them. Processes at the beginning of
 * a segment are no events.
 */
static bool is_wanted(const struct ship_source_options *options, const struct ship_topic_line *line)
{
	const uint64_t until_ns = options->tracer.options.until_ns;

	if (line->time_unix_ns < options->since_ns || line->kind == SHIP_LINE_SNAPSHOT ||
	    (until_ns && line->time_unix_ns > until_ns))
		return false;
	if (!options->events.made || line->kind == SHIP_LINE_LOST)
		return true;
	return event_list_find(line->event_type) & options->events.events;
}

/* The session of a message. Return: NULL without memory. */
static struct session *session_of(struct reader *reader, const struct ship_received *message)
{
	const struct ship_session_name name = ship_session_name_of(message);
	size_t number;
	int r;

	if (recent_count(reader->names) == reader->session_room) {
		size_t room = reader->session_room ? 2 * reader->session_room : 64;
		struct session *more = realloc(reader->sessions, room * sizeof(*more));

		if (!more)
			return NULL;
		reader->sessions = more;
		reader->session_room = room;
	}
	r = recent_find(reader->names, &name, &number);
	if (r < 0)
		return NULL;
	if (r == RECENT_REPLACED) {
		ship_ranges_free(&reader->sessions[number].seen);
		reader->counts.sessions_forgotten++;
	}
	if (r != RECENT_KNOWN)
		reader->sessions[number] = (struct session){ .last_ns = 0 };
	reader->sessions[number].partition = message->partition;
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

/* Note that a session and its source are at the time of an event. */
static void advance(struct reader *reader, size_t source, struct session *session, uint64_t time_ns)
{
	const uint64_t ordered_ns = order_ns(time_ns);

	/* A session's lines stay in their order, even if its clock was set back. */
	if (ordered_ns > session->last_ns)
		session->last_ns = ordered_ns;
	merge_advance(reader->merge, source, session->last_ns);
}

/*
 * Count an event of a session, and note that its source is at the event's time. Return: 1; 0 if the
 * event was there before; or -ENOMEM.
 */
static int see_event(struct reader *reader, size_t source, struct session *session, uint64_t seq,
		     uint64_t time_ns)
{
	int r = ship_ranges_add(&session->seen, seq);

	if (r == 0)
		reader->counts.duplicates++;
	if (r == 1 && session->seen.count > READER_RANGES_MAX) {
		ship_ranges_remove_first(&session->seen);
		reader->counts.gaps_forgotten++;
	}
	if (r == 1)
		advance(reader, source, session, time_ns);
	return r;
}

/* Add the line of the event that was just seen. A newline is added if it has none. */
static int add_line(struct reader *reader, size_t source, const struct session *session,
		    struct position_message *message, const char *text, size_t len)
{
	const bool is_cut = text[len - 1] != '\n';
	struct merge_line line = {
		.time_ns = session->last_ns,
		.len = len + is_cut,
		.cookie = message,
	};
	int r;

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

/* Store why a message, or a part of it, is left out. Return: @r. */
__attribute__((format(printf, 3, 4))) static int explain(struct reader *reader, int r,
							 const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(reader->error, sizeof(reader->error), fmt, args);
	va_end(args);
	return r;
}

/* Count lines or records that are no events. Return: -EBADMSG if there are any, else 0. */
static int count_unreadable(struct reader *reader, uint64_t count, const char *what)
{
	reader->counts.unreadable += count;
	return count ? explain(reader, -EBADMSG, "%" PRIu64 " of its %s", count, what) : 0;
}

static int take_lines(struct reader *reader, size_t source, struct session *session,
		      struct position_message *position, const struct ship_received *message)
{
	const char *text = message->payload, *end = text + message->size;
	uint64_t unreadable = 0;
	int r = 0;

	while (text < end && r == 0) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;
		const size_t len = (size_t)(next - text);
		struct ship_topic_line line;

		r = ship_topic_line_parse(text, len, &line);
		if (r == 0 && line.kind != SHIP_LINE_ACCOUNT) {
			r = see_event(reader, source, session, line.seq, line.time_unix_ns);
			if (r == 1)
				r = is_wanted(reader->options, &line)
					    ? add_line(reader, source, session, position, text, len)
					    : 0;
		}
		/* The lines after it can be events. */
		if (r == -EBADMSG) {
			unreadable++;
			r = 0;
		}
		text = next;
	}
	return r < 0 ? r : count_unreadable(reader, unreadable, "lines are no events");
}

/* A line of the stream of the present recording. */
static int take_line(void *ctx, const struct et_event *event, const char *line, size_t len)
{
	struct reader *reader = ctx;

	/* Names of columns. */
	if (!event)
		return print(reader, line, len);
	return add_line(reader, reader->source, reader->session, reader->position, line, len);
}

/* A stream has failed: @r. Return: as reader_take_message(). */
static int stream_failed(struct reader *reader, int r)
{
	const struct et_file_origin *origin = et_recording_reader_origin(reader->recording);

	if (r != -EINVAL)
		return r;
	return explain(reader, -ENOTSUP, "a recording of %s %s",
		       origin && *origin->host ? origin->host : "an unknown host",
		       reader->records->pipeline.error.message);
}

/* Use the header of the recording, if it was read. Return: as reader_take_message(). */
static int use_header(struct reader *reader)
{
	const struct et_file_origin *origin = et_recording_reader_origin(reader->recording);
	const struct ship_received from = {
		.host = reader->host ? reader->host
			: origin     ? origin->host
				     : "",
		.boot_id = origin ? origin->boot_id : "",
		.session = origin ? origin->session : "",
		.partition = reader->position ? reader->position->partition : 0,
	};
	int r;

	if (reader->records || reader->is_skipped || !et_recording_reader_header(reader->recording))
		return 0;
	reader->is_skipped = !is_wanted_host(reader->options, from.host);
	if (reader->is_skipped)
		return 0;
	reader->first_seq = origin ? origin->first_seq : 0;
	reader->is_numbered = origin && *origin->session;
	reader->session = session_of(reader, &from);
	if (!reader->session)
		return -ENOMEM;
	r = streams_find(reader->streams, from.host, from.boot_id, &reader->records, reader->error,
			 sizeof(reader->error));
	if (r < 0)
		return r;
	reader->rejected_before = reader->records->pipeline.malformed;
	et_records_next(reader->records);
	r = et_records_begin(reader->records, reader->recording);
	return r < 0 ? stream_failed(reader, r) : 0;
}

void reader_begin_recording(struct reader *reader, const struct et_recording_reader *recording)
{
	reader->recording = recording;
	reader->records = NULL;
	reader->is_skipped = false;
	reader->has_learned = false;
	reader->host = NULL;
	reader->position = NULL;
	reader->rejected_before = 0;
}

int reader_take_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name, size_t len)
{
	struct reader *reader = ctx;
	int r = use_header(reader);

	return r < 0 || !reader->records ? r
					 : et_records_name(reader->records, kind, id, name, len);
}

int reader_take_record(struct reader *reader, size_t source, const struct et_recorded *record)
{
	const struct et_header *header = record->data;
	uint64_t time_ns = 0;
	int r = use_header(reader);

	if (r < 0 || !reader->records)
		return r;
	if (record->len >= sizeof(*header))
		time_ns = header->ts + record->clock_offset;
	reader->source = source;
	if (reader->is_numbered) {
		r = see_event(reader, source, reader->session, reader->first_seq + record->index,
			      time_ns);
		if (r <= 0)
			return r;
	} else {
		advance(reader, source, reader->session, time_ns);
	}
	r = et_records_select(reader->records, record);
	if (r == 1)
		r = et_records_put(reader->records, record);
	return r < 0 ? stream_failed(reader, r) : print_ready(reader);
}

bool reader_learns(const struct reader *reader)
{
	return streams_learn(reader->streams);
}

int reader_learn(struct reader *reader, const struct et_recorded *record)
{
	const bool is_first = !reader->has_learned;
	struct et_records *records;
	int r = streams_find(reader->streams, "", "", &records, reader->error,
			     sizeof(reader->error));

	if (r < 0)
		return r;
	reader->has_learned = true;
	return et_records_learn(records, reader->recording, record, is_first);
}

/* Take the records of the present recording. Return: 0, or as reader_take_record(). */
static int take_records(struct reader *reader, size_t source, struct et_recording_reader *recording)
{
	struct et_recorded record;
	const char *why;
	int r, r2 = 0;

	do {
		while (r2 == 0 && (r = et_recording_reader_next(recording, &record)) > 0)
			r2 = reader_take_record(reader, source, &record);
		if (r2 < 0)
			return r2;
		if (r == -EAGAIN)
			r = et_recording_reader_fill(recording);
		/* No sender compresses one: a small message could hold any number of records. */
		if (r > 0 && et_recording_reader_is_compressed(recording)) {
			reader->counts.unreadable++;
			return explain(reader, -EBADMSG, "its recording is compressed");
		}
	} while (r > 0);
	why = et_recording_reader_why(recording);
	if (!*why)
		return r;
	reader->counts.unreadable++;
	return explain(reader, -EBADMSG, "its recording %s", why);
}

/* Records of the present recording that the decoder has rejected. */
static uint64_t rejected(const struct reader *reader)
{
	return reader->records ? reader->records->pipeline.malformed : 0;
}

static int take_recording(struct reader *reader, size_t source, struct position_message *position,
			  const struct ship_received *message)
{
	struct et_recording_reader *recording = NULL;
	int r = et_recording_reader_new_on_bytes(message->payload, message->size, &recording);

	if (r < 0)
		return r;
	reader_begin_recording(reader, recording);
	reader->host = message->host;
	reader->position = position;
	r = take_records(reader, source, recording);
	if (r == 0)
		r = count_unreadable(reader, rejected(reader) - reader->rejected_before,
				     "records cannot be decoded");
	/* A recording whose host is not wanted answers nothing. */
	reader->has_answered |= r == 0 && reader->records;
	et_recording_reader_free(recording);
	return r;
}

/* The message has lines of JSON, which cannot answer an option. Return: -ENOTSUP. */
static int refuse_lines(struct reader *reader, const char *option)
{
	return explain(reader, -ENOTSUP,
		       "it has lines of JSON, which cannot answer --%s: leave it out, or send with "
		       "eventstrace-ship send --payload=record",
		       option);
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
	if (streams_needs_records(reader->streams))
		return refuse_lines(reader, streams_needs_records(reader->streams));
	session = session_of(reader, message);
	if (!session)
		return -ENOMEM;
	reader->has_answered = true;
	return take_lines(reader, source, session, position, message);
}

/* Put the message before the reason for which it is left out. */
static void name_message(struct reader *reader, const struct ship_received *message)
{
	char reason[sizeof(reader->error)];

	memcpy(reason, reader->error, sizeof(reason));
	snprintf(reader->error, sizeof(reader->error),
		 "message %" PRId64 " of partition %d, host %.80s: %.350s", message->offset,
		 message->partition, *message->host ? message->host : "unknown", reason);
}

/*
 * The message lacks what the options need. @position: NULL without a group. Return: 1, or -ENOTSUP
 * if no message has fitted yet, and too many have not.
 */
static int refuse(struct reader *reader, struct position_message *position)
{
	reader->counts.refused++;
	if (reader->has_answered) {
		if (position)
			positions_close(position);
		return 1;
	}
	if (position)
		reader->undecided[reader->undecided_count++] = position;
	return reader->counts.refused < READER_REFUSED_MAX ? 1 : -ENOTSUP;
}

/* A message has fitted: those that did not count as read. */
static void decide(struct reader *reader)
{
	while (reader->undecided_count)
		positions_close(reader->undecided[--reader->undecided_count]);
}

/* Forget the messages of a partition that do not count as read yet. */
static void forget_undecided(struct reader *reader, int32_t partition)
{
	size_t kept = 0;

	for (size_t i = 0; i < reader->undecided_count; i++)
		if (reader->undecided[i]->partition != partition)
			reader->undecided[kept++] = reader->undecided[i];
	reader->undecided_count = kept;
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
	*reader->error = '\0';
	r = take_payload(reader, source, position, message);
	if (r == -EBADMSG || r == -ENOTSUP)
		name_message(reader, message);
	if (reader->has_answered)
		decide(reader);
	if (r == -ENOTSUP) {
		r = refuse(reader, position);
	} else if (r == -EBADMSG || r == 0) {
		if (position)
			positions_close(position);
		r = r == 0 ? 0 : 1;
	}
	if (r >= 0) {
		const int r2 = print_ready(reader);

		r = r2 < 0 ? r2 : r;
	}
	return r;
}

bool reader_is_unanswered(const struct reader *reader)
{
	return !reader->has_answered && reader->counts.refused;
}

/* @cookie: the message of a line. @ctx: the partition */
static bool is_of_partition(void *ctx, const void *cookie)
{
	const struct position_message *message = cookie;
	const int32_t *partition = ctx;

	return message->partition == *partition;
}

void reader_forget(struct reader *reader, int32_t partition)
{
	merge_drop(reader->merge, is_of_partition, &partition);
	forget_undecided(reader, partition);
	positions_forget(&reader->positions, partition);
	/* Events that were seen and not printed come again: they are no duplicates. */
	for (size_t i = 0; i < recent_count(reader->names); i++) {
		if (reader->sessions[i].partition != partition)
			continue;
		ship_ranges_free(&reader->sessions[i].seen);
		reader->sessions[i].last_ns = 0;
	}
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

int reader_finish(struct reader *reader)
{
	merge_end_all(reader->merge);
	return print_ready(reader);
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
	counts.streams_closed = streams_closed(reader->streams);
	return counts;
}

bool reader_may_lack_events(const struct reader *reader)
{
	return streams_closed(reader->streams) && streams_learn(reader->streams);
}

void reader_free(struct reader *reader)
{
	if (!reader)
		return;
	merge_free(reader->merge);
	positions_free(&reader->positions);
	for (size_t i = 0; reader->names && i < recent_count(reader->names); i++)
		ship_ranges_free(&reader->sessions[i].seen);
	recent_free(reader->names);
	free(reader->sessions);
	streams_free(reader->streams);
	free(reader);
}
