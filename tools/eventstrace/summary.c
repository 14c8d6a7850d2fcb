/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/summary.h"

#include <inttypes.h>
#include <string.h>

#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/printable.h"
#include "tools/eventstrace/table.h"

/* The counts of an event type, in the order of the columns. */
static const struct count {
	const char *name;
	size_t offset;
} counts[] = {
#define COUNT(name) { #name, offsetof(struct et_event_stats, name) }
	COUNT(attempted), COUNT(sent),      COUNT(received), COUNT(written),
	COUNT(lost),      COUNT(truncated), COUNT(filtered), COUNT(bytes),
#undef COUNT
};

#define COUNTS (sizeof(counts) / sizeof(*counts))

static uint64_t *count_of(struct et_event_stats *stats, size_t i)
{
	return (uint64_t *)((char *)stats + counts[i].offset);
}

static uint64_t value_of(const struct et_event_stats *stats, size_t i)
{
	return *(const uint64_t *)((const char *)stats + counts[i].offset);
}

static struct et_event_stats total_of(const struct summary *s)
{
	struct et_event_stats total = { 0 };

	for (size_t e = 0; e < s->event_count; e++) {
		for (size_t i = 0; i < COUNTS; i++)
			*count_of(&total, i) += value_of(&s->events[e], i);
		for (size_t i = 0; i < ET_LOST_CAUSE_MAX; i++)
			total.lost_by[i] += s->events[e].lost_by[i];
	}
	return total;
}

static const char *flag_of(unsigned int id)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++) {
		if (infos[i].id == id)
			return infos[i].flag;
	}
	return "?";
}

static uint64_t locked_of(const struct et_session_stats *s)
{
	return s->locked_ring + s->locked_scratch + s->locked_maps;
}

int summary_take(struct et_session *session, struct summary *ret)
{
	struct summary s = { .session.sz = sizeof(s.session) };
	int n;

	n = et_session__event_stats(session, s.events, SUMMARY_EVENTS_MAX);
	if (n < 0)
		return n;
	s.event_count = n;
	n = et_session__stats(session, &s.session);
	if (n < 0)
		return n;
	n = et_session__table_stats(session, s.tables, SUMMARY_TABLES_MAX);
	if (n < 0)
		return n;
	s.table_count = n;
	n = et_session__user_stats(session, s.users, SUMMARY_USERS_MAX);
	if (n < 0)
		return n;
	s.user_count = n;
	n = et_session__left_out(session, s.left_out, SUMMARY_LEFT_OUT_MAX, &s.left_out_others);
	if (n < 0)
		return n;
	s.left_out_count = n;
	n = et_session__not_recorded(session, s.not_recorded, SUMMARY_NOT_RECORDED_MAX);
	if (n < 0)
		return n;
	s.not_recorded_count = n;
	s.hooks = et_session__hooks(session, &s.hook_count);
	*ret = s;
	return 0;
}

int summary_take_replay(struct et_replay *replay, struct summary *ret)
{
	struct summary s = { .session.sz = sizeof(s.session), .replayed = true };
	int n;

	n = et_replay__event_stats(replay, s.events, SUMMARY_EVENTS_MAX);
	if (n < 0)
		return n;
	s.event_count = n;
	n = et_replay__stats(replay, &s.session);
	if (n < 0)
		return n;
	s.whole = et_replay__whole(replay);
	*ret = s;
	return 0;
}

/* ---- text -------------------------------------------------------------------------------- */

static void add_counts(struct table *t, const struct et_event_stats *stats)
{
	for (size_t i = 0; i < COUNTS; i++)
		table_cell(t, "%" PRIu64, value_of(stats, i));
}

/* Add a cell with the hooks that an event uses. */
static void add_hooks(struct table *t, const struct summary *s, unsigned int id)
{
	char text[256] = "";

	if (s->replayed) {
		table_cell(t, "replayed");
		return;
	}
	for (size_t i = 0; i < s->hook_count; i++) {
		size_t used = strlen(text);

		if (s->hooks[i].event_id == id && s->hooks[i].chosen)
			snprintf(text + used, sizeof(text) - used, "%s%s", used ? " + " : "",
				 s->hooks[i].hook);
	}
	if (id == ET_EVENT_PROCESS_EXISTS)
		table_cell(t, "/proc");
	else
		table_cell(t, "%s", *text ? text : "not attached");
}

