/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/verify/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/recording/reader.h"
#include "lib/segments/array.h"
#include "tools/eventstrace/printable.h"
#include "tools/ship/account.h"
#include "tools/ship/ranges.h"
#include "tools/ship/sessions.h"
#include "tools/ship/topic_line.h"

/* A session is silent when this many accounts are missing. */
#define SILENT_MS (3 * (int64_t)SHIP_ACCOUNT_MS)

/* What the topic has of a segment. */
struct counted {
	uint64_t received, lost;
};

struct segment {
	uint64_t number;
	uint64_t min_seq;          /* the smallest number that was seen */
	uint64_t next_seq;         /* after the largest number that was seen */
	struct counted all;        /* each event once */
	struct counted at_account; /* the same, when the last account came */
	bool has_account;
	enum ship_account_moment moment;
	struct ship_account_counts account; /* the last one */
};

struct session {
	size_t index;      /* of its name */
	int32_t partition; /* of its first message */
	bool divided;      /* another partition has messages of it */
	struct ship_ranges seen;
	uint64_t next_seq; /* after the largest number that was seen */
	struct segment *segments;
	size_t count;
	size_t current; /* the segment of the last message */
	struct ship_range twice, late;
	uint64_t accounted; /* the largest next_seq of an account */
	bool started, ended;
	/* when its messages were sent */
	int64_t first_ms, last_ms;
	int64_t last_new_ms; /* of the last one with an event that was not there before */
	struct ledger_session sums;
};

/* A segment that a LOST line reports as dropped. */
struct dropped {
	size_t session; /* index of the session of the line: it has the host */
	uint64_t segment;
};

struct ledger {
	ledger_fn fn;
	void *ctx;
	struct ship_sessions names;
	struct session *sessions; /* as many as names */
	struct dropped *dropped;
	size_t dropped_count;
	bool *cut_partitions; /* partitions whose first messages are gone */
	size_t partition_room;
	int faults;
	char why[128]; /* why the last message with -EBADMSG is no message of events */
};

int ledger_new(ledger_fn fn, void *ctx, struct ledger **ret)
{
	struct ledger *ledger = calloc(1, sizeof(*ledger));

	if (!ledger)
		return -ENOMEM;
	ledger->fn = fn;
	ledger->ctx = ctx;
	*ret = ledger;
	return 0;
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "unknown";
}

static const struct ship_session_name *name_of(const struct ledger *ledger, size_t session)
{
	return &ledger->names.names[session];
}

__attribute__((format(printf, 4, 5))) static void find(struct ledger *ledger, enum ledger_kind kind,
						       struct session *session, const char *fmt,
						       ...)
{
	char what[512], line[768], safe[2048];
	const struct ledger_finding finding = {
		.kind = kind,
		.is_fault = kind < LEDGER_DUPLICATE,
		.message = safe,
	};
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (session)
		snprintf(line, sizeof(line), "host %s, session %s: %s",
			 or_unknown(name_of(ledger, session->index)->host),
			 or_unknown(name_of(ledger, session->index)->session), what);
	else
		snprintf(line, sizeof(line), "%s", what);
	printable(safe, sizeof(safe), line, false);
	if (finding.is_fault) {
		ledger->faults++;
		if (session)
			session->sums.faults++;
	}
	ledger->fn(ledger->ctx, &finding);
}

void ledger_begin_partition(struct ledger *ledger, int32_t partition, int64_t offset)
{
	const size_t index = (size_t)partition;

	if (offset <= 0)
		return;
	if (index >= ledger->partition_room) {
		bool *more = realloc(ledger->cut_partitions, (index + 1) * sizeof(*more));

		/* Without memory, what is out of sight is reported as a gap. */
		if (!more)
			return;
		memset(more + ledger->partition_room, 0,
		       (index + 1 - ledger->partition_room) * sizeof(*more));
		ledger->cut_partitions = more;
		ledger->partition_room = index + 1;
	}
	ledger->cut_partitions[index] = true;
	find(ledger, LEDGER_BEFORE, NULL,
	     "partition %d begins at message %lld: earlier messages are out of sight", partition,
	     (long long)offset);
}

