/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "tools/eventstrace/option_table.h"
#include "tools/eventstrace/options.h"
#include "tools/eventstrace/wrap.h"

/* Position and width of the second column, in characters. */
#define COLUMN 32
#define WIDTH  48

/* Print the left column, and the text in the second column. */
static void put_row(FILE *out, const char *left, const char *text)
{
	int column = fprintf(out, "  %s", left);

	while (*text) {
		size_t len = wrap_length(text, WIDTH);

		fprintf(out, "%*s%.*s\n", column < COLUMN ? COLUMN - column : 1, "", (int)len,
			text);
		text += len;
		text += strspn(text, " ");
		column = 0;
	}
}

/* Print text without a left column. */
static void put_text(FILE *out, const char *text)
{
	while (*text) {
		size_t len = wrap_length(text, COLUMN + WIDTH);

		fprintf(out, "%.*s\n", (int)len, text);
		text += len;
		text += strspn(text, " ");
	}
}

static void put_option(FILE *out, const struct option_row *row)
{
	char left[COLUMN];
	char letter[] = { '-', option_letter(row), ',', ' ', '\0' };

	if (option_optional(row))
		snprintf(left, sizeof(left), "%s--%s[=%s", letter[1] ? letter : "    ", row->name,
			 row->arg + 1);
	else
		snprintf(left, sizeof(left), "%s--%s%s%s", letter[1] ? letter : "    ", row->name,
			 row->arg ? "=" : "", row->arg ? row->arg : "");
	put_row(out, left, row->doc);
}

/* True if the event is the first of its category. */
static bool is_first(const struct et_event_info *infos, size_t event)
{
	for (size_t i = 0; i < event; i++)
		if (!strcmp(infos[i].category, infos[event].category))
			return false;
	return true;
}

static void put_category(FILE *out, const char *category)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	char left[COLUMN];

	fprintf(out, "\nEvents of category \"%s\":\n", category);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(infos[i].category, category) != 0)
			continue;
		snprintf(left, sizeof(left), "    --%s", infos[i].flag);
		put_row(out, left, infos[i].doc);
	}
}

static void put_events(FILE *out)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++)
		if (is_first(infos, i))
			put_category(out, infos[i].category);
}

/* The options by group; 0 ends a group's list. Options without a group are printed last. */
static const struct {
	const char *title;
	int keys[32];
} groups[] = {
	{ "Which events", { KEY_EVENTS, KEY_ALL, KEY_FAILED } },
	{ "Whose events",
	  { KEY_PID, KEY_TREE, KEY_UID, KEY_COMM, KEY_CGROUP, KEY_PATH_PREFIX, KEY_EXCLUDE_PID,
	    KEY_EXCLUDE_TREE, KEY_EXCLUDE_UID, KEY_EXCLUDE_COMM, KEY_EXCLUDE_CGROUP,
	    KEY_EXCLUDE_PATH_PREFIX } },
	{ "Output", { KEY_OUTPUT,   KEY_APPEND,   KEY_FORMAT,   KEY_COLUMNS,        KEY_WIDE,
		      KEY_UTC,      KEY_COLOR,    KEY_FIELDS,   KEY_EXCLUDE_FIELDS, KEY_HEADER,
		      KEY_IDENTITY, KEY_NUMBERS,  KEY_STATS,    KEY_STATS_INTERVAL, KEY_TOP,
		      KEY_METRICS,  KEY_FEATURES, KEY_UNBUFFER, KEY_LATENCY,        KEY_MODE } },
	{ "A command", { KEY_USER, KEY_WAIT, KEY_SUMMARY } },
	{ "When to stop", { KEY_DURATION, KEY_COUNT, KEY_DRAIN_TIMEOUT } },
	{ "Recordings",
	  { KEY_RECORD, KEY_REPLAY, KEY_SINCE, KEY_UNTIL, KEY_ROTATE_SIZE, KEY_ROTATE_KEEP,
	    KEY_COMPRESS, KEY_SEGMENT_SIZE, KEY_SEGMENT_AGE, KEY_SPOOL_SIZE, KEY_SPOOL_FULL,
	    KEY_SPOOL_SYNC, KEY_SPOOL_GROUP, KEY_SPOOL, KEY_SHIP_AS } },
	{ "Secrets", { KEY_ENV, KEY_REDACT, KEY_REDACT_TTY, KEY_RUN_AS } },
	{ "Hooks and memory",
	  { KEY_PROBE, KEY_ATTACH, KEY_RING_SIZE, KEY_RING_SHARDS, KEY_MEMORY_BUDGET,
	    KEY_WIRE_FORMAT, KEY_WAKEUP, KEY_FAIR, KEY_LIMIT_FEEDBACK } },
};

