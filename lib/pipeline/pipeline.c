/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/pipeline.h"

#include <errno.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/layouts.h"
#include "lib/encode/context.h"
#include "lib/enrich/process_table.h"
#include "lib/pipeline/failure.h"
#include "lib/pipeline/file_limit.h"
#include "lib/pipeline/lines.h"
#include "lib/pipeline/lost.h"
#include "lib/pipeline/recorder.h"
#include "lib/pipeline/recorder_names.h"

int et_pipeline_before_lost(struct et_pipeline *p)
{
	return p->silent ? 0 : et_file_limit_recording(p, ET_LOST_ROOM);
}

/*
 * Make room in the buffers for an event of at most @bound bytes, and for a LOST line before it.
 * @len is the size of their two records in the recording. If the recording has no room for @len
 * bytes, begin the next recording. If @len is 0, never begin one. Return: 0; -EAGAIN if the outputs
 * do not accept enough bytes now; or another negative errno.
 */
static int make_room(struct et_pipeline *p, size_t bound, size_t len)
{
	int r = 0;

	if (p->silent)
		return 0;
	if (len) {
		r = et_file_limit_recording(p, len);
		if (r < 0)
			return r;
	}
	r = et_lines_make_room(p, bound);
	return r < 0 ? r : et_recorder_make_room(p);
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

	/*
	 * A replay numbers all records in a recording. So an event that is not recorded does not
	 * advance the number.
	 */
	event->seq = p->seq;
	if (!p->recorder || et_recorder_gets(p, event))
		p->seq++;
	if (p->on_event)
		call_on_event(p, event);
	if (p->recorder)
		r = et_recorder_add_event(p, event);
	if (r == 0 && p->sink)
		r = et_lines_write(p, event, bound, lost);
	return r;
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
	et_lost_learn(p, rec);
	return r;
}

int et_pipeline_synthetic(struct et_pipeline *p, struct et_event *event)
{
	int r = make_room(p, 0, 0);

	return r < 0 || p->silent ? r : write_lost(p, event);
}

int et_pipeline_lost(struct et_pipeline *p, const struct et_gap *gap)
{
	const struct et_lost lost = et_lost_of_gap(gap);
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
	return et_recorder_add(p, data, len);
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
		return p->sink ? et_output_failed(p, -ENOMEM) : et_recording_failed(p, -ENOMEM);
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
			et_lost_learn(p, lost);
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
	if (et_recorder_gets(p, event))
		p->seq++;
	return et_recorder_add_event(p, event);
}

/*
 * Upper bound in bytes of the record of an event, plus a LOST record and names before it. @len is
 * the size of the event's record before redaction. Redaction may make the record longer: "***"
 * replaces even an argument of one byte.
 */
static size_t record_bound(const struct et_pipeline *p, size_t len)
{
	const size_t lost = sizeof(struct et_file_record) + sizeof(struct et_lost);
	const size_t names = p->names ? ET_RECORDING_NAMES_SIZE(ET_RECORDER_NAMES_MAX) : 0;

	return lost + names + (p->redactor ? 2 : 1) * len;
}

/*
 * Read from /proc the processes that the event's context needs and that no record has described.
 * Add a record of each to the recording. So a replay has the same context. The buffer has room for
 * these records: make_room() leaves several times the size of the largest record.
 *
 * @len is the size of the event's own record. If the file has no room for the record of a process
 * and for that of the event, the next recording begins.
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
		r = et_file_limit_recording(p, record_bound(p, len) + process.hdr->size);
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
		const struct et_lost lost = et_lost_of_gap(gap);
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
		bound = et_lines_bound(p, &event);
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
	/*
	 * Count the event only now. write_before() may have begun the next recording, whose account
	 * must count this event.
	 */
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
