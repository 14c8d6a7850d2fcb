/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays a recording: passes its records to lib/pipeline/pipeline.h, as a session does with the
 * records of BPF ring buffers.
 */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/decode/layouts.h"
#include "lib/enrich/enrich.h"
#include "lib/match/match.h"
#include "lib/include/eventstrace.h"
#include "lib/api/error.h"
#include "lib/api/options.h"
#include "lib/pipeline/pipeline.h"
#include "lib/recording/reader.h"
#include "lib/replay/file_gaps.h"
#include "lib/api/rows.h"

/* Sums of the counts at the ends of all recordings that were replayed before the present one. */
struct sums {
	__u64 events; /* event types that the recordings may contain, mask of ET_EVENT_BIT */
	struct et_event_stats rows[ET_EVENT_TYPES];
	__u64 missing;
	__u64 lost_told;
	/* true if the end of one of the recordings says that events are unaccounted for */
	bool unaccounted;
	bool cut; /* true if the end of one of the recordings was not read */
	unsigned int cpus_possible;
	/* emit mode of the last recording that was read to its end; empty: none */
	char wire_format[16];
};

struct et_replay {
	__u64 events; /* event types that the caller wants, mask of ET_EVENT_BIT */
	unsigned int drain_timeout_ms;
	bool blocked; /* true while the output accepts no more of the buffered bytes */
	/* true if `next` must be passed to the pipeline again: the output had no room */
	bool held;
	bool passes;                   /* true if the filters let `next` pass */
	__u64 dropped[ET_EVENT_TYPES]; /* events that the filters dropped, by event type */
	/* true if a LOST event for `gap` must be written before `next` */
	bool has_gap;
	struct et_gap gap;       /* events that are missing between two recordings */
	struct et_recorded next; /* the last record from the reader */
	struct et_recording_reader *reader;
	bool at_end; /* true after the recording's end or an error of the recording */
	struct et_file_gaps *gaps;
	struct sums sums;
	/* memory for et_session_stats.wire_format, which et_replay__stats() fills */
	char wire_format[16];
	struct et_matcher *matcher; /* the filters; NULL: there are none */
	__u64 since_ns, until_ns;   /* et_options.since_ns and until_ns */
	bool failed_only;           /* et_options.failed_only */
	struct et_layouts *layouts;
	bool header_used; /* true after use_header() for the present recording */
	/* Session and number of the last segment that was read to its end; 0: no segment. */
	char session[sizeof(((struct et_file_origin *)0)->session)];
	__u64 segment;
	bool follows;    /* true if a recording was read before the present one */
	__u64 first_seq; /* et_event.seq of the recording's first record */
	struct et_pipeline pipeline;
};

static et_recording_name_fn take_name;

/* Read this recording from its beginning. */
static int open_reader(struct et_replay *replay, int fd, struct et_recording_reader **ret)
{
	int r = et_recording_reader_new(fd, ret);

	if (r == 0)
		et_recording_reader_on_name(*ret, take_name, replay);
	return r;
}

static int check_options(const struct et_options *o, struct et_error *err)
{
	if (!o->events)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no events are asked for");
	if (o->output_fd < -1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "no such output: descriptor %d",
				    o->output_fd);
	if (o->record_fd != -1)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "a replay cannot be recorded");
	return 0;
}

int et_replay__open(const struct et_options *opts, int fd, struct et_replay **ret,
		    struct et_error *err)
{
	struct et_enricher *clock = NULL;
	struct et_options options;
	struct et_error ignored;
	struct et_replay *replay;
	int r;

	if (!err)
		err = &ignored;
	r = et_options_take(opts, &options, err);
	if (r == 0)
		r = check_options(&options, err);
	if (r < 0)
		return r;
	replay = calloc(1, sizeof(*replay));
	if (!replay)
		return et_error_set(err, ET_ERROR_SYSTEM, -ENOMEM, "no memory");

