/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Encodes an event as text for people: one line with columns that fit the terminal's width.
 * docs/eventstrace.md describes the columns.
 */
#include "lib/encode/text.h"

#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "lib/decode/facts.h"
#include "lib/encode/encode.h"
#include "lib/encode/numbers.h"
#include "lib/encode/text_state.h"
#include "lib/enrich/container.h"
#include "lib/wire/shared.h"

/* ---- what events have in common ----------------------------------------------------------- */

/* The name of each event type for the option -e, such as "process-exec", and its category. */
static const struct {
	const char *flag, *category;
} types[ET_EVENT_TYPES] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) [id] = { flag, #category },
#include "lib/wire/schema.def"
};

/*
 * The name of an event type in the column "event": its name for -e without the category, such as
 * "exec" for "process-exec".
 */
static const char *short_name(unsigned int type)
{
	return strchr(types[type].flag, '-') + 1;
}

/* ---- columns ------------------------------------------------------------------------------ */

static const struct {
	const char *name, *title;
	unsigned int width; /* width in characters; 0: the rest of the line */
	bool right;         /* true: align the text at the right end of the column */
} columns[ET_COLUMNS] = {
	[ET_COLUMN_TIME] = { "time", "TIME", 12, false },
	[ET_COLUMN_EVENT] = { "event", "EVENT", 12, false },
	[ET_COLUMN_USER] = { "user", "USER", 8, false },
	[ET_COLUMN_PID] = { "pid", "PID", 7, true },
	[ET_COLUMN_PPID] = { "ppid", "PPID", 7, true },
	[ET_COLUMN_COMMAND] = { "command", "COMMAND", 15, false },
	[ET_COLUMN_CONTAINER] = { "container", "CONTAINER", 12, false },
	[ET_COLUMN_WHAT] = { "what", "WHAT", 0, false },
	[ET_COLUMN_DATE] = { "date", "DATE", 10, false },
	[ET_COLUMN_UID] = { "uid", "UID", 7, true },
	[ET_COLUMN_TID] = { "tid", "TID", 7, true },
	[ET_COLUMN_ANCESTORS] = { "ancestors", "ANCESTORS", 24, false },
};

/*
 * WIDTH_DEFAULT: characters of a line if the terminal's width is unknown. WIDTH_LEAST: characters
 * of a line on any narrower terminal.
 */
#define WIDTH_DEFAULT 80
#define WIDTH_LEAST   20

/*
 * If fewer than WHAT_USUAL characters remain for the last column, fit() makes other columns
 * narrower. If fewer than WHAT_LEAST remain, it leaves some out.
 */
#define WHAT_USUAL 36
#define WHAT_LEAST 22

/* Largest number of names in the column "ancestors". */
#define ANCESTORS_MAX 8

static int find_column(const char *name, size_t len)
{
	for (int i = 0; i < ET_COLUMNS; i++)
		if (strlen(columns[i].name) == len && !memcmp(columns[i].name, name, len))
			return i;
	return -1;
}

const char *et_text_bad_column(const char *list, size_t *ret_len)
{
	for (;; list++) {
		size_t len = strcspn(list, ",");

		if (find_column(list, len) < 0) {
			*ret_len = len;
			return list;
		}
		list += len;
		if (!*list)
			return NULL;
	}
}

const char *et_text_column_names(void)
{
	return "time, event, user, pid, ppid, command, container, what, date, uid, tid, "
	       "ancestors";
}

/* Set the columns of the lines from a list of names. A name that comes twice counts only once. */
static int take_columns(struct et_text *text, const char *list)
{
	size_t len;

	if (et_text_bad_column(list, &len))
		return -EINVAL;
	for (;; list++) {
		int column;

		len = strcspn(list, ",");
		column = find_column(list, len);
		if (!memchr(text->columns, column, text->column_count))
			text->columns[text->column_count++] = (unsigned char)column;
		list += len;
		if (!*list)
			return 0;
	}
}

