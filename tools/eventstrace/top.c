/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/top.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode/decode.h"
#include "lib/decode/facts.h"
#include "lib/encode/width.h"
#include "lib/include/eventstrace_events.h"
#include "tools/eventstrace/heavy.h"

/* The largest number of rows of a table. */
#define ROWS_MAX 200

/* Rows of a table without a terminal. */
#define ROWS_NORMAL 10

#define TABLES 4

/* More than the causes for which a folder of segments can lack events. */
#define CAUSES_MAX 8

#define BOLD   "\033[1m"
#define NORMAL "\033[0m"

/*
 * Control sequences of ECMA-48: cursor to the first line; erase to the end of the line; erase to
 * the end of the screen.
 */
#define HOME         "\033[H"
#define ERASE_LINE   "\033[K"
#define ERASE_SCREEN "\033[J"

/* The counts of an event type in the last interval. */
struct type_row {
	unsigned int id;
	uint64_t events, bytes, total, lost;
};

/* The events that a folder of segments lacks for one cause. */
struct cause_row {
	unsigned int cause;
	uint64_t events, total; /* in the last interval; since the start */
};

/* The counts of a process or a path in the last interval. */
struct key_row {
	uint64_t events, bytes;
	uint32_t pid;
	size_t size, kept;
	char text[HEAVY_KEY_MAX];
};

struct top {
	struct heavy *processes, *paths;
	struct et_event_stats before[TOP_EVENTS_MAX];
	size_t before_count;
	uint64_t start_ns, step_ns, step_cpu_ns;
	/* counts of the last interval */
	uint64_t length_ns, cpu_ns, lost, lost_total;
	struct type_row types[TOP_EVENTS_MAX];
	size_t type_count;
	struct cause_row causes[CAUSES_MAX];
	size_t cause_count;
	struct key_row process_rows[ROWS_MAX], path_rows[ROWS_MAX];
	size_t process_count, path_count;
	uint64_t process_error, path_error;
};

struct top *top_new(void)
{
	struct top *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->processes = heavy_new(TOP_KEYS);
	t->paths = heavy_new(TOP_KEYS);
	if (t->processes && t->paths)
		return t;
	top_free(t);
	return NULL;
}

void top_free(struct top *t)
{
	if (!t)
		return;
	heavy_free(t->processes);
	heavy_free(t->paths);
	free(t);
}

void top_begin(struct top *t, uint64_t now_ns, uint64_t cpu_ns)
{
	t->start_ns = t->step_ns = now_ns;
	t->step_cpu_ns = cpu_ns;
}

/* ---- counting ------------------------------------------------------------------------------- */

/* The kernel reuses process IDs, so a key also has the start time. */
struct process_key {
	uint64_t start_time_ns;
	uint32_t tgid;
	uint32_t zero;
};

void top_event(struct top *t, const struct et_event *event)
{
	struct et_facts facts;
	const struct et_field_view *path;

	et_facts_find(event, &facts);
	if (facts.pids) {
		const struct process_key key = {
			.start_time_ns = facts.pids->start_time_ns,
			.tgid = facts.pids->tgid,
		};

		heavy_add(t->processes, &key, sizeof(key), facts.comm,
			  facts.comm ? strnlen(facts.comm, HEAVY_LABEL_MAX) : 0, event->hdr->size);
	}
	path = facts.path ? facts.path : facts.filename;
	if (path && path->size)
		heavy_add(t->paths, path->data, path->size, NULL, 0, event->hdr->size);
}

static uint64_t difference(uint64_t now, uint64_t before)
{
	return now > before ? now - before : 0;
}