	replay->events = options.events;
	replay->drain_timeout_ms = options.drain_timeout_ms;
	replay->since_ns = options.since_ns;
	replay->until_ns = options.until_ns;
	replay->failed_only = options.failed_only;
	if (options.filter_count) {
		r = et_matcher_new(options.filters, options.filter_count, &replay->matcher, err);
		if (r < 0) {
			et_replay__close(replay);
			return r;
		}
	}
	r = open_reader(replay, fd, &replay->reader);
	if (r == 0)
		r = et_file_gaps__new(&replay->gaps);
	if (r == 0)
		r = et_layouts_new(&replay->layouts);
	if (r == 0)
		r = et_recorded_clock_new(&clock);
	if (r < 0)
		et_error_set(err, ET_ERROR_SYSTEM, r, "%s", strerror(-r));
	else
		r = et_pipeline_open(&replay->pipeline, &options, clock, err);
	replay->pipeline.layouts = replay->layouts;
	if (r < 0) {
		et_replay__close(replay);
		return r;
	}
	*ret = replay;
	return 0;
}

/* True if the caller wants events of the record's type, or et_options.context needs them. */
static bool is_wanted(const struct et_replay *replay, const struct et_recorded *rec)
{
	const struct et_header *hdr = rec->data;

	/*
	 * LOST records are always replayed. Records of an invalid type are replayed too: the
	 * decoder rejects and counts them.
	 */
	if (rec->len < sizeof(*hdr) || hdr->type >= ET_EVENT_TYPES)
		return true;
	return (replay->events | replay->pipeline.unprinted) & ET_EVENT_BIT(hdr->type);
}

/*
 * Pass the layout of each event type's records to the decoder. The recording's header has these
 * layouts.
 */
static void set_layouts(struct et_layouts *layouts, const struct et_recording_reader *reader)
{
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++)
		et_layouts_set(layouts, id, et_recording_reader_generation(reader, id));
	et_layouts_set(layouts, ET_LOST, et_recording_reader_generation(reader, ET_LOST));
}

/*
 * True if the session has written the present recording directly after the one that was replayed
 * last. So no file is missing between them, and LOST records report all missing events.
 */
static bool is_next_segment(const struct et_replay *replay, const struct et_file_origin *origin)
{
	return origin && *origin->session && !strcmp(origin->session, replay->session) &&
	       replay->segment && origin->segment == replay->segment + 1;
}

/* Store which segment was read to its end, for is_next_segment(). */
static void remember_segment(struct et_replay *replay)
{
	const struct et_file_origin *origin = et_recording_reader_origin(replay->reader);

	replay->follows = true;
	replay->segment = 0;
	if (!origin || !et_recording_reader_account(replay->reader))
		return;
	memcpy(replay->session, origin->session, sizeof(replay->session));
	replay->segment = origin->segment;
}

/*
 * Use the recording's header, which was just read: its layouts, its host, whether it has names, and
 * the number of its first event. A recording without an origin has no such number: its events
 * continue the numbers of the recording before. Return: 0 or -ENOMEM.
 */
static int use_header(struct et_replay *replay)
{
	const struct et_file_origin *origin = et_recording_reader_origin(replay->reader);

	set_layouts(replay->layouts, replay->reader);
	if (origin && origin->segment)
		et_file_gaps__segment(replay->gaps, origin->segment);
	if (replay->follows && !is_next_segment(replay, origin))
		et_file_gaps__next_file(replay->gaps);
	replay->first_seq = origin ? origin->first_seq : replay->pipeline.seq;
	et_pipeline_set_host(&replay->pipeline, origin ? origin->host : "",
			     origin ? origin->boot_id : "");
	replay->header_used = true;
	if (!replay->pipeline.names)
		return 0;
	return et_names_begin(replay->pipeline.names, origin && origin->flags & ET_FILE_HAS_NAMES);
}

/* ---- filters ------------------------------------------------------------------------------ */

static unsigned int generation_of(const void *reader, unsigned int id)
{
	return et_recording_reader_generation(reader, id);
}

/* Store the error message for a filter whose data the recording lacks. Return: -EINVAL. */
static int unanswered(struct et_replay *replay, const char *message)
{
	replay->pipeline.failed = -EINVAL;
	return et_error_set(&replay->pipeline.error, ET_ERROR_USAGE, -EINVAL, "%s", message);
}