/* Number of characters that all columns but the last take, with a space after each. */
static unsigned int used_width(const struct et_text *text)
{
	unsigned int used = 0;

	for (unsigned int i = 0; i < text->column_count; i++) {
		unsigned int width = text->width[text->columns[i]];

		/*
		 * Do not reserve room for the column "container": it is printed only for events in
		 * containers. If the user has chosen the columns, it is always printed.
		 */
		if (text->columns[i] != ET_COLUMN_CONTAINER || text->chosen)
			used += width ? width + 1 : 0;
	}
	return used;
}

/*
 * Make columns narrower, or leave some out, until the last column has enough room. Columns that the
 * user has chosen stay.
 */
static void fit(struct et_text *text)
{
	static const struct {
		unsigned char column, width, least;
	} steps[] = {
		{ ET_COLUMN_COMMAND, 10, WHAT_USUAL },   { ET_COLUMN_TIME, 8, WHAT_USUAL },
		{ ET_COLUMN_ANCESTORS, 12, WHAT_USUAL }, { ET_COLUMN_ANCESTORS, 0, WHAT_LEAST },
		{ ET_COLUMN_PPID, 0, WHAT_LEAST },       { ET_COLUMN_USER, 0, WHAT_LEAST },
		{ ET_COLUMN_COMMAND, 0, WHAT_LEAST },    { ET_COLUMN_TIME, 0, WHAT_LEAST },
	};

	for (int i = 0; i < ET_COLUMNS; i++)
		text->width[i] = (unsigned char)columns[i].width;
	if (text->chosen || text->limit == ET_LINE_ENDLESS)
		return;
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (used_width(text) + steps[i].least > text->limit)
			text->width[steps[i].column] = steps[i].width;
}

/* Read the terminal's width, and make the columns fit it. */
static void measure(struct et_text *text)
{
	struct winsize size = { 0 };

	text->limit = ET_LINE_ENDLESS;
	if (text->options.fd >= 0) {
		if (ioctl(text->options.fd, TIOCGWINSZ, &size) < 0 || !size.ws_col)
			size.ws_col = WIDTH_DEFAULT;
		text->limit = size.ws_col < WIDTH_LEAST ? WIDTH_LEAST : size.ws_col;
	}
	fit(text);
}

int et_text_new(const struct et_text_options *options, struct et_text **ret)
{
	static const char usual[] = "time,event,user,pid,ppid,command,container,what";
	static const char with_ancestors[] =
		"time,event,user,pid,ppid,command,ancestors,container,what";
	struct et_text *text = calloc(1, sizeof(*text));
	int r;

	if (!text)
		return -ENOMEM;
	text->options = *options;
	text->options.columns = NULL;
	text->chosen = options->columns;
	text->second = ~0ULL;
	r = take_columns(text, options->columns     ? options->columns
			       : options->ancestors ? with_ancestors
						    : usual);
	if (r == 0 && !options->names)
		r = et_names_new(-1, -1, &text->own_names);
	if (r < 0) {
		et_text_free(text);
		return r;
	}
	text->names = options->names ? options->names : text->own_names;
	tzset();
	measure(text);
	*ret = text;
	return 0;
}

void et_text_refresh(struct et_text *text)
{
	measure(text);
}

void et_text_set_processes(struct et_text *text, struct et_process_table *processes)
{
	text->processes = processes;
}

void et_text_free(struct et_text *text)
{
	if (!text)
		return;
	et_names_free(text->own_names);
	free(text);
}

static bool is_left_out(const struct et_text *text, unsigned char column)
{
	return columns[column].width && !text->width[column];
}

