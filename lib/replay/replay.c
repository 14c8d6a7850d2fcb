/* SPDX-License-Identifier: BSD-2-Clause */
/* Replays recordings: reads them from files, and passes their records to lib/replay/records.h. */
#include <errno.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/enrich/enrich.h"
#include "lib/include/eventstrace.h"
#include "lib/api/error.h"
#include "lib/api/options.h"
#include "lib/pipeline/pipeline.h"
#include "lib/recording/reader.h"
#include "lib/replay/file_gaps.h"
#include "lib/replay/records.h"
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
	struct et_records records;
	unsigned int drain_timeout_ms;
	bool blocked; /* true while the output accepts no more of the buffered bytes */
	/* true if `next` must be passed to the pipeline again: the output had no room */
	bool held;
	bool passes; /* true if the filters let `next` pass */
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
	/* Session and number of the last segment that was read to its end; 0: no segment. */
	char session[sizeof(((struct et_file_origin *)0)->session)];
	__u64 segment;
	bool follows; /* true if a recording was read before the present one */
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

	replay->drain_timeout_ms = options.drain_timeout_ms;
	r = open_reader(replay, fd, &replay->reader);
	if (r == 0)
		r = et_file_gaps__new(&replay->gaps);
	if (r < 0)
		et_error_set(err, ET_ERROR_SYSTEM, r, "%s", strerror(-r));
	else
		r = et_records_open(&replay->records, &options, err);
	if (r < 0) {
		et_replay__close(replay);
		return r;
	}
	*ret = replay;
	return 0;
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
 * Use the recording's header as soon as it was read. Return: 0; -EINVAL if the recording lacks data
 * that the filters need; or -ENOMEM.
 */
static int begin_recording(struct et_replay *replay)
{
	const struct et_file_origin *origin = et_recording_reader_origin(replay->reader);

	if (replay->records.begun || !et_recording_reader_header(replay->reader))
		return 0;
	if (origin && origin->segment)
		et_file_gaps__segment(replay->gaps, origin->segment);
	if (replay->follows && !is_next_segment(replay, origin))
		et_file_gaps__next_file(replay->gaps);
	return et_records_begin(&replay->records, replay->reader);
}

/*
 * Take a name of a user or a group from the recording. A name may come before the first record, so
 * this function, too, uses the header of the recording.
 */
static int take_name(void *ctx, enum et_file_name_kind kind, __u32 id, const char *name, size_t len)
{
	struct et_replay *replay = ctx;
	int r = begin_recording(replay);

	return r < 0 ? r : et_records_name(&replay->records, kind, id, name, len);
}

bool et_replay__learns(const struct et_replay *replay)
{
	return et_records_learns(&replay->records);
}

/* Pass all records of a recording to the filters, which learn ancestors from them. */
static int learn(struct et_replay *replay, struct et_recording_reader *reader)
{
	struct et_recorded rec;
	bool first = true;
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
		r = et_records_learn(&replay->records, reader, &rec, first);
		if (r < 0)
			return r;
		first = false;
	}
}

int et_replay__learn(struct et_replay *replay, int fd)
{
	const off_t begin = lseek(fd, 0, SEEK_CUR);
	struct et_recording_reader *reader = NULL;
	int r;

	if (replay->records.pipeline.in_callback)
		return -EBUSY;
	if (begin < 0)
		return -errno;
	r = et_recording_reader_new(fd, &reader);
	if (r == 0 && replay->records.matcher)
		r = learn(replay, reader);
	et_recording_reader_free(reader);
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

	if (et_records_in_range(&replay->records,
				replay->gap.before_ns + replay->next.clock_offset)) {
		et_recorded_clock_set(replay->records.pipeline.clock, replay->next.clock_offset);
		r = et_pipeline_lost(&replay->records.pipeline, &replay->gap);
	} else {
		et_pipeline_learn_lost(&replay->records.pipeline, replay->gap.ring);
	}
	replay->has_gap = r == -EAGAIN;
	return r;
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
			r = et_records_select(&replay->records, &replay->next);
			if (r < 0)
				return r;
			replay->passes = r;
		}
		r = replay->has_gap ? replay_gap(replay) : 0;
		if (r == 0 && replay->passes)
			r = et_records_put(&replay->records, &replay->next);
		replay->held = r == -EAGAIN;
		if (r < 0)
			return r;
	}
}

/* Store the error message for a recording that cannot be read. */
static int input_failed(struct et_replay *replay, int r)
{
	struct et_pipeline *p = &replay->records.pipeline;
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
	int r = et_pipeline_flush(&replay->records.pipeline);

	replay->blocked = r == -EAGAIN;
	return r;
}

/*
 * Wait until the output accepts the buffered lines, and write them. Return: 1 when all are written,
 * 0 if some are not written yet, or a negative errno.
 */
static int unblock(struct et_replay *replay)
{
	const struct et_sink *sink = replay->records.pipeline.sink;
	int r = et_sink_wait(sink, STEP_MS);

	if (r <= 0)
		return r;
	r = flush(replay);
	return r == -EAGAIN ? 0 : r < 0 ? r : 1;
}

int et_replay__step(struct et_replay *replay)
{
	struct et_pipeline *p = &replay->records.pipeline;
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

/*
 * The counts of all recordings so far, added up. A recording whose end was not read adds no counts,
 * and sets `cut`.
 */
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
	struct et_pipeline *p = &replay->records.pipeline;
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
	et_records_next(&replay->records);
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
	if (replay->records.pipeline.in_callback)
		return -EBUSY;
	return et_pipeline_end(&replay->records.pipeline, NULL,
			       et_now_ns() + replay->drain_timeout_ms * ET_MS);
}

const struct et_error *et_replay__error(const struct et_replay *replay)
{
	return &replay->records.pipeline.error;
}

int et_replay__event_stats_sized(struct et_replay *replay, struct et_event_stats *ret,
				 size_t row_size, size_t max)
{
	const struct sums sums = sums_of(replay);
	size_t n = 0;

	if (replay->records.pipeline.in_callback)
		return -EBUSY;
	for (unsigned int id = 1; id < ET_EVENT_TYPES && n < max; id++) {
		struct et_event_stats stats = sums.rows[id];

		if (!(sums.events & replay->records.events & ET_EVENT_BIT(id)))
			continue;
		stats.id = id;
		stats.received =
			replay->records.pipeline.received[id] + replay->records.dropped[id];
		stats.written = replay->records.pipeline.written[id];
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
		.malformed = replay->records.pipeline.malformed,
		.output_bytes =
			replay->records.pipeline.sink ? replay->records.pipeline.sink->written : 0,
		.cpus_possible = sums.cpus_possible,
		.lost_written = replay->records.pipeline.lost_written,
		.accounted = !sums.cut && !sums.unaccounted && !between,
		.missing = sums.missing + between,
		.lost_told = sums.lost_told + between,
	};

	if (ret->sz < sizeof(ret->sz))
		return -EINVAL;
	if (replay->records.pipeline.in_callback)
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
	if (!replay || replay->records.pipeline.in_callback)
		return;
	et_records_close(&replay->records);
	et_file_gaps__free(replay->gaps);
	et_recording_reader_free(replay->reader);
	free(replay);
}