static bool has_counted(const struct et_event_stats *stats)
{
	for (size_t i = 0; i < COUNTS; i++)
		if (value_of(stats, i))
			return true;
	return false;
}

static int print_events(const struct summary *s, const struct et_event_stats *total, FILE *out)
{
	/* All columns but the first and the hooks are numbers. */
	bool hooks = !s->brief || s->verbose;
	struct table t = TABLE_INIT(COUNTS + 1 + hooks, ((1U << COUNTS) - 1) << 1);
	size_t rows = 0;
	int err;

	table_cell(&t, "event");
	for (size_t i = 0; i < COUNTS; i++)
		table_cell(&t, "%s", counts[i].name);
	if (hooks)
		table_cell(&t, "hook");
	for (size_t e = 0; e < s->event_count; e++) {
		if (s->brief && !has_counted(&s->events[e]))
			continue;
		rows++;
		table_cell(&t, "%s", flag_of(s->events[e].id));
		add_counts(&t, &s->events[e]);
		if (hooks)
			add_hooks(&t, s, s->events[e].id);
	}
	if (rows > 1) {
		table_cell(&t, "total");
		add_counts(&t, total);
		if (hooks)
			table_cell(&t, "%s", "");
	}
	/* Do not print a head without rows. */
	if (s->brief && !rows) {
		table_free(&t);
		return 0;
	}
	err = table_print(&t, out);
	table_free(&t);
	return err;
}