size_t et_text_header(const struct et_text *text, char *buf)
{
	struct et_line l, saved;

	if (!text->options.header)
		return 0;
	et_line_begin(&l, buf, text->limit, text->options.color, true);
	et_line_color(&l, ET_LINE_BOLD);
	for (unsigned int i = 0; i < text->column_count; i++) {
		unsigned char c = text->columns[i];
		bool last = i + 1 == text->column_count;

		if (is_left_out(text, c) || (c == ET_COLUMN_CONTAINER && !text->chosen))
			continue;
		if (last) {
			et_line_put(&l, columns[c].title);
			continue;
		}
		et_line_cell(&l, text->width[c], &saved);
		if (columns[c].right)
			et_line_right(&l, columns[c].title, text->width[c]);
		else
			et_line_put(&l, columns[c].title);
		et_line_cell_end(&l, &saved);
		et_line_put(&l, " ");
	}
	return (size_t)(et_line_end(&l) - buf);
}

/* ---- lines -------------------------------------------------------------------------------- */

void et_text_user(struct et_line *l, const struct et_text *text, __u32 uid)
{
	const char *name = et_names_find(text->names, ET_NAME_USER, uid);

	if (name)
		et_line_bytes(l, name, strlen(name));
	else
		et_line_u64(l, uid);
}

/* Set the texts of the time and the date for @second, a number of seconds since 1970. */
static void set_second(struct et_text *text, __u64 second)
{
	time_t t = (time_t)second;
	struct tm tm = { 0 };

	if (text->options.utc)
		(void)gmtime_r(&t, &tm);
	else
		(void)localtime_r(&t, &tm);
	if (!strftime(text->clock, sizeof(text->clock), "%H:%M:%S", &tm))
		*text->clock = '\0';
	if (!strftime(text->date, sizeof(text->date), "%Y-%m-%d", &tm))
		*text->date = '\0';
	text->second = second;
}

static void put_time(struct et_line *l, struct et_text *text, __u64 time_ns)
{
	unsigned int ms = time_ns / 1000000 % 1000;
	const char fraction[] = { '.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10),
				  (char)('0' + ms % 10), '\0' };

	if (time_ns / 1000000000 != text->second)
		set_second(text, time_ns / 1000000000);
	et_line_put(l, text->clock);
	if (text->width[ET_COLUMN_TIME] > strlen(text->clock))
		et_line_put(l, fraction);
}

static enum et_line_color color_of(const struct et_event *event)
{
	const char *category = types[event->hdr->type].category;

	if (et_text_is_failure(event))
		return ET_LINE_RED;
	if (!strcmp(category, "process"))
		return ET_LINE_GREEN;
	return strcmp(category, "file") ? ET_LINE_MAGENTA : ET_LINE_CYAN;
}

static void put_id(struct et_line *l, const __u32 *id, unsigned int width)
{
	char digits[ET_MAX_U32 + 1] = "-";

	if (id)
		*et_put_u32(digits, *id) = '\0';
	et_line_right(l, digits, width);
}

/*
 * Find the event's container: from the cgroup path in the event, or else from the event's process
 * in the table of processes.
 */
static bool find_container(const struct et_text *text, const struct et_event *event,
			   const struct et_facts *facts, struct et_container *ret)
{
	const struct et_table_process *process;

	if (et_container_find(facts, ret))
		return true;
	process = text->processes ? et_process_table_find(text->processes, event) : NULL;
	if (!process || !process->container)
		return false;
	*ret = (struct et_container){
		.runtime = process->container->runtime,
		.id = process->container->text,
		.id_len = process->container->id_len,
	};
	return true;
}

static void put_container(struct et_line *l, const struct et_text *text,
			  const struct et_event *event, const struct et_facts *facts)
{
	struct et_container c;

	if (!find_container(text, event, facts, &c))
		et_line_put(l, "-");
	else if (!strcmp(c.runtime, "nspawn"))
		et_line_bytes(l, c.id, c.id_len);
	else
		et_line_bytes(l, c.id, ET_CONTAINER_SHORT);
}

