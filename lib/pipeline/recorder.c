/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/pipeline/recorder.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/enrich/exists.h"
#include "lib/enrich/process_table.h"
#include "lib/pipeline/failure.h"
#include "lib/pipeline/recorder_names.h"

int et_pipeline_set_recorder(struct et_pipeline *p, struct et_recording_writer *recorder)
{
	int r;

	p->recorder = recorder;
	r = et_recording_writer_flush(recorder);
	return r < 0 ? et_recording_failed(p, r) : 0;
}

int et_recorder_end(struct et_pipeline *p, const struct et_recording_totals *totals,
		    __u64 deadline_ns)
{
	int r = et_recording_writer_end(p->recorder, totals);

	while (r == -EAGAIN) {
		r = et_pipeline_wait(p, deadline_ns);
		if (r == 0)
			r = et_recording_writer_flush(p->recorder);
	}
	return r < 0 ? et_recording_failed(p, r) : 0;
}

/*
 * Begin a recording with PROCESS_EXISTS records of the processes that et_process_table_next()
 * returns. If the recording has a limit, these records take at most a quarter of it. If there is no
 * room for all, the processes whose last event is oldest are left out.
 *
 * The process with the newest event comes last, so the table of a replay gets the same order.
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
		return et_recording_failed(p, -ENOMEM);
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
	return r < 0 && r != -EAGAIN ? et_recording_failed(p, r) : 0;
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
	int r = et_recorder_end(p, totals, deadline_ns);

	et_pipeline_drop_recorder(p);
	p->recorder = recorder;
	p->record_limit.more = 0;
	return r < 0 || p->failed ? r : record_processes(p);
}

__u64 et_pipeline_recorded_bytes(const struct et_pipeline *p)
{
	return p->recorded_bytes + (p->recorder ? et_recording_writer_bytes(p->recorder) : 0);
}

int et_recorder_make_room(struct et_pipeline *p)
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
	return r < 0 ? et_recording_failed(p, r) : 0;
}

int et_recorder_add(struct et_pipeline *p, const void *data, size_t len)
{
	int r = et_recording_writer_add(p->recorder, data, len, p->clock_offset);

	if (r == 0 && p->unbuffered)
		r = et_recording_writer_flush(p->recorder);
	if (r == -EAGAIN)
		r = 0;
	return r < 0 ? et_recording_failed(p, r) : 0;
}

bool et_recorder_gets(const struct et_pipeline *p, const struct et_event *event)
{
	return p->recorder && (!p->no_room || event->hdr->type == ET_LOST);
}

/* Count an event that the recording lacks. PROCESS_EXISTS with `again` set is no event. */
static void leave_out(struct et_pipeline *p, const struct et_event *event)
{
	if (event->hdr->type == ET_PROCESS_EXISTS &&
	    ((const struct et_process_exists *)event->hdr)->again)
		return;
	et_not_recorded_add(&p->not_recorded, p->why_no_room(p->why_no_room_ctx), event->hdr->type,
			    et_event_ts(event));
}

int et_recorder_add_event(struct et_pipeline *p, const struct et_event *event)
{
	int r;

	p->clock_offset = event->time_ns - et_event_ts(event);
	if (!et_recorder_gets(p, event)) {
		leave_out(p, event);
		return 0;
	}
	r = et_recorder_add_names_of_event(p, event);
	if (r < 0)
		return r;
	/*
	 * Write hdr->size bytes to the recording: in the ring buffer, the record can have unused
	 * bytes after them.
	 */
	return et_recorder_add(p, event->hdr, event->hdr->size);
}
