/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/decode/decode.h"

int et_error_set(struct et_error *err, enum et_error_kind kind, int r, const char *fmt, ...)
{
	va_list args;

	err->kind = kind;
	va_start(args, fmt);
	vsnprintf(err->message, sizeof(err->message), fmt, args);
	va_end(args);
	return r;
}

int et_pipeline_open(struct et_pipeline *p, const struct et_options *opts,
		     struct et_enricher *clock, struct et_error *err)
{
	int r;

	p->clock = clock;
	p->max_events = opts->max_events;
	et_encoder_init(&p->encoder, &et_json_encoder);
	r = et_fd_sink_new(opts->output_fd, p->encoder.ops->bound_max, opts->unbuffered, &p->sink);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "output: %s", strerror(-r));
	return 0;
}

static int output_failed(struct et_pipeline *p, int r)
{
	p->silent = true;
	p->failed = r;
	if (r == -EPIPE)
		return et_error_set(&p->error, ET_ERROR_OUTPUT, r,
				    "the output is closed: whoever read it is gone");
	return et_error_set(&p->error, ET_ERROR_OUTPUT, r, "cannot write the output: %s",
			    strerror(-r));
}

int et_pipeline_flush(struct et_pipeline *p)
{
	int r = et_sink_flush(p->sink);

	if (r < 0)
		return output_failed(p, r);
	memcpy(p->written, p->encoded, sizeof(p->written));
	return 0;
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
	if (r < 0)
		return output_failed(p, r);
	r = et_sink_commit(p->sink, et_encode(&p->encoder, event, buf));
	return r < 0 ? output_failed(p, r) : 0;
}

int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap)
{
	struct et_lost lost = {
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
	int r;

	if (p->silent)
		return 0;
	et_enrich(p->clock, &event);
	r = write_event(p, &event);
	if (r == 0)
		p->lost_written += gap->count;
	return r;
}

int et_pipeline_record(struct et_pipeline *p, const void *data, size_t len)
{
	struct et_event event;
	struct et_gap gap;
	int r, missing = 0;

	r = et_decode(data, len, &event);
	if (r == 0 && p->gaps)
		r = missing = et_gaps__see(p->gaps, event.hdr, &gap);
	if (r < 0) {
		p->malformed++;
		return 0;
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
	et_enrich(p->clock, &event);
	r = write_event(p, &event);
	p->encoded[event.hdr->type]++;
	p->encoded_total++;
	if (r < 0)
		return r;
	if (p->max_events && p->encoded_total == p->max_events) {
		p->silent = true;
		return -ECANCELED;
	}
	return 0;
}

void et_pipeline_close(struct et_pipeline *p)
{
	et_sink_free(p->sink);
	et_enricher_free(p->clock);
}
