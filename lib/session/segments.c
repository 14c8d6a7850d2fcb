/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/segments.h"

#include <errno.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/recording/writer.h"
#include "lib/segments/spool.h"

int et_session_check_segments(const struct et_options *opts, struct et_error *err)
{
	const struct et_segments *segments = opts->segments;

	if (!segments)
		return 0;
	if (segments->sz < sizeof(*segments))
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "the size of struct et_segments is not set");
	if (opts->record_fd >= 0)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "a session writes a recording or segments, not both");
	if (opts->compress)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "segments cannot be compressed: choose one of both");
	if (segments->size < ET_SEGMENT_SIZE_MIN)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "a segment has at least %d bytes",
				    ET_SEGMENT_SIZE_MIN);
	if (segments->spool_size && segments->spool_size / 2 < segments->size)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL,
				    "the folder of segments must have room for two segments");
	if (segments->full > ET_SPOOL_DROP_NEWEST || segments->sync > ET_SPOOL_SYNC_ALWAYS)
		return et_error_set(err, ET_ERROR_USAGE, -EINVAL, "segments: no such choice");
	return 0;
}

static enum et_not_recorded_why why_no_room(void *ctx)
{
	const struct et_session *s = ctx;
	struct et_spool_state state;

	et_spool_get_state(s->spool, &state);
	return state.error ? ET_NOT_RECORDED_DISK : ET_NOT_RECORDED_QUEUE;
}

int et_session_open_segments(struct et_session *s, struct et_error *err)
{
	const struct et_segments *segments = &s->segments;
	const struct et_spool_config config = {
		.folder = segments->folder,
		.mode = segments->mode,
		.segment_size = segments->size,
		.size = segments->spool_size,
		.full = segments->full,
		.sync = segments->sync,
	};
	struct et_recording_writer *writer = NULL;
	int r = et_spool_open(&config, &s->spool, err);

	if (r < 0)
		return r;
	s->pipeline.why_no_room = why_no_room;
	s->pipeline.why_no_room_ctx = s;
	s->segment_begun_ns = et_now_ns();
	r = et_session_new_recording(s, -1, &writer);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "segments: %s", strerror(-r));
	r = et_pipeline_set_recorder(&s->pipeline, writer);
	if (r < 0)
		*err = s->pipeline.error;
	return r;
}

/*
 * Give the spool the number of events by type in the segment that ends now. The spool reports these
 * counts if the segment is dropped.
 */
static void give_counts(struct et_session *s, const struct et_recording_totals *totals)
{
	__u64 counts[ET_EVENT_TYPES] = { 0 }, lost[ET_EVENT_TYPES] = { 0 };

	for (size_t i = 0; i < totals->count; i++) {
		counts[totals->accounts[i].id] += totals->accounts[i].attempted;
		lost[totals->accounts[i].id] += totals->accounts[i].lost;
	}
	et_spool_count(s->spool, counts, lost);
}

int et_session_next_segment(struct et_session *s)
{
	struct et_pipeline *p = &s->pipeline;
	struct et_file_account rows[ET_EVENT_TYPES];
	struct et_recording_writer *writer = NULL;
	struct et_recording_totals totals;
	int r;

	r = et_recording_writer_flush(p->recorder);
	if (r < 0)
		return r;
	/*
	 * The end of this segment, and the processes at the beginning of the next one, need room in
	 * the queue.
	 */
	if (!et_spool_is_roomy(s->spool))
		return -EAGAIN;
	r = et_session_new_recording(s, -1, &writer);
	if (r < 0)
		return r;
	r = et_session_count_recording(s, false, rows, &totals);
	if (r < 0) {
		et_recording_writer_free(writer);
		return r;
	}
	give_counts(s, &totals);
	r = et_pipeline_next_recorder(p, &totals, writer, et_now_ns());
	s->segment_begun_ns = et_now_ns();
	s->segment_seq = p->seq;
	return r;
}

static void log_state(struct et_session *s)
{
	struct et_spool_state state;

	et_spool_get_state(s->spool, &state);
	if (state.error && state.error != s->spool_error)
		et_log__write(&s->log, ET_LOG_WARNING,
			      "segments cannot be written: %s: events that find no room in the "
			      "queue are counted as lost until there is room again",
			      strerror(-state.error));
	else if (!state.error && s->spool_error)
		et_log__write(&s->log, ET_LOG_WARNING, "segments are written again");
	s->spool_error = state.error;
}