static bool is_cut(const struct ledger *ledger, int32_t partition)
{
	return (size_t)partition < ledger->partition_room && ledger->cut_partitions[partition];
}

/* ---- messages ------------------------------------------------------------------------------ */

/* The session of a message; a new one is added. Return: NULL without memory. */
static struct session *session_of(struct ledger *ledger, const struct ship_received *message)
{
	const size_t count = ledger->names.count;
	size_t index;
	int r;

	if (!et_array_grow((void **)&ledger->sessions, count, sizeof(*ledger->sessions)))
		return NULL;
	r = ship_sessions_find(&ledger->names, message, &index);
	if (r < 0)
		return NULL;
	if (r == 1)
		ledger->sessions[index] = (struct session){
			.index = index,
			.partition = message->partition,
			.first_ms = message->time_ms,
			.last_ms = -1,
			.last_new_ms = message->time_ms,
		};
	return &ledger->sessions[index];
}

/* The segment of a message; a new one is added. Return: NULL without memory. */
static struct segment *segment_of(struct session *session, uint64_t number)
{
	struct segment *segment;

	if (session->count && session->segments[session->current].number == number)
		return &session->segments[session->current];
	for (size_t i = session->count; i-- > 0;)
		if (session->segments[i].number == number) {
			session->current = i;
			return &session->segments[i];
		}
	if (!et_array_grow((void **)&session->segments, session->count, sizeof(*segment)))
		return NULL;
	session->current = session->count;
	segment = &session->segments[session->count++];
	*segment = (struct segment){ .number = number, .min_seq = UINT64_MAX };
	return segment;
}

static void end_twice(struct ledger *ledger, struct session *session)
{
	struct ship_range *run = &session->twice;

	if (run->first < run->next)
		find(ledger, LEDGER_DUPLICATE, session,
		     "numbers %" PRIu64 " to %" PRIu64 " are there twice", run->first,
		     run->next - 1);
	*run = (struct ship_range){ 0 };
}

static void end_late(struct ledger *ledger, struct session *session)
{
	struct ship_range *run = &session->late;

	if (run->first < run->next)
		find(ledger, LEDGER_ORDER, session,
		     "numbers %" PRIu64 " to %" PRIu64 " come behind larger ones", run->first,
		     run->next - 1);
	*run = (struct ship_range){ 0 };
}

static void see_twice(struct ledger *ledger, struct session *session, uint64_t seq)
{
	session->sums.duplicates++;
	if (session->twice.next != seq)
		end_twice(ledger, session);
	if (session->twice.first == session->twice.next)
		session->twice.first = seq;
	session->twice.next = seq + 1;
}

static void see_late(struct ledger *ledger, struct session *session, uint64_t seq)
{
	if (session->late.next != seq)
		end_late(ledger, session);
	if (session->late.first == session->late.next)
		session->late.first = seq;
	session->late.next = seq + 1;
}

static int see_dropped(struct ledger *ledger, const struct session *session, uint64_t segment)
{
	struct dropped *dropped;

	if (!et_array_grow((void **)&ledger->dropped, ledger->dropped_count, sizeof(*dropped)))
		return -ENOMEM;
	dropped = &ledger->dropped[ledger->dropped_count++];
	dropped->session = session->index;
	dropped->segment = segment;
	return 0;
}