/* Sort by events in the interval, then by events since the start, both descending, then by ID. */
static int compare_types(const void *x, const void *y)
{
	const struct type_row *a = x, *b = y;

	if (a->events != b->events)
		return a->events < b->events ? 1 : -1;
	if (a->total != b->total)
		return a->total < b->total ? 1 : -1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static void step_types(struct top *t, const struct top_sample *sample)
{
	uint64_t lost = 0;

	t->type_count = 0;
	for (size_t i = 0; i < sample->event_count && i < TOP_EVENTS_MAX; i++) {
		const struct et_event_stats *now = &sample->events[i];
		/* A session always returns its event types in the same order. */
		const struct et_event_stats none = { .id = now->id };
		const struct et_event_stats *before = i < t->before_count ? &t->before[i] : &none;

		lost += now->lost;
		if (now->attempted || now->lost)
			t->types[t->type_count++] = (struct type_row){
				.id = now->id,
				.events = difference(now->received, before->received),
				.bytes = difference(now->bytes, before->bytes),
				.total = now->received,
				.lost = now->lost,
			};
		t->before[i] = *now;
	}
	t->before_count =
		sample->event_count < TOP_EVENTS_MAX ? sample->event_count : TOP_EVENTS_MAX;
	qsort(t->types, t->type_count, sizeof(*t->types), compare_types);
	t->lost = difference(lost, t->lost_total);
	t->lost_total = lost;
}

/* Add up the rows of all event types. A cause keeps its row from its first event on. */
static void step_causes(struct top *t, const struct top_sample *sample)
{
	uint64_t before[CAUSES_MAX] = { 0 };

	for (size_t i = 0; i < t->cause_count; i++) {
		before[i] = t->causes[i].total;
		t->causes[i].total = 0;
	}
	for (size_t i = 0; i < sample->not_recorded_count; i++) {
		const struct et_not_recorded_stats *now = &sample->not_recorded[i];
		size_t c = 0;

		while (c < t->cause_count && t->causes[c].cause != now->cause)
			c++;
		if (c == CAUSES_MAX)
			continue;
		if (c == t->cause_count)
			t->causes[t->cause_count++] = (struct cause_row){ .cause = now->cause };
		t->causes[c].total += now->events;
	}
	for (size_t i = 0; i < t->cause_count; i++)
		t->causes[i].events = difference(t->causes[i].total, before[i]);
}

static size_t step_keys(struct heavy *heavy, struct key_row *ret, bool are_processes)
{
	struct heavy_row rows[ROWS_MAX];
	size_t count = heavy_top(heavy, rows, ROWS_MAX);

	for (size_t i = 0; i < count; i++) {
		struct process_key key = { .tgid = 0 };

		ret[i] = (struct key_row){ .events = rows[i].count, .bytes = rows[i].bytes };
		if (are_processes) {
			memcpy(&key, rows[i].key, sizeof(key));
			ret[i].pid = key.tgid;
			ret[i].size = ret[i].kept = strlen(rows[i].label);
			memcpy(ret[i].text, rows[i].label, ret[i].kept);
		} else {
			ret[i].size = rows[i].key_size;
			ret[i].kept = rows[i].key_kept;
			memcpy(ret[i].text, rows[i].key, ret[i].kept);
		}
	}
	return count;
}

void top_step(struct top *t, const struct top_sample *sample)
{
	step_types(t, sample);
	step_causes(t, sample);
	t->process_error = heavy_error(t->processes);
	t->path_error = heavy_error(t->paths);
	t->process_count = step_keys(t->processes, t->process_rows, true);
	t->path_count = step_keys(t->paths, t->path_rows, false);
	heavy_clear(t->processes);
	heavy_clear(t->paths);
	t->length_ns = difference(sample->now_ns, t->step_ns);
	t->cpu_ns = difference(sample->cpu_ns, t->step_cpu_ns);
	t->step_ns = sample->now_ns;
	t->step_cpu_ns = sample->cpu_ns;
}

/* ---- printing ------------------------------------------------------------------------------- */

/* State while a screen is printed. */
struct screen {
	const struct top_view *view;
	FILE *out;
	unsigned int lines; /* number of lines printed so far */
	unsigned int limit; /* the largest number of lines; 0: no limit */
};

/* A character of a text in printed form. */
struct shown {
	char text[20];
	unsigned int bytes, width;
};

/*
 * Get the character at @p. A character that may control a terminal becomes \xNN for each of its
 * bytes. @ret_read receives the number of bytes.
 */
static struct shown show(const char *p, size_t n, bool ascii, unsigned int *ret_read)
{
	const struct et_char c = et_char_at(p, n);
	struct shown s = { .width = c.width };

	*ret_read = c.bytes;
	if (c.kind == ET_CHAR_SHOWN && !(ascii && c.bytes > 1)) {
		memcpy(s.text, p, c.bytes);
		s.bytes = c.bytes;
		return s;
	}
	for (unsigned int i = 0; i < c.bytes; i++) {
		snprintf(s.text + s.bytes, sizeof(s.text) - s.bytes, "\\x%02x",
			 (unsigned char)p[i]);
		s.bytes += 4;
	}
	s.width = s.bytes;
	return s;
}

/*
 * Print bytes of a process in at most @room columns; 0: no limit. If the text is longer, or its
 * beginning is missing (@cut), three dots and its end are printed.
 */
static void put_text(const struct screen *s, const char *text, size_t size, bool cut,
		     unsigned int room)
{
	static const char dots[] = "...";
	unsigned int width = 0, read = 0, used = 0;
	size_t i;

	for (i = 0; i < size; i += read)
		width += show(text + i, size - i, s->view->ascii, &read).width;
	if (room && width + (cut ? sizeof(dots) - 1 : 0) > room)
		cut = true;
	if (cut)
		used = sizeof(dots) - 1;
	if (cut && (!room || room > used))
		fputs(dots, s->out);
	for (i = 0; i < size; i += read) {
		const struct shown c = show(text + i, size - i, s->view->ascii, &read);

		if (!room || width + used <= room)
			fwrite(c.text, 1, c.bytes, s->out);
		else
			width -= c.width;
	}
}

/* Begin a line. Return: false if the screen has no room for it. */
static bool begin_line(struct screen *s)
{
	if (s->limit && s->lines == s->limit)
		return false;
	s->lines++;
	/*
	 * Erase the line before its text is printed. After a text that is as wide as the screen,
	 * this would erase its last character.
	 */
	if (s->view->paint)
		fputs(ERASE_LINE, s->out);
	return true;
}

/* Print a line without bytes of a process, cut at the terminal's width. */
__attribute__((format(printf, 3, 4))) static void put_line(struct screen *s, bool head,
							   const char *fmt, ...)
{
	const unsigned int columns = s->view->columns;
	char text[256];
	va_list ap;

	if (!begin_line(s))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (columns && strlen(text) > columns)
		text[columns] = '\0';
	fprintf(s->out, "%s%s%s", head && s->view->color ? BOLD : "", text,
		head && s->view->color ? NORMAL : "");
	fputc('\n', s->out);
}

static double per_second(const struct top *t, uint64_t n)
{
	return t->length_ns ? (double)n * 1e9 / (double)t->length_ns : 0;
}

static double kib_per_second(const struct top *t, uint64_t bytes)
{
	return per_second(t, bytes) / 1024;
}

static const char *flag_of(unsigned int id)
{
	size_t count;
	const struct et_event_info *infos = et_event_infos(&count);

	for (size_t i = 0; i < count; i++)
		if (infos[i].id == id)
			return infos[i].flag;
	return "?";
}

static void put_head(struct screen *s, const struct top *t)
{
	uint64_t events = 0, bytes = 0;

	for (size_t i = 0; i < t->type_count; i++) {
		events += t->types[i].events;
		bytes += t->types[i].bytes;
	}
	put_line(s, false,
		 "eventstrace, %.0f s: %.1f events/s, %.1f KiB/s, own CPU %.1f %%, lost %.1f/s, "
		 "%" PRIu64 " in all",
		 (double)difference(t->step_ns, t->start_ns) / 1e9, per_second(t, events),
		 kib_per_second(t, bytes), per_second(t, t->cpu_ns) / 1e7, per_second(t, t->lost),
		 t->lost_total);
}

static void put_types(struct screen *s, const struct top *t, size_t rows)
{
	put_line(s, false, "%s", "");
	put_line(s, true, "  EVENTS/S      KIB/S       TOTAL       LOST  EVENT");
	for (size_t i = 0; i < rows; i++)
		put_line(s, false, "%10.1f %10.1f %11" PRIu64 " %10" PRIu64 "  %s",
			 per_second(t, t->types[i].events), kib_per_second(t, t->types[i].bytes),
			 t->types[i].total, t->types[i].lost, flag_of(t->types[i].id));
}

static void put_causes(struct screen *s, const struct top *t, size_t rows)
{
	if (!t->cause_count)
		return;
	put_line(s, false, "%s", "");
	put_line(s, true, "  EVENTS/S       TOTAL  NOT IN THE FOLDER OF SEGMENTS");
	for (size_t i = 0; i < rows; i++)
		put_line(s, false, "%10.1f %11" PRIu64 "  %s", per_second(t, t->causes[i].events),
			 t->causes[i].total, et_lost_cause_name(t->causes[i].cause));
}

static void put_keys(struct screen *s, const struct top *t, const struct key_row *rows,
		     size_t count, bool are_processes)
{
	const uint64_t error = are_processes ? t->process_error : t->path_error;
	const unsigned int columns = s->view->columns;
	char bound[64] = "";

	if (error)
		snprintf(bound, sizeof(bound), " (events: at most %.1f/s too many)",
			 per_second(t, error));
	put_line(s, false, "%s", "");
	put_line(s, true, "  EVENTS/S      KIB/S  %s%s",
		 are_processes ? "    PID  PROCESS" : "PATH", bound);
	for (size_t i = 0; i < count; i++) {
		char numbers[128];
		unsigned int before;
		int len;

		if (!begin_line(s))
			return;
		len = snprintf(numbers, sizeof(numbers), "%10.1f %10.1f  ",
			       per_second(t, rows[i].events), kib_per_second(t, rows[i].bytes));
		if (are_processes)
			snprintf(numbers + len, sizeof(numbers) - (size_t)len, "%7" PRIu32 "  ",
				 rows[i].pid);
		before = (unsigned int)strlen(numbers);
		fprintf(s->out, "%.*s", columns ? (int)columns : -1, numbers);
		if (!columns || columns > before)
			put_text(s, rows[i].text, rows[i].kept, rows[i].kept < rows[i].size,
				 columns ? columns - before : 0);
		fputc('\n', s->out);
	}
}

/* Divide @room rows evenly among the tables. Rows that a table does not need go to the others. */
static void divide(size_t room, const size_t *wanted, size_t *ret)
{
	bool more = true;

	memset(ret, 0, TABLES * sizeof(*ret));
	while (more) {
		more = false;
		for (size_t i = 0; i < TABLES && room; i++) {
			if (ret[i] == wanted[i])
				continue;
			ret[i]++;
			room--;
			more = true;
		}
	}
}

void top_print(const struct top *t, const struct top_view *view, FILE *out)
{
	/*
	 * The last row of the terminal stays empty, because a newline there would scroll the
	 * screen.
	 */
	struct screen s = { .view = view, .out = out };
	const size_t wanted[TABLES] = { t->type_count, t->cause_count, t->process_count,
					t->path_count };
	/* One line at the top, and two lines above each table. The causes may have no table. */
	const size_t others = 1 + (size_t)2 * (TABLES - (t->cause_count == 0));
	size_t rows[TABLES];

	if (view->rows)
		s.limit = view->rows > 1 ? view->rows - 1 : 1;
	if (s.limit) {
		divide(s.limit > others ? s.limit - others : 0, wanted, rows);
	} else {
		for (size_t i = 0; i < TABLES; i++)
			rows[i] = wanted[i] < ROWS_NORMAL ? wanted[i] : ROWS_NORMAL;
	}
	if (view->paint)
		fputs(HOME, out);
	put_head(&s, t);
	put_types(&s, t, rows[0]);
	put_causes(&s, t, rows[1]);
	put_keys(&s, t, t->process_rows, rows[2], true);
	put_keys(&s, t, t->path_rows, rows[3], false);
	fputs(view->paint ? ERASE_SCREEN : "\n", out);
}
