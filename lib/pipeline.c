/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline.h"

#include <errno.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/error.h"

int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err)
{
	int r;

	p->clock = clock;
	p->unbuffered = opts->unbuffered;
	p->max_events = opts->max_events;
	et_encoder_init(&p->encoder, &et_json_encoder);
	if (opts->output_fd < 0 && opts->record_fd >= 0)
		return 0;
	r = et_fd_sink_new(opts->output_fd, p->encoder.ops->bound_max, opts->unbuffered, &p->sink);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r));
	return 0;
}

/* The first failure is the one that is told. */
static int failed(struct et_pipeline *p, enum et_error_kind kind, const char *what, int r)
{
	p->silent = true;
	if (p->failed)
		return r;
	p->failed = r;
	if (r == -EPIPE)
		return et_error_set(&p->error, kind, r, "the %s is closed: whoever read it is gone",
				    what);
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

int et_pipeline_set_recorder(struct et_pipeline *p, struct et_record_writer *recorder)
{
	int r;

	p->recorder = recorder;
	r = et_record_writer_flush(recorder);
	return r < 0 ? recording_failed(p, r) : 0;
}

int et_pipeline_flush(struct et_pipeline *p)
{
	int r, ret = 0;

	if (p->sink) {
		r = et_sink_flush(p->sink);
		if (r < 0)
			ret = output_failed(p, r);
	}
	/* Also when that has failed: one does not suffer from the other. */
	if (p->recorder) {
		r = et_record_writer_flush(p->recorder);
		if (r < 0)
			r = recording_failed(p, r);
		if (ret == 0)
			ret = r;
	}
	if (ret == 0)
		memcpy(p->written, p->taken, sizeof(p->written));
	return ret;
}

int et_pipeline_end(struct et_pipeline *p, const struct et_record_totals *totals)
{
	et_pipeline_flush(p);
	if (totals && p->recorder) {
		int r = et_record_writer_end(p->recorder, totals);

		if (r < 0)
			recording_failed(p, r);
	}
	return p->failed;
}

static int write_event(struct et_pipeline *p, const struct et_event *event)
{
	size_t bound = et_encode_bound(&p->encoder, event);
	char *buf;
	int r;

	/* The sink would do it itself, but then nobody knows which events are outside. */
	if (bound > p->sink->cap - et_sink_pending(p->sink)) {
		r = et_pipeline_flush(p);
		if (r < 0)
			return r;
	}
	r = et_sink_reserve(p->sink, bound, &buf);
	if (r == 0)
		r = et_sink_commit(p->sink, et_encode(&p->encoder, event, buf));
	return r < 0 ? output_failed(p, r) : 0;
}

static int record(struct et_pipeline *p, const void *data, size_t len)
{
	int r = et_record_writer_add(p->recorder, data, len, p->clock_offset);

	if (r == 0 && p->unbuffered)
		r = et_record_writer_flush(p->recorder);
	return r < 0 ? recording_failed(p, r) : 0;
}

/* To all that there is to write to. */
static int write_all(struct et_pipeline *p, struct et_event *event)
{
	int r = 0;

	et_enrich(p->clock, event);
	if (p->recorder) {
		/* What the ring has behind the record is nobody's. */
		p->clock_offset = event->time_ns - event->hdr->ts;
		r = record(p, event->hdr, event->hdr->size);
	}
	if (r == 0 && p->sink)
		r = write_event(p, event);
	return r;
}

int et_pipeline_note(struct et_pipeline *p, struct et_event *event)
{
	const struct et_lost *lost = (const void *)event->hdr;
	int r;

	if (p->silent)
		return 0;
	r = write_all(p, event);
	if (r == 0)
		p->lost_written += lost->count;
	return r;
}

int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap)
{
	const struct et_lost lost = {
		.hdr = { .ts = gap->before_ns,
			 .size = sizeof(lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .cpu = (__u16)gap->cpu,
			 .ring = (__u8)gap->ring,
			 .fixed = sizeof(lost) },
		.count = gap->count,
		.cpu = gap->cpu,
		.lane = gap->lane,
		.ring = (__u8)gap->ring,
		.after_ts_ns = gap->after_ns,
		.before_ts_ns = gap->before_ns,
	};
	struct et_event event = { .hdr = &lost.hdr };

	return et_pipeline_note(p, &event);
}

/* Recorded as it is: whoever replays it rejects it as well. */
static int reject(struct et_pipeline *p, const void *data, size_t len)
{
	struct et_header hdr;
	struct et_gap gap;
	int r;

	p->malformed++;
	if (p->gaps && len >= sizeof(hdr)) {
		memcpy(&hdr, data, sizeof(hdr));
		if (et_gaps__reject(p->gaps, &hdr, &gap) && !p->silent) {
			r = et_pipeline_lost(p, &gap);
			if (r < 0)
				return r;
		}
	}
	return p->recorder && !p->silent ? record(p, data, len) : 0;
}

int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len)
{
	struct et_event event;
	struct et_gap gap;
	int r, missing = 0;

	r = p->layouts ? et_layouts_decode(p->layouts, data, len, &event)
		       : et_decode(data, len, &event);
	if (r < 0)
		return reject(p, data, len);
	if (p->gaps) {
		missing = et_gaps__see(p->gaps, event.hdr, &gap);
		/* Only its number is wrong: a replay would take it for one that is right. */
		if (missing < 0) {
			p->malformed++;
			return 0;
		}
	}
	p->received[event.hdr->type]++;
	p->received_total++;
	if (p->silent)
		return 0;

	if (missing) {
		r = et_pipeline_lost(p, &gap);
		if (r < 0)
			return r;
	}
	p->taken[event.hdr->type]++;
	p->taken_total++;
	r = write_all(p, &event);
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
	et_record_writer_free(p->recorder);
	et_sink_free(p->sink);
	et_enricher_free(p->clock);
}