static int see_event(struct ledger *ledger, struct session *session, struct segment *segment,
		     const struct ship_topic_line *line)
{
	int r = ship_ranges_add(&session->seen, line->seq);

	if (r == 0)
		see_twice(ledger, session, line->seq);
	if (r <= 0)
		return r;
	session->last_new_ms = session->last_ms;
	if (line->seq < session->next_seq)
		see_late(ledger, session, line->seq);
	else
		session->next_seq = line->seq + 1;
	if (line->seq < segment->min_seq)
		segment->min_seq = line->seq;
	if (line->seq >= segment->next_seq)
		segment->next_seq = line->seq + 1;
	if (line->kind == SHIP_LINE_EVENT)
		segment->all.received++;
	if (line->kind != SHIP_LINE_LOST)
		return 0;
	segment->all.lost += line->lost;
	return line->lost_segment ? see_dropped(ledger, session, line->lost_segment) : 0;
}

static bool is_closed(const struct segment *segment)
{
	return segment->has_account && (segment->moment == SHIP_ACCOUNT_SEGMENT_END ||
					segment->moment == SHIP_ACCOUNT_SESSION_END);
}

/*
 * True if the account was sent again, by a sender that reads a segment again after a restart. It
 * counts less than the topic has: a later account was there before, or follows.
 */
static bool is_repeated(const struct segment *segment, const struct ship_topic_line *line)
{
	if (line->moment != SHIP_ACCOUNT_START && line->moment != SHIP_ACCOUNT_RUNNING)
		return false;
	return segment->next_seq > line->counts.next_seq || is_closed(segment);
}

static void see_account(struct session *session, struct segment *segment,
			const struct ship_topic_line *line)
{
	if (line->moment == SHIP_ACCOUNT_START)
		session->started = true;
	if (line->moment == SHIP_ACCOUNT_SESSION_END)
		session->ended = true;
	if (is_repeated(segment, line))
		return;
	segment->has_account = true;
	segment->moment = line->moment;
	segment->account = line->counts;
	segment->at_account = segment->all;
	if (line->counts.next_seq > session->accounted)
		session->accounted = line->counts.next_seq;
}

static int see_line(struct ledger *ledger, struct session *session, struct segment *segment,
		    const char *text, size_t len)
{
	struct ship_topic_line line;
	int r = ship_topic_line_parse(text, len, &line);

	if (r < 0)
		return r;
	if (line.kind == SHIP_LINE_ACCOUNT)
		see_account(session, segment, &line);
	else
		r = see_event(ledger, session, segment, &line);
	return r;
}

static int see_lines(struct ledger *ledger, struct session *session, struct segment *segment,
		     const struct ship_received *message)
{
	const char *line = message->payload, *end = line + message->size;
	unsigned long damaged = 0;
	int r = 0;

	while (line < end && r == 0) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline ? newline + 1 : end;

		r = see_line(ledger, session, segment, line, (size_t)(next - line));
		/* The lines after it can be events. */
		if (r == -EBADMSG) {
			damaged++;
			r = 0;
		}
		line = next;
	}
	if (r < 0 || !damaged)
		return r;
	snprintf(ledger->why, sizeof(ledger->why), "%lu of its lines are no events", damaged);
	return -EBADMSG;
}

/* The payload is a recording. Its records have numbers from that of its header on. */
static int see_records(struct ledger *ledger, struct session *session, struct segment *segment,
		       const struct ship_received *message)
{
	struct et_recording_reader *reader = NULL;
	const struct et_file_origin *origin;
	struct ship_topic_line line;
	struct et_recorded rec;
	int r = et_recording_reader_new_on_bytes(message->payload, message->size, &reader);

	if (r < 0)
		return r;
	do {
		while ((r = et_recording_reader_next(reader, &rec)) > 0) {
			origin = et_recording_reader_origin(reader);
			ship_topic_record_parse(rec.data, rec.len,
						(origin ? origin->first_seq : 0) + rec.index,
						&line);
			r = see_event(ledger, session, segment, &line);
			if (r < 0)
				break;
		}
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
		/* No sender compresses one: a small message could hold any number of records. */
		if (r > 0 && et_recording_reader_is_compressed(reader)) {
			snprintf(ledger->why, sizeof(ledger->why), "its recording is compressed");
			r = -EBADMSG;
		}
	} while (r > 0);
	if (*et_recording_reader_why(reader)) {
		snprintf(ledger->why, sizeof(ledger->why), "its recording %s",
			 et_recording_reader_why(reader));
		r = -EBADMSG;
	}
	et_recording_reader_free(reader);
	return r;
}