/* Record the loss of all segments that were dropped. */
static int report_dropped(struct et_session *s)
{
	struct et_not_recorded *not_recorded = &s->pipeline.not_recorded;
	struct et_spool_dropped dropped;
	int r = 0;

	while (r == 0 && !et_not_recorded_has_segment(not_recorded) &&
	       et_spool_take_dropped(s->spool, &dropped)) {
		if (!s->segments_dropped++)
			et_log__write(&s->log, ET_LOG_WARNING,
				      "the folder of segments has its largest size: segment %llu "
				      "is dropped, and its events are counted as lost",
				      (unsigned long long)dropped.segment);
		et_not_recorded_add_segment(not_recorded, dropped.segment, dropped.counts,
					    dropped.lost, et_now_ns());
		r = et_pipeline_report_not_recorded(&s->pipeline);
	}
	return r;
}

/* True if the present segment has records after those of the processes at its beginning. */
static bool has_news(const struct et_session *s)
{
	return s->pipeline.recorder && s->pipeline.seq != s->segment_seq;
}

int et_session_tend_segments(struct et_session *s)
{
	int r;

	if (!s->spool || s->pipeline.silent)
		return 0;
	log_state(s);
	r = report_dropped(s);
	if (r == 0 && s->segments.age_ns && has_news(s) &&
	    et_now_ns() - s->segment_begun_ns >= s->segments.age_ns)
		r = et_session_next_segment(s);
	return r == -EAGAIN ? 0 : r;
}

void et_session_alarm_segment(struct et_session *s)
{
	__u64 gone = et_now_ns() - s->segment_begun_ns;

	/*
	 * If an alarm is set for the next check of losses, do not change it. It wakes the reader
	 * within a second, and this function is called again before the next sleep.
	 */
	if (!s->spool || !s->segments.age_ns || !has_news(s) || s->losses.alarm)
		return;
	et_rings__alarm(s->rings, gone < s->segments.age_ns ? s->segments.age_ns - gone : 1);
}

void et_session_count_not_recorded(const struct et_session *s, struct et_event_stats *stats,
				   size_t count, struct et_session_stats *session)
{
	const struct et_not_recorded *u = &s->pipeline.not_recorded;

	for (size_t i = 0; i < count; i++) {
		const __u64 left_out = u->left_out[stats[i].id];
		/* Count losses of no known type in the first row. */
		const __u64 reported = u->reported[stats[i].id] + (i ? 0 : u->reported[0]);

		stats[i].received -= left_out;
		stats[i].sent -= left_out;
		stats[i].lost += reported;
		stats[i].attempted = stats[i].attempted + reported - left_out;
		session->lost_told += reported;
	}
}

/* Write all buffered records, before the last segment ends. */
static void flush_all(struct et_session *s, __u64 deadline_ns)
{
	__u64 before;

	/*
	 * Repeat this while the spool drops segments. Each dropped segment causes LOST records,
	 * which may need a new segment. For that one, the spool may drop another segment.
	 */
	do {
		before = s->segments_dropped;
		while (et_pipeline_flush(&s->pipeline) == -EAGAIN)
			if (et_pipeline_wait(&s->pipeline, deadline_ns) < 0)
				return;
		(void)et_spool_drain(s->spool, deadline_ns);
		(void)et_session_tend_segments(s);
	} while (s->segments_dropped != before);
}

int et_session_end_segments(struct et_session *s, __u64 deadline_ns)
{
	struct et_pipeline *p = &s->pipeline;
	struct et_file_account rows[ET_EVENT_TYPES];
	struct et_recording_totals totals;
	struct et_spool_dropped dropped;
	int r;

	flush_all(s, deadline_ns);
	if (et_session_count_recording(s, true, rows, &totals) == 0) {
		give_counts(s, &totals);
		r = et_pipeline_end(p, &totals, deadline_ns);
	} else {
		et_log__write(&s->log, ET_LOG_WARNING,
			      "the last segment gets no end: its account is not available");
		r = et_pipeline_end(p, NULL, deadline_ns);
	}
	et_pipeline_drop_recorder(p);
	if (r == 0)
		r = et_spool_drain(s->spool, deadline_ns);
	if (r < 0 && !p->failed) {
		p->failed = r;
		et_error_set(&p->error, ET_ERROR_RECORD, r,
			     "the last segment cannot be written: %s", strerror(-r));
	}
	if (et_spool_take_dropped(s->spool, &dropped))
		et_log__write(&s->log, ET_LOG_WARNING,
			      "the folder of segments was full at the end: the last segments are "
			      "dropped, and no other segment reports their events");
	return p->failed;
}