/*
 * Use the recording's header as soon as it was read. Return: 0; -EINVAL if the recording lacks data
 * that the filters need; or -ENOMEM.
 */
static int begin_recording(struct et_replay *replay)
{
	struct et_error err;

	if (replay->header_used || !et_recording_reader_header(replay->reader))
		return 0;
	if (use_header(replay) < 0) {
		replay->pipeline.failed = -ENOMEM;
		return et_error_set(&replay->pipeline.error, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
	}
	if (!replay->matcher || et_matcher_check(replay->matcher, replay->events,
						 et_recording_reader_events(replay->reader),
						 generation_of, replay->reader, &err) == 0)
		return 0;
	return unanswered(replay, err.message);
}

/*
 * Take a name of a user or a group from the recording. A name may come before the first record, so
 * the recording begins here, too.
 */
static int take_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name, size_t len)
{
	struct et_replay *replay = ctx;
	int r = begin_recording(replay);

	if (r < 0 || !replay->pipeline.names)
		return r;
	return et_names_set(replay->pipeline.names, (enum et_name_kind)kind, id, name, len);
}

/*
 * True if an event at @time_ns, in nanoseconds since 1970, is in the range that the caller wants.
 */
static bool is_in_range(const struct et_replay *replay, __u64 time_ns)
{
	return time_ns >= replay->since_ns && (!replay->until_ns || time_ns <= replay->until_ns);
}

/* True for the exit of a process with status 0. A signal that ends a process is a failure. */
static bool is_success(const struct et_event *event)
{
	const struct et_process_exit *exit = (const void *)event->hdr;

	return event->hdr->type == ET_PROCESS_EXIT && !exit->exit_code && !exit->exit_signal;
}

/*
 * Apply the filters and the range of time to a record. Return: 1 if the record passes; 0 if it is
 * dropped; or a negative errno. An invalid record passes, so that the pipeline counts it.
 */
static int passes(struct et_replay *replay, const struct et_recorded *rec)
{
	struct et_event event;
	int r;

	if (!replay->matcher && !replay->since_ns && !replay->until_ns && !replay->failed_only)
		return 1;
	/* LOST records have no process, so only the range of time applies to them. */
	if (et_layouts_decode_synthetic(replay->layouts, rec->data, rec->len, &event) == 0)
		return is_in_range(replay, et_event_ts(&event) + rec->clock_offset);
	if (et_layouts_decode(replay->layouts, rec->data, rec->len, &event) < 0)
		return 1;
	if (replay->matcher) {
		r = et_matcher_learn(replay->matcher, &event);
		if (r < 0) {
			replay->pipeline.failed = r;
			return et_error_set(&replay->pipeline.error, ET_ERROR_SYSTEM, r,
					    "no memory");
		}
	}
	if (!(replay->events & ET_EVENT_BIT(event.hdr->type)) ||
	    !is_in_range(replay, et_event_ts(&event) + rec->clock_offset) ||
	    (replay->failed_only && is_success(&event)))
		return 0;
	r = replay->matcher ? et_matcher_match(replay->matcher, &event) : 1;
	return r == -ENOENT ? unanswered(replay,
					 "cannot be filtered by cgroup: for one of its cgroups, no "
					 "record has the path; record process events too, or "
					 "replay without this filter")
			    : r;
}

bool et_replay__learns(const struct et_replay *replay)
{
	return replay->matcher && et_matcher_learns(replay->matcher);
}

/* Pass all records of a recording to the matcher, which learns ancestors from them. */
static int learn(struct et_replay *replay, struct et_recording_reader *reader)
{
	struct et_recorded rec;
	struct et_event event;
	bool begun = false;
	int r;

	for (;;) {
		r = et_recording_reader_next(reader, &rec);
		if (r == -EAGAIN) {
			r = et_recording_reader_fill(reader);
			if (r < 0 && r != -EINTR && r != -EAGAIN)
				return r;
			continue;
		}
		if (r <= 0)
			return r;
		if (!begun)
			set_layouts(replay->layouts, reader);
		begun = true;
		if (et_layouts_decode(replay->layouts, rec.data, rec.len, &event) == 0 &&
		    et_matcher_learn(replay->matcher, &event) < 0)
			return -ENOMEM;
	}
}

