/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the beginning of a recording, with its options, and its end, with the counts. */
#include <string.h>

#include "lib/enrich/enrich.h"
#include "lib/api/error.h"
#include "lib/recording/writer.h"
#include "lib/session/session.h"

int et_session_begin_recording(struct et_session *s, struct et_error *err)
{
	struct et_header zero = { .ts = 0 };
	struct et_event beginning = { .hdr = &zero };
	struct et_recording_about about = {
		.events = s->opts.events,
		.program = "eventstrace " ET_VERSION,
	};
	struct et_recording_writer *writer = NULL;
	int r = et_bpf_counters__possible_cpus();

	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "possible CPUs: %s", strerror(-r));
	about.cpus_possible = (unsigned int)r;
	et_enrich(s->pipeline.clock, &beginning);
	about.clock_offset = beginning.time_ns;
	r = et_recording_writer_new(s->opts.record_fd, &about, &writer);
	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "recording: %s", strerror(-r));
	r = et_pipeline_set_recorder(&s->pipeline, writer);
	if (r < 0)
		*err = s->pipeline.error;
	return r;
}

int et_session_end_output(struct et_session *s, __u64 deadline_ns)
{
	struct et_event_stats stats[ET_EVENT_TYPES];
	struct et_file_account accounts[ET_EVENT_TYPES];
	struct et_session_stats session = { .sz = sizeof(session) };
	struct et_recording_totals totals = { .accounts = accounts };
	int n;

	if (!s->pipeline.recorder)
		return et_pipeline_end(&s->pipeline, NULL, deadline_ns);
	n = et_session__stats(s, &session);
	if (n == 0)
		n = et_session__event_stats(s, stats, ET_EVENT_TYPES);
	if (n < 0) {
		et_log__write(&s->log, ET_LOG_WARNING,
			      "the recording gets no end: its account cannot be had");
		return et_pipeline_end(&s->pipeline, NULL, deadline_ns);
	}
	totals.wire_format = session.wire_format;
	totals.accounted = session.accounted;
	totals.missing = session.missing;
	totals.lost_told = session.lost_told;
	totals.count = (size_t)n;
	for (int i = 0; i < n; i++)
		accounts[i] = (struct et_file_account){
			.id = stats[i].id,
			.attempted = stats[i].attempted,
			.sent = stats[i].sent,
			.lost = stats[i].lost,
			.filtered = stats[i].filtered,
			.truncated = stats[i].truncated,
			.bytes = stats[i].bytes,
		};
	return et_pipeline_end(&s->pipeline, &totals, deadline_ns);
}
