/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/figures.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/prometheus.h"

/*
 * The metric "eventstrace_ship_NAME", or "eventstrace_ship_NAME_total" of a counter. Rows with the
 * same name follow each other and differ in their label. JSON has the member NAME, or NAME_LABEL.
 */
static const struct row {
	const char *name;
	const char *label, *value; /* NULL: no label */
	bool is_gauge;
	const char *help;
	size_t offset;
} rows[] = {
#define FIGURE(member) offsetof(struct ship_figures, member)
	{ "events_read", NULL, NULL, false, "Events that were read from segments.",
	  FIGURE(events_read) },
	{ "events_acknowledged", NULL, NULL, false, "Events that the destination has.",
	  FIGURE(events_acknowledged) },
	{ "events_dropped", "cause", "rejected", false,
	  "Events that the sender did not send: the decoder rejected them.",
	  FIGURE(events_rejected) },
	{ "events_cut", NULL, NULL, false, "Events that were cut to --max-line.",
	  FIGURE(events_cut) },
	{ "events_unknown", "kind", "twice", false,
	  "Events that a relay's connection was carrying when it ended.",
	  FIGURE(events_maybe_twice) },
	{ "events_unknown", "kind", "missing", false, NULL, FIGURE(events_maybe_missing) },
	{ "messages_produced", NULL, NULL, false, "Messages that were made.",
	  FIGURE(messages_produced) },
	{ "messages_acknowledged", NULL, NULL, false, "Messages that the destination has.",
	  FIGURE(messages_acknowledged) },
	{ "messages_sent_again", NULL, NULL, false, "Messages that were sent more than once.",
	  FIGURE(messages_sent_again) },
	{ "reconnects", "cause", "closed", false,
	  "Connections that the peer closed, that failed, or that were not made.",
	  FIGURE(connections_closed) },
	{ "reconnects", "cause", "failed", false, NULL, FIGURE(connections_failed) },
	{ "reconnects", "cause", "refused", false, NULL, FIGURE(connections_refused) },
	{ "segments_done", NULL, NULL, false, "Segments of which the destination has all.",
	  FIGURE(segments_done) },
	{ "segments_damaged", NULL, NULL, false, "Segments that could not be read to the end.",
	  FIGURE(segments_damaged) },
	{ "events_waiting", NULL, NULL, true, "Events that were read and are not acknowledged.",
	  FIGURE(events_waiting) },
	{ "messages_waiting", NULL, NULL, true, "Messages that are not acknowledged.",
	  FIGURE(messages_waiting) },
	{ "folder_bytes", NULL, NULL, true, "Size of the segments in the folder.",
	  FIGURE(folder_bytes) },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

/* Columns of the tracer's own account. */
static const struct {
	const char *name, *help;
	size_t offset;
} columns[] = {
#define COLUMN(member) offsetof(struct et_file_account, member)
	{ "attempted", "Events that a probe began to record.", COLUMN(attempted) },
	{ "sent", "Events whose record was put into a ring.", COLUMN(sent) },
	{ "lost", "Events that were attempted and are not in the segments.", COLUMN(lost) },
	{ "truncated", "Events that were sent with a cut field.", COLUMN(truncated) },
	{ "filtered", "Events that were left out on purpose.", COLUMN(filtered) },
};

#define COLUMNS (sizeof(columns) / sizeof(*columns))

static uint64_t number_at(const void *base, size_t offset)
{
	uint64_t number;

	memcpy(&number, (const char *)base + offset, sizeof(number));
	return number;
}

static uint64_t lost_by_tracer(const struct ship_figures *figures)
{
	uint64_t lost = 0;

	for (size_t i = 0; i < SHIP_LOST_CAUSES_MAX; i++)
		lost += figures->recorded.lost_by[i];
	return lost;
}

/* The name of a cause; NULL: this version does not know it. */
static const char *cause_name(unsigned int cause)
{
	return et_lost_cause_name(cause);
}

int ship_figures_line(const struct ship_figures *f, char *text, size_t size)
{
	return snprintf(text, size,
			"%" PRIu64 " events read, %" PRIu64 " acknowledged in %" PRIu64
			" messages, %" PRIu64 " messages sent again; %" PRIu64
			" events wait, the oldest for %.1f s, with %" PRIu64
			" KiB of segments; %" PRIu64 " rejected, %" PRIu64
			" lost by the tracer; %" PRIu64 " reconnects",
			f->events_read, f->events_acknowledged, f->messages_acknowledged,
			f->messages_sent_again, f->events_waiting, (double)f->oldest_ns / 1e9,
			f->folder_bytes / 1024, f->events_rejected, lost_by_tracer(f),
			f->connections_closed + f->connections_failed + f->connections_refused);
}

/* ---- JSON ---------------------------------------------------------------------------------- */

static bool has_events(const struct et_file_account *account)
{
	return account->attempted || account->filtered;
}

static void put_recorded(const struct ship_recorded *recorded, FILE *out)
{
	const char *comma = "";

	fputs(",\"recorded\":{", out);
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
		const struct et_event_info *info = et_event_by_id(id);

		if (!info || !has_events(&recorded->by_type[id]))
			continue;
		fprintf(out, "%s\"%s\":{", comma, info->flag);
		for (size_t i = 0; i < COLUMNS; i++)
			fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", columns[i].name,
				number_at(&recorded->by_type[id], columns[i].offset));
		fputc('}', out);
		comma = ",";
	}
	comma = "";
	fputs("},\"lost_by_cause\":{", out);
	for (unsigned int cause = 0; cause < SHIP_LOST_CAUSES_MAX; cause++) {
		if (!recorded->lost_by[cause] || !cause_name(cause))
			continue;
		fprintf(out, "%s\"%s\":%" PRIu64, comma, cause_name(cause),
			recorded->lost_by[cause]);
		comma = ",";
	}
	fputc('}', out);
}