/* Print the causes of losses, a line for each event type, and the tables that were full. */
static void print_losses(const struct summary *s, FILE *out)
{
	for (size_t e = 0; e < s->event_count; e++) {
		const char *before = "";

		if (!s->events[e].lost)
			continue;
		fprintf(out, "lost %s: ", flag_of(s->events[e].id));
		for (unsigned int i = 0; i < ET_LOST_CAUSE_MAX; i++) {
			if (!s->events[e].lost_by[i])
				continue;
			fprintf(out, "%s%" PRIu64 " %s", before, s->events[e].lost_by[i],
				et_lost_cause_name(i));
			before = ", ";
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < s->table_count; i++)
		if (s->tables[i].refused)
			fprintf(out, "the table %s had no room %" PRIu64 " times\n",
				s->tables[i].name, s->tables[i].refused);
}

static size_t users_named(const struct summary *s)
{
	return s->user_count < SUMMARY_USERS_MAX ? s->user_count : SUMMARY_USERS_MAX;
}

/* Print the users whose events were lost with the cause USER_SHARE. */
static void print_users(const struct summary *s, FILE *out)
{
	if (!s->user_count)
		return;
	fputs("lost for their user's share of a ring:", out);
	for (size_t i = 0; i < users_named(s); i++)
		fprintf(out, "%s user %" PRIu32 " %" PRIu64, i ? "," : "", s->users[i].uid,
			s->users[i].refused);
	if (s->user_count > users_named(s))
		fprintf(out, ", and %zu more users", s->user_count - users_named(s));
	fputc('\n', out);
}

/* Print the processes whose events were left out because they read the output. */
static void print_left_out(const struct summary *s, FILE *out)
{
	for (size_t i = 0; i < s->left_out_count; i++) {
		const struct et_left_out *l = &s->left_out[i];
		char comm[sizeof(l->comm) + 1] = "";
		char text[sizeof(l->comm) * PRINTABLE_BYTE_MAX + 1];

		memcpy(comm, l->comm, sizeof(l->comm));
		printable(text, sizeof(text), comm, false);
		fprintf(out,
			"%u %s: %" PRIu64 " events left out: it writes what a tracer printed\n",
			l->tgid, text, l->events);
	}
	if (s->left_out_others)
		fprintf(out, "other processes: %" PRIu64 " events left out\n", s->left_out_others);
}

/* Print what prevented the session from seeing or reading events. The counts do not show this. */
static void print_interference(const struct et_session_stats *ss, FILE *out)
{
	if (ss->switched_off)
		fputs("another process has switched the recording off: what happened since is NOT "
		      "known\n",
		      out);
	if (ss->away_ns)
		fprintf(out,
			"the reader did not run for %.1f s in all, %.1f s at once, while events "
			"waited: it was stopped, or had no CPU\n",
			(double)ss->away_ns / 1e9, (double)ss->away_longest_ns / 1e9);
	if (ss->context_evicted)
		fprintf(out,
			"--context forgot %" PRIu64 " processes for lack of room: "
			"--context-processes gives it more\n",
			ss->context_evicted);
}

/*
 * Print whether received and lost add up to attempted, and the number of losses that LOST lines
 * report.
 */
static void print_account(const struct et_session_stats *ss, const struct et_event_stats *total,
			  FILE *out)
{
	if (ss->accounted)
		fprintf(out,
			"every event is accounted for: %" PRIu64 " attempted = %" PRIu64
			" received + %" PRIu64 " lost",
			total->attempted, total->received, total->lost);
	else
		fprintf(out,
			"NOT every event is accounted for: %" PRIu64 " attempted, %" PRIu64
			" received, %" PRIu64 " lost",
			total->attempted, total->received, total->lost);
	if (ss->missing)
		fprintf(out, ", %" PRIu64 " missing", ss->missing);
	if (ss->lost_told != total->lost + ss->missing)
		fprintf(out, "; found to be lost: %" PRIu64, ss->lost_told);
	if (ss->lost_written != ss->lost_told)
		fprintf(out, "; LOST lines report %" PRIu64, ss->lost_written);
	fputc('\n', out);
}

/* The name of the type of events that a folder of segments lacks. */
static const char *flag_of_not_recorded(const struct et_not_recorded_stats *row)
{
	return row->id ? flag_of(row->id) : "unknown";
}

/* Print the events that the folder of segments lacks, by type and cause. */
static void print_not_recorded(const struct summary *s, FILE *out)
{
	if (!s->session.not_recorded)
		return;
	fprintf(out,
		"%" PRIu64 " events are NOT in the folder of segments: ", s->session.not_recorded);
	for (size_t i = 0; i < s->not_recorded_count; i++)
		fprintf(out, "%s%" PRIu64 " %s %s", i ? ", " : "", s->not_recorded[i].events,
			flag_of_not_recorded(&s->not_recorded[i]),
			et_lost_cause_name(s->not_recorded[i].cause));
	fputc('\n', out);
}

/* Print the session's cost and result. */
static void print_session(const struct et_session_stats *ss, FILE *out)
{
	if (ss->locked_unknown)
		fputs("locked memory: not known: /proc does not tell\n", out);
	else
		fprintf(out,
			"locked memory: %" PRIu64 " KiB: rings %" PRIu64 ", scratch %" PRIu64
			", other maps %" PRIu64 " (per-CPU maps for %u possible CPUs)\n",
			locked_of(ss) / 1024, ss->locked_ring / 1024, ss->locked_scratch / 1024,
			ss->locked_maps / 1024, ss->cpus_possible);
	if (ss->lifecycle_rings > 1 || ss->bulk_rings > 1)
		fprintf(out,
			"rings: lifecycle %u of %" PRIu64 " KiB, bulk %u of %" PRIu64
			" KiB; each CPU uses one of each\n",
			ss->lifecycle_rings, ss->lifecycle_ring_bytes / 1024, ss->bulk_rings,
			ss->bulk_ring_bytes / 1024);
	if (ss->grown_sockets || ss->grown_tasks)
		fprintf(out,
			"memory allocated meanwhile: at most %" PRIu64 " KiB for sockets, %" PRIu64
			" KiB for tasks\n",
			ss->grown_sockets / 1024, ss->grown_tasks / 1024);
	fprintf(out,
		"wire format: %s%s%s%s; reader woken %" PRIu64 " times; output %" PRIu64 " bytes",
		ss->wire_format, ss->wire_format_why ? " (" : "",
		ss->wire_format_why ? ss->wire_format_why : "", ss->wire_format_why ? ")" : "",
		ss->wakeups, ss->output_bytes);
	if (ss->recorded_bytes)
		fprintf(out, ", recording %" PRIu64 " bytes", ss->recorded_bytes);
	fprintf(out, "; malformed records: %" PRIu64 "\n", ss->malformed);
	if (ss->tree_missed)
		fprintf(out,
			"no room for %" PRIu64 " processes of a tree: their events, and those of "
			"what descends from them, are NOT judged by it\n",
			ss->tree_missed);
	if (ss->skipped)
		fprintf(out,
			"the kernel did not run a program %" PRIu64 " times that it should have: "
			"what happened then is NOT known\n",
			ss->skipped);
}

static void print_recording(const struct summary *s, FILE *out)
{
	const struct et_session_stats *ss = &s->session;

	if (s->whole)
		fprintf(out, "recorded with wire format %s; ", ss->wire_format);
	fprintf(out, "output %" PRIu64 " bytes; malformed records: %" PRIu64 "\n", ss->output_bytes,
		ss->malformed);
	if (!s->whole && s->running)
		return;
	if (!s->whole)
		fputs("the recording's own account was not reached: it is at the end of the file\n",
		      out);
	else if (ss->accounted)
		fputs("when it was recorded, every event was accounted for\n", out);
	else
		fputs("when it was recorded, NOT every event was accounted for\n", out);
}

int summary_print_text(const struct summary *s, FILE *out)
{
	const struct et_session_stats *ss = &s->session;
	struct et_event_stats total = total_of(s);
	int err;

	err = print_events(s, &total, out);
	if (err)
		return err;
	if (s->replayed) {
		print_recording(s, out);
	} else {
		print_losses(s, out);
		print_users(s, out);
		print_left_out(s, out);
		print_interference(ss, out);
		print_session(ss, out);
		print_not_recorded(s, out);
		if (!s->running)
			print_account(ss, &total, out);
	}
	fprintf(out, "eventstrace: %s%" PRIu64 " event%s, %" PRIu64 " lost",
		s->running ? "so far " : "", total.written, total.written == 1 ? "" : "s",
		total.lost);
	/* Before the end, records may still be in the rings. */
	if (!s->running && total.sent > total.received)
		fprintf(out, ", %" PRIu64 " sent but not %s", total.sent - total.received,
			s->replayed ? "recorded" : "received");
	fputc('\n', out);
	return 0;
}

/* ---- JSON -------------------------------------------------------------------------------- */

/*
 * Print the counts without the closing bracket. A recording does not contain the causes of losses.
 */
static void print_counts(const struct summary *s, const struct et_event_stats *stats, FILE *out)
{
	const char *comma = "";

	fputc('{', out);
	for (size_t i = 0; i < COUNTS; i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", counts[i].name, value_of(stats, i));
	if (s->replayed)
		return;
	fputs(",\"lost_by_cause\":{", out);
	for (unsigned int i = 0; i < ET_LOST_CAUSE_MAX; i++) {
		if (!stats->lost_by[i])
			continue;
		fprintf(out, "%s\"%s\":%" PRIu64, comma, et_lost_cause_name(i), stats->lost_by[i]);
		comma = ",";
	}
	fputc('}', out);
}

/* Print for each table the number of refused insertions, because it was full. */
static void print_refused(const struct summary *s, FILE *out)
{
	fputs(",\"refused\":{", out);
	for (size_t i = 0; i < s->table_count; i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i ? "," : "", s->tables[i].name,
			s->tables[i].refused);
	fputc('}', out);
}

/* Print the users whose events were lost because of their share of a ring, with the numbers. */
static void print_refused_users(const struct summary *s, FILE *out)
{
	fputs(",\"refused_users\":[", out);
	for (size_t i = 0; i < users_named(s); i++)
		fprintf(out, "%s{\"uid\":%" PRIu32 ",\"events\":%" PRIu64 "}", i ? "," : "",
			s->users[i].uid, s->users[i].refused);
	fputc(']', out);
}

/*
 * Print the name of a process. Each byte that is not printable ASCII becomes one escaped character.
 */
static void print_comm_json(const char comm[16], FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < 16 && comm[i]; i++) {
		unsigned char c = (unsigned char)comm[i];

		if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void print_left_out_json(const struct summary *s, FILE *out)
{
	fputs(",\"left_out\":[", out);
	for (size_t i = 0; i < s->left_out_count; i++) {
		fprintf(out, "%s{\"pid\":%u,\"comm\":", i ? "," : "", s->left_out[i].tgid);
		print_comm_json(s->left_out[i].comm, out);
		fprintf(out, ",\"events\":%" PRIu64 "}", s->left_out[i].events);
	}
	fprintf(out, "],\"left_out_others\":%" PRIu64, s->left_out_others);
}

/* Print the events that the folder of segments lacks. The rows are sorted by type. */
static void print_not_recorded_json(const struct summary *s, FILE *out)
{
	const struct et_not_recorded_stats *rows = s->not_recorded;

	fprintf(out, ",\"not_recorded\":%" PRIu64 ",\"not_recorded_by_event\":{",
		s->session.not_recorded);
	for (size_t i = 0; i < s->not_recorded_count; i++) {
		if (i && rows[i].id == rows[i - 1].id)
			fputc(',', out);
		else
			fprintf(out, "%s\"%s\":{", i ? "}," : "", flag_of_not_recorded(&rows[i]));
		fprintf(out, "\"%s\":%" PRIu64, et_lost_cause_name(rows[i].cause), rows[i].events);
	}
	fputs(s->not_recorded_count ? "}}" : "}", out);
}

/* Print the members that only a live session has. */
static void print_live(const struct summary *s, FILE *out)
{
	print_refused(s, out);
	fprintf(out, ",\"grown\":{\"sockets\":%" PRIu64 ",\"tasks\":%" PRIu64 "}",
		s->session.grown_sockets, s->session.grown_tasks);
	print_refused_users(s, out);
	print_left_out_json(s, out);
	fprintf(out, ",\"switched_off\":%s,\"away_ns\":%" PRIu64 ",\"away_longest_ns\":%" PRIu64,
		s->session.switched_off ? "true" : "false", s->session.away_ns,
		s->session.away_longest_ns);
	if (s->session.context_evicted)
		fprintf(out, ",\"context_evicted\":%" PRIu64, s->session.context_evicted);
	if (s->session.not_recorded)
		print_not_recorded_json(s, out);
	if (s->session.lifecycle_rings)
		fprintf(out,
			",\"ring_shards\":{\"lifecycle\":{\"count\":%u,\"bytes\":%" PRIu64
			"},\"bulk\":{\"count\":%u,\"bytes\":%" PRIu64 "}}",
			s->session.lifecycle_rings, s->session.lifecycle_ring_bytes,
			s->session.bulk_rings, s->session.bulk_ring_bytes);
}

/*
 * Print the counts and hooks of an event. Names of events and hooks are those of this program, so
 * they need no escapes.
 */
static void print_event(const struct summary *s, const struct et_event_stats *stats, FILE *out)
{
	const char *comma = "";

	fprintf(out, "\"%s\":", flag_of(stats->id));
	print_counts(s, stats, out);
	fputs(",\"hooks\":[", out);
	for (size_t i = 0; i < s->hook_count; i++) {
		if (s->hooks[i].event_id != stats->id || !s->hooks[i].chosen)
			continue;
		fprintf(out, "%s\"%s\"", comma, s->hooks[i].hook);
		comma = ",";
	}
	fputs("]}", out);
}

static void print_locked(const struct et_session_stats *ss, FILE *out)
{
	if (ss->locked_unknown)
		fputs(",\"locked\":null", out);
	else
		fprintf(out,
			",\"locked\":{\"rings\":%" PRIu64 ",\"scratch\":%" PRIu64
			",\"maps\":%" PRIu64 ",\"total\":%" PRIu64 "}",
			ss->locked_ring, ss->locked_scratch, ss->locked_maps, locked_of(ss));
	if (ss->cpus_possible)
		fprintf(out, ",\"cpus_possible\":%u", ss->cpus_possible);
	else
		fputs(",\"cpus_possible\":null", out);
}

void summary_print_json(const struct summary *s, FILE *out)
{
	const struct et_session_stats *ss = &s->session;
	struct et_event_stats total = total_of(s);

	fputs("{\"events\":{", out);
	for (size_t e = 0; e < s->event_count; e++) {
		if (e)
			fputc(',', out);
		print_event(s, &s->events[e], out);
	}
	fputs("},\"total\":", out);
	print_counts(s, &total, out);
	fprintf(out,
		"},\"accounted\":%s,\"missing\":%" PRIu64 ",\"lost_told\":%" PRIu64
		",\"lost_written\":%" PRIu64 ",\"malformed\":%" PRIu64 ",\"wakeups\":%" PRIu64
		",\"output_bytes\":%" PRIu64 ",\"recorded_bytes\":%" PRIu64,
		ss->accounted ? "true" : "false", ss->missing, ss->lost_told, ss->lost_written,
		ss->malformed, ss->wakeups, ss->output_bytes, ss->recorded_bytes);
	print_locked(ss, out);
	fprintf(out, ",\"tree_missed\":%" PRIu64 ",\"skipped\":%" PRIu64 ",\"wire_format\":\"%s\"",
		ss->tree_missed, ss->skipped, ss->wire_format);
	if (s->replayed)
		fprintf(out, ",\"replayed\":true,\"whole\":%s", s->whole ? "true" : "false");
	else
		print_live(s, out);
	if (s->running)
		fputs(",\"running\":true", out);
	fputs("}\n", out);
}