/* Only within one partition, messages keep their order. */
static void check_partition(struct ledger *ledger, struct session *session, int32_t partition)
{
	if (session->divided || partition == session->partition)
		return;
	session->divided = true;
	find(ledger, LEDGER_ORDER, session,
	     "its messages are in partitions %d and %d, which have no order between them",
	     session->partition, partition);
}

int ledger_see(struct ledger *ledger, const struct ship_received *message)
{
	struct session *session = session_of(ledger, message);
	struct segment *segment = session ? segment_of(session, message->segment) : NULL;
	int r;

	if (!segment)
		return -ENOMEM;
	check_partition(ledger, session, message->partition);
	if (message->time_ms > session->last_ms)
		session->last_ms = message->time_ms;
	if (strcmp(message->format, "record") == 0)
		r = see_records(ledger, session, segment, message);
	else
		r = see_lines(ledger, session, segment, message);
	if (r != -EBADMSG)
		return r;
	find(ledger, LEDGER_DAMAGED, session,
	     "message %lld of partition %d has something that is no event: %s",
	     (long long)message->offset, message->partition, ledger->why);
	return 0;
}

/* ---- comparing ----------------------------------------------------------------------------- */

/*
 * True if a LOST line of session @of can report a segment of @session. The line can be in a later
 * session of the host, also after a boot: numbers of segments only grow in a folder. Two machines
 * can have one host name, but they have different boots. Their sessions overlap in time. A sender
 * that was killed sends some events again, so only new ones count for the end of a session.
 */
static bool can_report(const struct ledger *ledger, const struct session *of,
		       const struct session *session)
{
	const struct ship_session_name *a = name_of(ledger, of->index);
	const struct ship_session_name *b = name_of(ledger, session->index);

	if (strcmp(a->host, b->host) != 0)
		return false;
	return strcmp(a->boot_id, b->boot_id) == 0 ||
	       (session->last_new_ms >= 0 && session->last_new_ms <= of->first_ms);
}

static bool is_dropped(const struct ledger *ledger, const struct session *session, uint64_t segment)
{
	for (size_t i = 0; i < ledger->dropped_count; i++)
		if (ledger->dropped[i].segment == segment &&
		    can_report(ledger, &ledger->sessions[ledger->dropped[i].session], session))
			return true;
	return false;
}

static uint64_t first_of(const struct segment *segment)
{
	return segment->has_account ? segment->account.first_seq : segment->min_seq;
}