#define GROUPS (sizeof(groups) / sizeof(*groups))

static bool is_in_group(size_t group, int key)
{
	for (const int *k = groups[group].keys; *k; k++)
		if (*k == key)
			return true;
	return false;
}

static bool is_in_any(int key)
{
	for (size_t g = 0; g < GROUPS; g++)
		if (is_in_group(g, key))
			return true;
	return false;
}

const char *option_group_title(size_t group)
{
	return group < GROUPS ? groups[group].title : group == GROUPS ? "Others" : NULL;
}

bool option_is_in_group(size_t group, const struct option_row *row)
{
	return group < GROUPS ? is_in_group(group, row->key) : !is_in_any(row->key);
}

static void put_groups(FILE *out)
{
	const char *title;

	for (size_t g = 0; (title = option_group_title(g)); g++) {
		fprintf(out, "\n%s:\n", title);
		for (const struct option_row *row = option_table; row->name; row++)
			if (option_is_in_group(g, row))
				put_option(out, row);
	}
}

const char option_examples[] =
	"  eventstrace -e exec,exec-failed          programs that start, or fail to\n"
	"  eventstrace --tree=self                  what this shell and its children do\n"
	"  eventstrace -e file --path-prefix=/etc/  changes of files below /etc\n"
	"  eventstrace -e network -d 5m -o net.json five minutes of connections, as JSON\n"
	"  eventstrace --record=all.etr -d 1h       all events, for --replay=all.etr\n";

void options_help(FILE *out)
{
	fputs("Usage: eventstrace [OPTION]... [[--] COMMAND [ARG]...]\n"
	      "Record what the processes of this host do, through eBPF: on a terminal a line an\n"
	      "event, elsewhere one JSON object a line, on stdout, until interrupted; and a\n"
	      "summary on stderr at the end.\n"
	      "With a COMMAND: start it, and record on stderr what it and its descendants do,\n"
	      "until it ends.\n"
	      "\nExamples:\n",
	      out);
	fputs(option_examples, out);
	put_groups(out);
	put_events(out);
	fputs("\nExit status:\n"
	      "  0  stopped cleanly: by -d, -n, SIGINT, SIGTERM or SIGHUP\n"
	      "  1  an error without a number of its own\n"
	      "  2  the command line is wrong\n"
	      "  3  a privilege is missing; the message names it\n"
	      "  4  no requested event can be recorded on this kernel, or one that was\n"
	      "     named cannot be recorded with the hooks of --attach\n"
	      "  5  the output cannot be written: no space, closed pipe, no permission\n"
	      "With a COMMAND that was started: its own status if that is not 0, or 128 plus\n"
	      "the signal that ended it; 126: it cannot be executed; 127: no such program.\n",
	      out);
}

static void put_fields(FILE *out, unsigned int id)
{
	size_t count;
	const struct et_field_info *fields = et_event_fields(id, &count);
	char left[COLUMN], text[1024];

	put_row(out, "event_type", "string: which event it is");
	put_row(out, "timestamp", "string: when it happened, in UTC");
	put_row(out, "ts_ns", "number: the same, CLOCK_MONOTONIC nanoseconds");
	for (size_t i = 0; i < count; i++) {
		snprintf(left, sizeof(left), "%s%s", fields[i].parent ? "  ." : "", fields[i].name);
		snprintf(text, sizeof(text), "%s: %s", fields[i].type, fields[i].doc);
		put_row(out, left, text);
	}
}

void options_help_events(FILE *out, uint64_t events)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);
	const char *newline = "";

	for (size_t i = 0; i < count; i++) {
		if (!(events & ET_EVENT_BIT(infos[i].id)))
			continue;
		fprintf(out, "%s%s, --%s\n", newline, infos[i].name, infos[i].flag);
		put_text(out, infos[i].doc);
		fputs("\nFields:\n", out);
		put_fields(out, infos[i].id);
		newline = "\n";
	}
}