int et_replay__learn(struct et_replay *replay, int fd)
{
	const off_t begin = lseek(fd, 0, SEEK_CUR);
	struct et_recording_reader *reader = NULL;
	int r;

	if (replay->pipeline.in_callback)
		return -EBUSY;
	if (begin < 0)
		return -errno;
	r = et_recording_reader_new(fd, &reader);
	if (r == 0 && replay->matcher)
		r = learn(replay, reader);
	et_recording_reader_free(reader);
	replay->header_used = false;
	/* Ignore a recording that is damaged or cut off: et_replay__step() reports it. */
	if (r == -EBADMSG || r == -ENODATA || r == -EPROTONOSUPPORT)
		r = 0;
	return lseek(fd, begin, SEEK_SET) < 0 ? -errno : r;
}

/* ---- records ------------------------------------------------------------------------------ */

/*
 * Write a LOST event for the events that are missing between two recordings, if it is in the range
 * of time. Return: 0 or an error of et_pipeline_lost().
 */
static int replay_gap(struct et_replay *replay)
{
	int r = 0;

	if (is_in_range(replay, replay->gap.before_ns + replay->next.clock_offset)) {
		et_recorded_clock_set(replay->pipeline.clock, replay->next.clock_offset);
		r = et_pipeline_lost(&replay->pipeline, &replay->gap);
	} else {
		et_pipeline_learn_lost(&replay->pipeline, replay->gap.ring);
	}
	replay->has_gap = r == -EAGAIN;
	return r;
}

static void count_dropped(struct et_replay *replay)
{
	const struct et_header *hdr = replay->next.data;

	if (hdr->type < ET_EVENT_TYPES)
		replay->dropped[hdr->type]++;
}

/* Pass one record to the pipeline. Return: 0 or an error of et_pipeline_record(). */
static int replay_record(struct et_replay *replay, const struct et_recorded *rec)
{
	struct et_event note;

	replay->pipeline.seq = replay->first_seq + rec->index;
	et_recorded_clock_set(replay->pipeline.clock, rec->clock_offset);
	/*
	 * et_pipeline_record() rejects LOST records, because it expects records that BPF programs
	 * made. LOST records are made in user space, so they take another function.
	 */
	if (et_layouts_decode_synthetic(replay->layouts, rec->data, rec->len, &note) == 0)
		return et_pipeline_synthetic(&replay->pipeline, &note);
	return et_pipeline_record(&replay->pipeline, rec->data, rec->len);
}

/* Update the table of processes from a record that is dropped: later events may need it. */
static void learn_context(struct et_replay *replay)
{
	et_recorded_clock_set(replay->pipeline.clock, replay->next.clock_offset);
	et_pipeline_learn(&replay->pipeline, replay->next.data, replay->next.len);
}

/*
 * Replay all records that are in the reader's buffer, until the output has no room. Return: 0 at
 * the recording's end, or an error of et_recording_reader_next() or et_pipeline_record(). -EAGAIN:
 * if `held` is true, the output has no room; otherwise the reader needs more bytes.
 */
static int replay_records(struct et_replay *replay)
{
	int r = 1, r2;

	for (;;) {
		if (!replay->held) {
			r = et_recording_reader_next(replay->reader, &replay->next);
			r2 = begin_recording(replay);
			if (r2 < 0)
				return r2;
			if (r <= 0)
				return r;
			replay->has_gap = et_file_gaps__see(replay->gaps, replay->next.data,
							    replay->next.len, &replay->gap);
			r = passes(replay, &replay->next);
			if (r < 0)
				return r;
			replay->passes = r;
			if (!r)
				count_dropped(replay);
			if (!r && replay->pipeline.context)
				learn_context(replay);
		}
		r = replay->has_gap ? replay_gap(replay) : 0;
		if (r == 0 && replay->passes && is_wanted(replay, &replay->next))
			r = replay_record(replay, &replay->next);
		replay->held = r == -EAGAIN;
		if (r < 0)
			return r;
	}
}