static int compare_segments(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/*
 * A session whose start is out of sight begins with its first event. If only accounts are in sight,
 * it begins after the events that they count.
 */
static uint64_t first_in_sight(const struct session *session)
{
	if (session->started)
		return 0;
	return session->seen.count ? session->seen.ranges[0].first : session->accounted;
}

/* Numbers of @gap for which the sender had no line, because the decoder rejected their records. */
static uint64_t rejected_in(const struct session *session, const struct ship_range *gap)
{
	uint64_t rejected = 0;

	for (size_t i = 0; i < session->count; i++) {
		const struct segment *segment = &session->segments[i];

		if (segment->has_account && segment->account.first_seq < gap->next &&
		    segment->account.next_seq > gap->first)
			rejected += segment->account.rejected;
	}
	return rejected;
}

/*
 * True if the numbers of @gap are those of segments that LOST lines report. The gap begins where a
 * segment ends, or in one that was dropped itself, and ends where another segment begins.
 */
static bool is_reported(const struct ledger *ledger, const struct session *session,
			const struct ship_range *gap)
{
	const struct segment *behind = NULL, *before = NULL;

	for (size_t i = 0; i < session->count; i++) {
		const struct segment *segment = &session->segments[i];

		if (first_of(segment) == gap->next && !behind)
			behind = segment;
		if (first_of(segment) < gap->next)
			before = segment;
	}
	if (!behind || behind->number < 2)
		return false;
	if (!before)
		return is_dropped(ledger, session, behind->number - 1);
	if (!is_dropped(ledger, session, before->number) &&
	    (!is_closed(before) || before->account.next_seq != gap->first))
		return false;
	for (uint64_t n = before->number + 1; n < behind->number; n++)
		if (!is_dropped(ledger, session, n))
			return false;
	return true;
}

static void check_gap(struct ledger *ledger, struct session *session, const struct ship_range *gap)
{
	const uint64_t missing = gap->next - gap->first;

	if (is_reported(ledger, session, gap))
		find(ledger, LEDGER_DROPPED, session,
		     "numbers %" PRIu64 " to %" PRIu64
		     " are of dropped segments, which LOST lines report",
		     gap->first, gap->next - 1);
	else if (missing <= rejected_in(session, gap))
		find(ledger, LEDGER_DROPPED, session,
		     "numbers %" PRIu64 " to %" PRIu64
		     " have no line: the sender could not decode their records",
		     gap->first, gap->next - 1);
	else
		find(ledger, LEDGER_GAP, session,
		     "%" PRIu64 " numbers are missing: %" PRIu64 " to %" PRIu64, missing,
		     gap->first, gap->next - 1);
}

/* All numbers from the first in sight up to the last account, or up to the last event. */
static void check_numbers(struct ledger *ledger, struct session *session)
{
	const struct ship_ranges *seen = &session->seen;
	uint64_t next = first_in_sight(session);

	if (next && is_cut(ledger, session->partition)) {
		find(ledger, LEDGER_BEFORE, session,
		     "its first %" PRIu64 " numbers are out of sight", next);
	} else if (next) {
		const struct ship_range gap = { 0, next };

		check_gap(ledger, session, &gap);
	}
	for (size_t i = 0; i < seen->count; i++) {
		const struct ship_range gap = { next, seen->ranges[i].first };

		if (gap.first < gap.next)
			check_gap(ledger, session, &gap);
		next = seen->ranges[i].next;
	}
	if (next < session->accounted) {
		const struct ship_range gap = { next, session->accounted };

		check_gap(ledger, session, &gap);
	}
}

/* Compare the last account of a segment with the events before it. */
static void check_account(struct ledger *ledger, struct session *session,
			  const struct segment *segment)
{
	const struct ship_account_counts *account = &segment->account;
	const struct counted *has = &segment->at_account;
	/* The probes have counted a record that the sender could not decode. */
	const uint64_t counted = account->received + account->lost + account->rejected;

	if (account->received != has->received || account->lost != has->lost)
		find(ledger, LEDGER_ACCOUNT, session,
		     "segment %" PRIu64 ": its account has %" PRIu64 " events and %" PRIu64
		     " lost ones, and the topic has %" PRIu64 " and %" PRIu64,
		     segment->number, account->received, account->lost, has->received, has->lost);
	else if (is_closed(segment) && account->attempted != counted)
		find(ledger, LEDGER_ACCOUNT, session,
		     "segment %" PRIu64 ": of %" PRIu64 " attempted events, %" PRIu64
		     " are received, %" PRIu64 " are lost and %" PRIu64 " are rejected",
		     segment->number, account->attempted, account->received, account->lost,
		     account->rejected);
	session->sums.attempted += is_closed(segment) ? account->attempted : counted;
	session->sums.received += has->received;
	session->sums.lost += has->lost;
	session->sums.rejected += account->rejected;
}

static void check_segment(struct ledger *ledger, struct session *session,
			  const struct segment *segment, bool is_last)
{
	const uint64_t behind = segment->all.received - segment->at_account.received;

	/* LOST lines report all events of a dropped segment, also those that were sent before. */
	if (!is_closed(segment) && is_dropped(ledger, session, segment->number)) {
		find(ledger, LEDGER_DROPPED, session,
		     "segment %" PRIu64 " was dropped after %" PRIu64
		     " of its events were sent: LOST lines report them too",
		     segment->number, segment->all.received);
		return;
	}
	if (segment->has_account && segment->account.first_seq < first_in_sight(session)) {
		find(ledger, LEDGER_BEFORE, session,
		     "segment %" PRIu64 " is not verified: its first events are out of sight",
		     segment->number);
		return;
	}
	if (segment->has_account)
		check_account(ledger, session, segment);
	if (behind && is_last)
		find(ledger, LEDGER_BEHIND, session,
		     "segment %" PRIu64 ": %" PRIu64
		     " events behind the last account are not verified yet",
		     segment->number, behind);
	else if (!is_last && !is_closed(segment) && segment->moment != SHIP_ACCOUNT_CUT)
		find(ledger, LEDGER_ACCOUNT, session,
		     "segment %" PRIu64
		     " has no account of its end, and the next segment has begun",
		     segment->number);
	if (!is_last && segment->has_account && segment->moment == SHIP_ACCOUNT_CUT)
		find(ledger, LEDGER_DAMAGED, session,
		     "segment %" PRIu64 " was not read to its end: what follows number %" PRIu64
		     " of it is missing",
		     segment->number, segment->account.next_seq - 1);
}

/* The largest number of a session that was seen. */
static uint64_t last_seq(const struct session *session)
{
	return session->next_seq ? session->next_seq - 1 : 0;
}

static void check_end(struct ledger *ledger, struct session *session, int64_t now_ms)
{
	const struct segment *last = &session->segments[session->count - 1];
	const int64_t silent_ms = now_ms - session->last_ms;

	if (session->ended)
		return;
	if (last->has_account && last->moment == SHIP_ACCOUNT_CUT)
		find(ledger, LEDGER_CUT, session,
		     "session ended without its end after number %" PRIu64, last_seq(session));
	else if (silent_ms >= SILENT_MS)
		find(ledger, LEDGER_SILENT, session,
		     "silent for %lld s, after number %" PRIu64
		     ": its sender does not run or cannot reach the cluster, or the session ended "
		     "without its end",
		     (long long)(silent_ms / 1000), last_seq(session));
}

int ledger_finish(struct ledger *ledger, int64_t now_ms)
{
	for (size_t i = 0; i < ledger->names.count; i++) {
		struct session *session = &ledger->sessions[i];

		end_twice(ledger, session);
		end_late(ledger, session);
		qsort(session->segments, session->count, sizeof(*session->segments),
		      compare_segments);
		session->current = 0;
		check_numbers(ledger, session);
		for (size_t k = 0; k < session->count; k++)
			check_segment(ledger, session, &session->segments[k],
				      k + 1 == session->count);
		check_end(ledger, session, now_ms);
	}
	return ledger->faults;
}

bool ledger_session(const struct ledger *ledger, size_t n, struct ledger_session *ret)
{
	const struct session *session;

	if (n >= ledger->names.count)
		return false;
	session = &ledger->sessions[n];
	*ret = session->sums;
	ret->host = name_of(ledger, n)->host;
	ret->boot_id = name_of(ledger, n)->boot_id;
	ret->session = name_of(ledger, n)->session;
	ret->ended = session->ended;
	return true;
}

bool ledger_adds_up(const struct ledger_session *session)
{
	return session->attempted == session->received + session->lost + session->rejected;
}

void ledger_free(struct ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < ledger->names.count; i++) {
		ship_ranges_free(&ledger->sessions[i].seen);
		free(ledger->sessions[i].segments);
	}
	ship_sessions_free(&ledger->names);
	free(ledger->sessions);
	free(ledger->dropped);
	free(ledger->cut_partitions);
	free(ledger);
}