void ship_figures_json(const struct ship_figures *figures, FILE *out)
{
	for (size_t i = 0; i < ROWS; i++)
		fprintf(out, "%s\"%s%s%s\":%" PRIu64, i ? "," : "{", rows[i].name,
			rows[i].value ? "_" : "", rows[i].value ? rows[i].value : "",
			number_at(figures, rows[i].offset));
	fprintf(out, ",\"oldest_event_age_seconds\":%.3f", (double)figures->oldest_ns / 1e9);
	put_recorded(&figures->recorded, out);
	fputs("}\n", out);
}

/* ---- Prometheus ---------------------------------------------------------------------------- */

static void put_row(const struct ship_figures *figures, const struct row *row, FILE *out)
{
	char name[64];

	snprintf(name, sizeof(name), "eventstrace_ship_%s%s", row->name,
		 row->is_gauge ? "" : "_total");
	/* The first of the rows with this name. */
	if (row->help)
		prometheus_head(name, row->is_gauge ? "gauge" : "counter", row->help, out);
	fputs(name, out);
	if (row->label) {
		fprintf(out, "{%s=", row->label);
		prometheus_label(row->value, out);
		fputc('}', out);
	}
	fprintf(out, " %" PRIu64 "\n", number_at(figures, row->offset));
}

static void put_column(const struct ship_recorded *recorded, size_t column, FILE *out)
{
	char name[64];

	snprintf(name, sizeof(name), "eventstrace_recorded_events_%s_total", columns[column].name);
	prometheus_head(name, "counter", columns[column].help, out);
	for (unsigned int id = 1; id < ET_EVENT_TYPES; id++) {
		const struct et_event_info *info = et_event_by_id(id);

		if (!info || !has_events(&recorded->by_type[id]))
			continue;
		fprintf(out, "%s{event=", name);
		prometheus_label(info->flag, out);
		fprintf(out, "} %" PRIu64 "\n",
			number_at(&recorded->by_type[id], columns[column].offset));
	}
}

static void put_causes(const struct ship_recorded *recorded, FILE *out)
{
	const char *name = "eventstrace_recorded_events_lost_by_cause_total";

	prometheus_head(name, "counter", "Events that LOST records report, by their cause.", out);
	for (unsigned int cause = 0; cause < SHIP_LOST_CAUSES_MAX; cause++) {
		if (!cause_name(cause))
			continue;
		fprintf(out, "%s{cause=", name);
		prometheus_label(cause_name(cause), out);
		fprintf(out, "} %" PRIu64 "\n", recorded->lost_by[cause]);
	}
}

void ship_figures_metrics(const struct ship_figures *figures, const char *version,
			  uint64_t start_ns, FILE *out)
{
	const char *build = "eventstrace_ship_build_info";

	prometheus_head(build, "gauge", "Always 1; the label is the version of the program.", out);
	fprintf(out, "%s{version=", build);
	prometheus_label(version, out);
	fputs("} 1\n", out);
	prometheus_time("eventstrace_ship_start_time_seconds", "gauge",
			"When the sender began, since 1970.", start_ns, out);
	for (size_t i = 0; i < ROWS; i++)
		put_row(figures, &rows[i], out);
	prometheus_time("eventstrace_ship_oldest_event_age_seconds", "gauge",
			"Age of the oldest event that waits; 0 if none waits.", figures->oldest_ns,
			out);
	for (size_t i = 0; i < COLUMNS; i++)
		put_column(&figures->recorded, i, out);
	put_causes(&figures->recorded, out);
}
