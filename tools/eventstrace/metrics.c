/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/metrics.h"

#include <inttypes.h>
#include <stddef.h>

#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/prometheus.h"

/* Counts of an event type. */
static const struct {
	const char *name, *help;
	size_t offset;
} counts[] = {
	{ "eventstrace_events_attempted_total", "Events that a probe began to record.",
	  offsetof(struct et_event_stats, attempted) },
	{ "eventstrace_events_sent_total", "Events whose record was put into a ring.",
	  offsetof(struct et_event_stats, sent) },
	{ "eventstrace_events_received_total", "Events whose record was taken out of a ring.",
	  offsetof(struct et_event_stats, received) },
	{ "eventstrace_events_written_total", "Events whose whole line is in the output.",
	  offsetof(struct et_event_stats, written) },
	{ "eventstrace_events_lost_total", "Events that were attempted and not sent.",
	  offsetof(struct et_event_stats, lost) },
	{ "eventstrace_events_truncated_total", "Events that were sent with a cut field.",
	  offsetof(struct et_event_stats, truncated) },
	{ "eventstrace_events_filtered_total", "Events that were left out on purpose.",
	  offsetof(struct et_event_stats, filtered) },
	{ "eventstrace_record_bytes_total", "Bytes of the records in the rings.",
	  offsetof(struct et_event_stats, bytes) },
};

/* Counts of the whole session. */
static const struct {
	const char *name, *help;
	size_t offset;
} session_counts[] = {
	{ "eventstrace_events_missing_total", "Events that are neither received nor lost.",
	  offsetof(struct et_session_stats, missing) },
	{ "eventstrace_records_malformed_total", "Records that the decoder rejected.",
	  offsetof(struct et_session_stats, malformed) },
	{ "eventstrace_reader_wakeups_total", "How often the reader of the rings was woken.",
	  offsetof(struct et_session_stats, wakeups) },
	{ "eventstrace_output_bytes_total", "Bytes of events that were written.",
	  offsetof(struct et_session_stats, output_bytes) },
	{ "eventstrace_recorded_bytes_total", "Bytes of records that --record has written.",
	  offsetof(struct et_session_stats, recorded_bytes) },
	{ "eventstrace_tree_missed_total", "Processes for which a --tree had no room.",
	  offsetof(struct et_session_stats, tree_missed) },
	{ "eventstrace_programs_skipped_total",
	  "How often the kernel did not run a program where it should have.",
	  offsetof(struct et_session_stats, skipped) },
};

/* @id is 0: the type of the events is not known. */
static void put_event_label(unsigned int id, FILE *out)
{
	const struct et_event_info *info = et_event_by_id(id);

	fputs("{event=", out);
	prometheus_label(info ? info->flag : "unknown", out);
}

static void put_cause_labels(unsigned int id, unsigned int cause, FILE *out)
{
	const char *name = et_lost_cause_name(cause);

	put_event_label(id, out);
	fputs(",cause=", out);
	prometheus_label(name ? name : "UNKNOWN", out);
}

static void put_events(const struct summary *s, FILE *out)
{
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		prometheus_head(counts[i].name, "counter", counts[i].help, out);
		for (size_t e = 0; e < s->event_count; e++) {
			const char *stats = (const char *)&s->events[e];

			fputs(counts[i].name, out);
			put_event_label(s->events[e].id, out);
			fprintf(out, "} %" PRIu64 "\n",
				*(const uint64_t *)(stats + counts[i].offset));
		}
	}
}

/*
 * A cause that has not occurred has no line, because all causes of all events are about a hundred
 * lines.
 */
static void put_causes(const struct summary *s, FILE *out)
{
	const char *name = "eventstrace_events_lost_by_cause_total";

	prometheus_head(name, "counter", "The lost events, by the cause of a LOST line.", out);
	for (size_t e = 0; e < s->event_count; e++) {
		for (unsigned int cause = 0; cause < ET_LOST_CAUSE_MAX; cause++) {
			if (!s->events[e].lost_by[cause])
				continue;
			fputs(name, out);
			put_cause_labels(s->events[e].id, cause, out);
			fprintf(out, "} %" PRIu64 "\n", s->events[e].lost_by[cause]);
		}
	}
}

static void put_not_recorded(const struct summary *s, FILE *out)
{
	const char *name = "eventstrace_events_not_recorded_total";

	prometheus_head(name, "counter",
			"Received events that the folder of segments lacks, by cause.", out);
	for (size_t i = 0; i < s->not_recorded_count; i++) {
		const struct et_not_recorded_stats *row = &s->not_recorded[i];

		fputs(name, out);
		put_cause_labels(row->id, row->cause, out);
		fprintf(out, "} %" PRIu64 "\n", row->events);
	}
}

static void put_tables(const struct summary *s, FILE *out)
{
	const char *name = "eventstrace_table_refused_total";

	prometheus_head(name, "counter", "How often a table of pending operations had no room.",
			out);
	for (size_t i = 0; i < s->table_count; i++) {
		fprintf(out, "%s{table=", name);
		prometheus_label(s->tables[i].name, out);
		fprintf(out, "} %" PRIu64 "\n", s->tables[i].refused);
	}
}

static void put_locked(const struct et_session_stats *ss, FILE *out)
{
	const char *name = "eventstrace_locked_memory_bytes";

	if (ss->locked_unknown)
		return;
	prometheus_head(name, "gauge", "Locked kernel memory.", out);
	fprintf(out, "%s{kind=\"rings\"} %" PRIu64 "\n", name, ss->locked_ring);
	fprintf(out, "%s{kind=\"scratch\"} %" PRIu64 "\n", name, ss->locked_scratch);
	fprintf(out, "%s{kind=\"maps\"} %" PRIu64 "\n", name, ss->locked_maps);
}

void metrics_print(const struct summary *s, uint64_t start_ns, uint64_t now_ns, FILE *out)
{
	const struct et_session_stats *ss = &s->session;
	const char *build = "eventstrace_build_info";

	prometheus_head(build, "gauge", "Always 1; the label is the version of the program.", out);
	fprintf(out, "%s{version=", build);
	prometheus_label(et_version(), out);
	fputs("} 1\n", out);
	prometheus_time("eventstrace_start_time_seconds", "gauge",
			"When the recording began, since 1970.", start_ns, out);
	prometheus_time("eventstrace_last_write_timestamp_seconds", "gauge",
			"When this file was written, since 1970.", now_ns, out);
	prometheus_gauge("eventstrace_running", "1 while events are recorded, 0 after the end.",
			 s->running, out);
	if (!s->running)
		prometheus_gauge("eventstrace_accounted",
				 "At the end: 1 if every event is accounted for, else 0.",
				 ss->accounted, out);
	put_events(s, out);
	put_causes(s, out);
	put_not_recorded(s, out);
	for (size_t i = 0; i < sizeof(session_counts) / sizeof(*session_counts); i++) {
		prometheus_head(session_counts[i].name, "counter", session_counts[i].help, out);
		fprintf(out, "%s %" PRIu64 "\n", session_counts[i].name,
			*(const uint64_t *)((const char *)ss + session_counts[i].offset));
	}
	put_tables(s, out);
	prometheus_time(
		"eventstrace_reader_away_seconds_total", "counter",
		"Time in which the reader did not run for more than a second while events waited.",
		ss->away_ns, out);
	prometheus_gauge("eventstrace_switched_off",
			 "1 if another process has switched the recording off, else 0.",
			 ss->switched_off, out);
	put_locked(ss, out);
}