/* Add the names of the ancestors of the event's process, the parent first. */
static void put_ancestors(struct et_line *l, const struct et_text *text,
			  const struct et_event *event)
{
	const struct et_table_process *process = NULL;

	if (text->processes)
		process = et_process_table_find(text->processes, event);
	for (unsigned int i = 0; i < ANCESTORS_MAX; i++) {
		process = process ? et_process_table_parent(text->processes, process) : NULL;
		if (!process) {
			if (!i)
				et_line_put(l, "-");
			break;
		}
		if (i)
			et_line_put(l, " < ");
		et_line_bytes(l, process->comm, strnlen(process->comm, sizeof(process->comm)));
	}
}

static void put_column(struct et_line *l, struct et_text *text, const struct et_event *event,
		       const struct et_facts *facts, unsigned char column)
{
	const struct et_pids *pids = facts->pids;
	unsigned int width = text->width[column];

	switch ((enum et_text_column)column) {
	case ET_COLUMN_TIME:
		put_time(l, text, event->time_ns);
		break;
	case ET_COLUMN_DATE:
		if (event->time_ns / 1000000000 != text->second)
			set_second(text, event->time_ns / 1000000000);
		et_line_put(l, text->date);
		break;
	case ET_COLUMN_EVENT:
		et_line_put(l, short_name(event->hdr->type));
		break;
	case ET_COLUMN_USER:
		if (facts->ruid)
			et_text_user(l, text, *facts->ruid);
		else
			et_line_put(l, "-");
		break;
	case ET_COLUMN_PID:
		put_id(l, pids ? &pids->tgid : NULL, width);
		break;
	case ET_COLUMN_PPID:
		put_id(l, pids ? &pids->ppid : NULL, width);
		break;
	case ET_COLUMN_TID:
		put_id(l, pids ? &pids->tid : NULL, width);
		break;
	case ET_COLUMN_UID:
		put_id(l, facts->ruid, width);
		break;
	case ET_COLUMN_COMMAND:
		if (facts->comm)
			et_line_bytes(l, facts->comm, strnlen(facts->comm, 16));
		else
			et_line_put(l, "-");
		break;
	case ET_COLUMN_CONTAINER:
		put_container(l, text, event, facts);
		break;
	case ET_COLUMN_ANCESTORS:
		put_ancestors(l, text, event);
		break;
	case ET_COLUMN_WHAT:
		et_text_what(l, text, event);
		break;
	case ET_COLUMNS:
		break;
	}
}

static enum et_line_color column_color(const struct et_event *event, unsigned char column)
{
	switch ((enum et_text_column)column) {
	case ET_COLUMN_TIME:
	case ET_COLUMN_DATE:
		return ET_LINE_DIM;
	case ET_COLUMN_EVENT:
		return color_of(event);
	case ET_COLUMN_CONTAINER:
		return ET_LINE_YELLOW;
	default:
		return ET_LINE_PLAIN;
	}
}

static size_t put_event(struct et_text *text, const struct et_event *event, char *buf)
{
	struct et_container container;
	struct et_line l, saved;
	struct et_facts facts;

	et_facts_find(event, &facts);
	et_line_begin(&l, buf, text->limit, text->options.color, text->options.ascii);
	for (unsigned int i = 0; i < text->column_count; i++) {
		unsigned char c = text->columns[i];
		enum et_line_color color = column_color(event, c);
		bool last = i + 1 == text->column_count;

		if (is_left_out(text, c))
			continue;
		if (c == ET_COLUMN_CONTAINER && !text->chosen &&
		    !find_container(text, event, &facts, &container))
			continue;
		if (color != ET_LINE_PLAIN)
			et_line_color(&l, color);
		if (columns[c].width && !last)
			et_line_cell(&l, text->width[c], &saved);
		put_column(&l, text, event, &facts, c);
		if (columns[c].width && !last)
			et_line_cell_end(&l, &saved);
		if (color != ET_LINE_PLAIN)
			et_line_color(&l, ET_LINE_PLAIN);
		if (!last)
			et_line_put(&l, " ");
	}
	return (size_t)(et_line_end(&l) - buf);
}