/* Store the error message for a recording that cannot be read. */
static int input_failed(struct et_replay *replay, int r)
{
	struct et_pipeline *p = &replay->pipeline;
	const char *why = et_recording_reader_why(replay->reader);

	replay->at_end = true;
	p->failed = r;
	if (!*why)
		return et_error_set(&p->error, ET_ERROR_INPUT, r, "cannot be read: %s",
				    strerror(-r));
	if (r == -EPROTONOSUPPORT)
		return et_error_set(&p->error, ET_ERROR_INPUT, r, "%s", why);
	return et_error_set(&p->error, ET_ERROR_INPUT, r, "%s at byte %llu%s", why,
			    (unsigned long long)et_recording_reader_offset(replay->reader),
			    et_recording_reader_is_compressed(replay->reader)
				    ? " of its uncompressed content"
				    : "");
}

/*
 * Longest time in milliseconds for which one et_replay__step() waits until the output accepts
 * bytes.
 */
#define STEP_MS 100

/*
 * Write the buffered lines. Return: 0 when all are written, -EAGAIN if the output accepts no more
 * bytes now, or another negative errno.
 */
static int flush(struct et_replay *replay)
{
	int r = et_pipeline_flush(&replay->pipeline);

	replay->blocked = r == -EAGAIN;
	return r;
}

/*
 * Wait until the output accepts the buffered lines, and write them. Return: 1 when all are written,
 * 0 if some are not written yet, or a negative errno.
 */
static int unblock(struct et_replay *replay)
{
	const struct et_sink *sink = replay->pipeline.sink;
	int r = et_sink_wait(sink, STEP_MS);

	if (r <= 0)
		return r;
	r = flush(replay);
	return r == -EAGAIN ? 0 : r < 0 ? r : 1;
}

int et_replay__step(struct et_replay *replay)
{
	struct et_pipeline *p = &replay->pipeline;
	int r, r2;

	if (p->in_callback)
		return -EBUSY;
	if (p->failed)
		return p->failed;
	if (replay->blocked) {
		r = unblock(replay);
		if (r < 0)
			return r;
		if (r == 0)
			return 1;
	}
	if (p->silent)
		return -ECANCELED;
	/*
	 * If a record waits for room in the output, pass this record on before reading more of the
	 * file.
	 */
	r = replay->held ? 1 : et_recording_reader_fill(replay->reader);
	if (r == -EINTR || r == -EAGAIN)
		return r;
	if (r > 0)
		r = replay_records(replay);

	/* Write the lines of this step even after a failure or at the recording's end. */
	r2 = flush(replay);
	if (p->failed)
		return p->failed;
	/*
	 * If bytes remain to be written, return 1 (continue). A later step then returns the failure
	 * or the end.
	 */
	if (r2 == -EAGAIN || r == -EAGAIN)
		return 1;
	if (r < 0 && r != -ECANCELED)
		return input_failed(replay, r);
	replay->at_end = r == 0;
	return r;
}

static void add_row(struct et_event_stats *sum, const struct et_file_account *row)
{
	sum->attempted += row->attempted;
	sum->sent += row->sent;
	sum->lost += row->lost;
	sum->filtered += row->filtered;
	sum->truncated += row->truncated;
	sum->bytes += row->bytes;
}

/* The counts of all recordings, added up. The present recording is included if its end was read. */
static struct sums sums_of(const struct et_replay *replay)
{
	const struct et_recording_account *account = et_recording_reader_account(replay->reader);
	const struct et_file_header *header = et_recording_reader_header(replay->reader);
	struct sums sums = replay->sums;

