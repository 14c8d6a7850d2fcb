/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the header of a recording, and the counts of all events at the recording's end. */
#include <string.h>

#include "lib/enrich/enrich.h"
#include "lib/api/error.h"
#include "lib/recording/writer.h"
#include "lib/segments/spool.h"
#include "lib/session/config.h"
#include "lib/session/segments.h"
#include "lib/session/session.h"

int et_session_new_recording(struct et_session *s, int fd, struct et_recording_writer **ret)
{
	struct et_header zero = { .ts = 0 };
	struct et_event beginning = { .hdr = &zero };
	struct et_recording_about about = {
		.events = et_session_events(&s->opts),
		.program = "eventstrace " ET_VERSION,
		.compress = s->opts.compress == ET_COMPRESS_ZSTD,
		.origin.first_seq = s->pipeline.seq,
		.origin.flags = s->pipeline.names ? ET_FILE_HAS_NAMES : 0,
	};
	struct et_sink *sink = NULL;
	int r = et_bpf_counters__possible_cpus();

	if (r < 0)
		return r;
	about.cpus_possible = (unsigned int)r;
	et_enrich(s->pipeline.clock, &beginning);
	about.clock_offset = beginning.time_ns;
	strncpy(about.origin.host, s->pipeline.identity.host, sizeof(about.origin.host) - 1);
	strncpy(about.origin.boot_id, s->pipeline.identity.boot_id,
		sizeof(about.origin.boot_id) - 1);
	strncpy(about.origin.session, s->id, sizeof(about.origin.session) - 1);
	if (!s->spool)
		return et_recording_writer_new(fd, &about, ret);
	about.origin.segment = et_spool_next(s->spool);
	r = et_spool_sink(s->spool, &sink);
	if (r < 0)
		return r;
	r = et_recording_writer_new_on(sink, &about, ret);
	if (r < 0)
		et_sink_free(sink);
	return r;
}

int et_session_begin_recording(struct et_session *s, struct et_error *err)
{
	struct et_recording_writer *writer = NULL;
	int r = et_session_new_recording(s, s->opts.record_fd, &writer);

	if (r < 0)
		return et_error_set(err, ET_ERROR_SYSTEM, r, "recording: %s", strerror(-r));
	r = et_pipeline_set_recorder(&s->pipeline, writer);
	if (r < 0)
		*err = s->pipeline.error;
	return r;
}

int et_session_count_recording(struct et_session *s, bool last, struct et_file_account *rows,
			       struct et_recording_totals *ret)
{
	struct et_session_stats session = { .sz = sizeof(session) };
	struct et_event_stats stats[ET_EVENT_TYPES];
	int n = et_session__stats(s, &session);

	if (n == 0)
		n = et_session_event_rows(s, et_session_events(&s->opts), stats, sizeof(stats[0]),
					  ET_EVENT_TYPES);
	if (n < 0)
		return n;
	et_session_count_not_recorded(s, stats, (size_t)n, &session);
	et_parts_account(&s->parts, stats, (size_t)n, &session, last, rows, ret);
	return 0;
}

int et_session_end_output(struct et_session *s, __u64 deadline_ns)
{
	struct et_file_account rows[ET_EVENT_TYPES];
	struct et_recording_totals totals;

	if (s->spool && s->pipeline.recorder)
		return et_session_end_segments(s, deadline_ns);
	if (!s->pipeline.recorder)
		return et_pipeline_end(&s->pipeline, NULL, deadline_ns);
	if (et_session_count_recording(s, true, rows, &totals) < 0) {
		et_log__write(&s->log, ET_LOG_WARNING,
			      "the recording gets no end: its counts could not be read");
		return et_pipeline_end(&s->pipeline, NULL, deadline_ns);
	}
	return et_pipeline_end(&s->pipeline, &totals, deadline_ns);
}