static const char *cause_of(__u8 cause)
{
	static const struct {
		const char *of, *doc;
		unsigned int number;
	} values[] = {
#define ET_ENUM_VALUE(ENUM, enum_, number, NAME, doc) { #enum_, (doc), number },
#include "lib/wire/schema.def"
	};

	for (size_t i = 0; cause && i < sizeof(values) / sizeof(*values); i++)
		if (values[i].number == cause && !strcmp(values[i].of, "lost_cause"))
			return values[i].doc;
	return "the cause is not known";
}

/* Write a LOST line. Such a line has no columns, so that people notice it even without colours. */
static size_t put_lost(struct et_text *text, const struct et_event *event, char *buf)
{
	const struct et_lost *lost = (const void *)event->hdr;
	const __u8 cause = ET_LACKS(event->older, 2) ? 0 : lost->cause;
	struct et_line l;

	et_line_begin(&l, buf, text->limit, text->options.color, true);
	et_line_color(&l, ET_LINE_ALARM);
	put_time(&l, text, event->time_ns);
	et_line_put(&l, " *** LOST ");
	et_line_u64(&l, lost->count);
	if (lost->lost_type && lost->lost_type < ET_EVENT_TYPES) {
		et_line_put(&l, " ");
		et_line_put(&l, types[lost->lost_type].flag);
	}
	et_line_put(&l, lost->count == 1 ? " event: " : " events: ");
	et_line_put(&l, cause_of(cause));
	if (lost->segment) {
		et_line_put(&l, " (segment ");
		et_line_u64(&l, lost->segment);
		et_line_put(&l, ")");
	} else if (cause < ET_LOST_CAUSES) {
		/* Events that were lost after the rings, as with QUEUE_FULL, have no CPU. */
		et_line_put(&l, " (CPU ");
		et_line_u64(&l, lost->cpu);
		et_line_put(&l,
			    lost->ring == ET_RING_LIFECYCLE ? ", lifecycle ring)" : ", bulk ring)");
	}
	et_line_put(&l, " ***");
	return (size_t)(et_line_end(&l) - buf);
}

/* ---- the format --------------------------------------------------------------------------- */

/*
 * Upper bound in bytes of a line without its values of variable length. A line has at most ten user
 * names.
 */
#define FIXED_MAX \
	(2048 + 10 * ET_LINE_BYTE_MAX * ET_USER_MAX + ANCESTORS_MAX * (16 * ET_LINE_BYTE_MAX + 3))

/* Upper bound in bytes of the text for a value of @size bytes. */
#define VAR_MAX(size) (ET_LINE_BYTE_MAX * (size) + ET_LINE_FIELD_MAX)

/*
 * A union as large as the longest possible line of an event, in which each value has its largest
 * size.
 */
union largest {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) char name[FIXED_MAX
#define ET_VAR(owner, NAME, name, doc) +VAR_MAX(ET_CAP_##NAME)
#define ET_EVENT_END(name) \
	]                  \
	;
#include "lib/wire/schema.def"
};

static size_t text_bound(const struct et_event *event)
{
	size_t bytes = FIXED_MAX;

	if (event->hdr->type >= ET_EVENT_TYPES)
		return bytes;
	for (unsigned int i = 0; i < ET_VARS_MAX; i++)
		bytes += event->vars[i].data ? VAR_MAX(event->vars[i].size) : 0;
	return bytes;
}

static size_t text_encode(struct et_encoder *enc, const struct et_event *event, char *buf)
{
	if (event->hdr->type >= ET_EVENT_TYPES)
		return put_lost(enc->text, event, buf);
	return put_event(enc->text, event, buf);
}

const struct et_encoder_ops et_text_encoder = {
	.name = "text",
	.lines = 1,
	.bound_max = sizeof(union largest),
	.bound = text_bound,
	.encode = text_encode,
};