	sums.events |= et_recording_reader_events(replay->reader);
	if (header && header->cpus_possible > sums.cpus_possible)
		sums.cpus_possible = header->cpus_possible;
	if (!account) {
		sums.cut = true;
		return sums;
	}
	for (size_t i = 0; i < account->count; i++)
		if (account->rows[i].id < ET_EVENT_TYPES)
			add_row(&sums.rows[account->rows[i].id], &account->rows[i]);
	sums.missing += account->missing;
	sums.lost_told += account->lost_told;
	sums.unaccounted |= !account->accounted;
	memcpy(sums.wire_format, account->wire_format, sizeof(sums.wire_format));
	return sums;
}

int et_replay__next(struct et_replay *replay, int fd)
{
	struct et_recording_reader *reader = NULL;
	struct et_pipeline *p = &replay->pipeline;
	int r;

	if (p->in_callback)
		return -EBUSY;
	if (!replay->at_end)
		return p->failed ? p->failed : -EINVAL;
	r = open_reader(replay, fd, &reader);
	if (r < 0)
		return r;
	replay->sums = sums_of(replay);
	remember_segment(replay);
	et_recording_reader_free(replay->reader);
	replay->reader = reader;
	replay->header_used = false;
	replay->at_end = false;
	/* The failure was an error of the recording before, so the replay can continue. */
	p->failed = 0;
	p->error.kind = ET_ERROR_NONE;
	return 0;
}

bool et_replay__is_blocked(const struct et_replay *replay)
{
	return replay->blocked || et_recording_reader_holds(replay->reader);
}

int et_replay__stop(struct et_replay *replay)
{
	if (replay->pipeline.in_callback)
		return -EBUSY;
	return et_pipeline_end(&replay->pipeline, NULL,
			       et_now_ns() + replay->drain_timeout_ms * ET_MS);
}

const struct et_error *et_replay__error(const struct et_replay *replay)
{
	return &replay->pipeline.error;
}

int et_replay__event_stats_sized(struct et_replay *replay, struct et_event_stats *ret,
				 size_t row_size, size_t max)
{
	const struct sums sums = sums_of(replay);
	size_t n = 0;

	if (replay->pipeline.in_callback)
		return -EBUSY;
	for (unsigned int id = 1; id < ET_EVENT_TYPES && n < max; id++) {
		struct et_event_stats stats = sums.rows[id];

		if (!(sums.events & replay->events & ET_EVENT_BIT(id)))
			continue;
		stats.id = id;
		stats.received = replay->pipeline.received[id] + replay->dropped[id];
		stats.written = replay->pipeline.written[id];
		et_row_put(ret, n++, row_size, &stats, sizeof(stats));
	}
	return (int)n;
}

int et_replay__stats(struct et_replay *replay, struct et_session_stats *ret)
{
	const struct sums sums = sums_of(replay);
	const __u64 between = et_file_gaps__total(replay->gaps);
	struct et_session_stats stats = {
		.sz = ret->sz,
		.malformed = replay->pipeline.malformed,
		.output_bytes = replay->pipeline.sink ? replay->pipeline.sink->written : 0,
		.cpus_possible = sums.cpus_possible,
		.lost_written = replay->pipeline.lost_written,
		.accounted = !sums.cut && !sums.unaccounted && !between,
		.missing = sums.missing + between,
		.lost_told = sums.lost_told + between,
	};

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	if (replay->pipeline.in_callback)
		return -EBUSY;
	/*
	 * The string that the caller gets is valid until the next call of et_replay__stats() for
	 * this replay.
	 */
	memcpy(replay->wire_format, sums.wire_format, sizeof(replay->wire_format));
	stats.wire_format = *replay->wire_format ? replay->wire_format : "unknown";
	memcpy(ret, &stats, ret->sz < sizeof(stats) ? ret->sz : sizeof(stats));
	return 0;
}

bool et_replay__whole(const struct et_replay *replay)
{
	return !sums_of(replay).cut;
}

void et_replay__close(struct et_replay *replay)
{
	if (!replay || replay->pipeline.in_callback)
		return;
	et_pipeline_close(&replay->pipeline);
	et_layouts_free(replay->layouts);
	et_matcher_free(replay->matcher);
	et_file_gaps__free(replay->gaps);
	et_recording_reader_free(replay->reader);
	free(replay);
}
