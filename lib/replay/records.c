/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/replay/records.h"

#include <errno.h>
#include <string.h>

#include "lib/api/error.h"
#include "lib/decode/layouts.h"
#include "lib/enrich/enrich.h"
#include "lib/match/match.h"

int et_records_open(struct et_records *records, const struct et_options *options,
		    struct et_error *err)
{
	struct et_enricher *clock = NULL;
	int r;

	records->events = options->events;
	records->since_ns = options->since_ns;
	records->until_ns = options->until_ns;
	records->failed_only = options->failed_only;
	if (options->filter_count) {
		r = et_matcher_new(options->filters, options->filter_count, &records->matcher, err);
		if (r < 0)
			return r;
	}
	r = et_layouts_new(&records->layouts);
	if (r == 0)
		r = et_recorded_clock_new(&clock);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "%s", strerror(-r));
	r = et_pipeline_open(&records->pipeline, options, clock, err);
	records->pipeline.layouts = records->layouts;
	return r;
}

/* ---- recordings --------------------------------------------------------------------------- */

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

static unsigned int generation_of(const void *reader, unsigned int id)
{
	return et_recording_reader_generation(reader, id);
}

/* Store the error message for a filter whose data the recording lacks. Return: -EINVAL. */
static int unanswered(struct et_records *records, const char *message)
{
	records->pipeline.failed = -EINVAL;
	return et_error_set(&records->pipeline.error, ET_ERROR_USAGE, -EINVAL, "%s", message);
}

static int no_memory(struct et_records *records)
{
	records->pipeline.failed = -ENOMEM;
	return et_error_set(&records->pipeline.error, ET_ERROR_SYSTEM, -ENOMEM, "no memory");
}

void et_records_next(struct et_records *records)
{
	records->begun = false;
}

int et_records_begin(struct et_records *records, const struct et_recording_reader *reader)
{
	const struct et_file_origin *origin = et_recording_reader_origin(reader);
	struct et_pipeline *p = &records->pipeline;
	struct et_error err;

	if (records->begun || !et_recording_reader_header(reader))
		return p->failed;
	records->begun = true;
	set_layouts(records->layouts, reader);
	records->first_seq = origin ? origin->first_seq : p->seq;
	et_pipeline_set_host(p, origin ? origin->host : "", origin ? origin->boot_id : "");
	if (p->names && et_names_begin(p->names, origin && origin->flags & ET_FILE_HAS_NAMES) < 0)
		return no_memory(records);
	if (!records->matcher ||
	    et_matcher_check(records->matcher, records->events, et_recording_reader_events(reader),
			     generation_of, reader, &err) == 0)
		return 0;
	return unanswered(records, err.message);
}

int et_records_name(struct et_records *records, enum et_file_name_kind kind, __u32 id,
		    const char *name, size_t len)
{
	int r;

	if (!records->pipeline.names)
		return 0;
	r = et_names_set(records->pipeline.names, (enum et_name_kind)kind, id, name, len);
	return r == -ENOMEM ? no_memory(records) : r;
}

/* ---- filters ------------------------------------------------------------------------------ */

bool et_records_in_range(const struct et_records *records, __u64 time_ns)
{
	return time_ns >= records->since_ns && (!records->until_ns || time_ns <= records->until_ns);
}

/* True for the exit of a process with status 0. A signal that ends a process is a failure. */
static bool is_success(const struct et_event *event)
{
	const struct et_process_exit *exit = (const void *)event->hdr;

	return event->hdr->type == ET_PROCESS_EXIT && !exit->exit_code && !exit->exit_signal;
}

/* As et_records_select(), without the count. */
static int passes(struct et_records *records, const struct et_recorded *rec)
{
	struct et_event event;
	int r;

	if (!records->matcher && !records->since_ns && !records->until_ns && !records->failed_only)
		return 1;
	/* LOST records have no process, so only the range of time applies to them. */
	if (et_layouts_decode_synthetic(records->layouts, rec->data, rec->len, &event) == 0)
		return et_records_in_range(records, et_event_ts(&event) + rec->clock_offset);
	if (et_layouts_decode(records->layouts, rec->data, rec->len, &event) < 0)
		return 1;
	if (records->matcher && et_matcher_learn(records->matcher, &event) < 0)
		return no_memory(records);
	if (!(records->events & ET_EVENT_BIT(event.hdr->type)) ||
	    !et_records_in_range(records, et_event_ts(&event) + rec->clock_offset) ||
	    (records->failed_only && is_success(&event)))
		return 0;
	r = records->matcher ? et_matcher_match(records->matcher, &event) : 1;
	return r == -ENOENT ? unanswered(records,
					 "cannot be filtered by cgroup: for one of its cgroups, no "
					 "record has the path; record process events too, or "
					 "replay without this filter")
			    : r;
}

/* Count a record that is dropped. Later events may need its process for their context. */
static void drop(struct et_records *records, const struct et_recorded *rec)
{
	const struct et_header *hdr = rec->data;

	if (hdr->type < ET_EVENT_TYPES)
		records->dropped[hdr->type]++;
	if (!records->pipeline.context)
		return;
	et_recorded_clock_set(records->pipeline.clock, rec->clock_offset);
	et_pipeline_learn(&records->pipeline, rec->data, rec->len);
}

int et_records_select(struct et_records *records, const struct et_recorded *rec)
{
	int r = passes(records, rec);

	if (r == 0)
		drop(records, rec);
	return r;
}

bool et_records_learns(const struct et_records *records)
{
	return records->matcher && et_matcher_learns(records->matcher);
}

int et_records_learn(struct et_records *records, const struct et_recording_reader *reader,
		     const struct et_recorded *rec, bool first)
{
	struct et_event event;

	if (first)
		set_layouts(records->layouts, reader);
	/* The layouts are now those of this recording. et_records_begin() must set them again. */
	records->begun = false;
	if (et_layouts_decode(records->layouts, rec->data, rec->len, &event) < 0)
		return 0;
	return et_matcher_learn(records->matcher, &event) < 0 ? no_memory(records) : 0;
}

/* ---- records ------------------------------------------------------------------------------ */

/* True if the caller wants events of the record's type, or et_options.context needs them. */
static bool is_wanted(const struct et_records *records, const struct et_recorded *rec)
{
	const struct et_header *hdr = rec->data;

	/*
	 * LOST records are always replayed. Records of an invalid type are replayed too: the
	 * decoder rejects and counts them.
	 */
	if (rec->len < sizeof(*hdr) || hdr->type >= ET_EVENT_TYPES)
		return true;
	return (records->events | records->pipeline.unprinted) & ET_EVENT_BIT(hdr->type);
}

int et_records_put(struct et_records *records, const struct et_recorded *rec)
{
	struct et_event note;

	if (!is_wanted(records, rec))
		return 0;
	records->pipeline.seq = records->first_seq + rec->index;
	et_recorded_clock_set(records->pipeline.clock, rec->clock_offset);
	/*
	 * et_pipeline_record() rejects LOST records, because it expects records that BPF programs
	 * made. LOST records are made in user space, so they take another function.
	 */
	if (et_layouts_decode_synthetic(records->layouts, rec->data, rec->len, &note) == 0)
		return et_pipeline_synthetic(&records->pipeline, &note);
	return et_pipeline_record(&records->pipeline, rec->data, rec->len);
}

void et_records_close(struct et_records *records)
{
	et_pipeline_close(&records->pipeline);
	et_layouts_free(records->layouts);
	et_matcher_free(records->matcher);
}
