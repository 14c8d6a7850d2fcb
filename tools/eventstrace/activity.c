/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/activity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/printable.h"
#include "tools/eventstrace/table.h"

/* Number of programs to print. All further programs are one row. */
#define ROWS_MAX 40

/* Size of a hash table with so many entries: at most half of its slots are used. */
#define SLOTS(entries) ((size_t)2 * (entries))

struct program {
	char *name; /* path of the program's file; if unknown, a thread's name in brackets */
	uint64_t hash;
	uint64_t processes, failed_execs, made, changed, removed, renamed, connections;
	uint64_t wall_ns;
};

struct process {
	uint64_t start_time_ns;
	uint32_t tgid; /* 0: a free slot */
	uint32_t program;
	uint64_t since_ns; /* when the process began to run the program */
	bool forked;       /* the process has not executed a program since its fork */
	bool started;      /* the process's fork or exec was recorded */
};

struct activity {
	struct program *programs; /* [0]: all programs for which there is no room */
	size_t program_count, program_room;
	struct process processes[SLOTS(ACTIVITY_PROCESSES_MAX)];
	size_t process_count;
	uint64_t *files; /* hash table of the hashes of programs and paths; 0: a free slot */
	size_t file_count, file_room;
	uint64_t unknown_processes, unknown_files;
};

/* FNV-1a; @h: hash of earlier data, or 0. The result is never 0. */
static uint64_t hash(uint64_t h, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	if (!h)
		h = 0xcbf29ce484222325;
	for (size_t i = 0; i < size; i++)
		h = (h ^ bytes[i]) * 0x100000001b3;
	return h ? h : 1;
}

/* ---- programs ------------------------------------------------------------------------------- */

static uint32_t find_program(struct activity *a, const char *name, size_t len)
{
	uint64_t h = hash(0, name, len);
	struct program *p;

	for (size_t i = 1; i < a->program_count; i++)
		if (a->programs[i].hash == h && strlen(a->programs[i].name) == len &&
		    !memcmp(a->programs[i].name, name, len))
			return (uint32_t)i;
	if (a->program_count == ACTIVITY_PROGRAMS_MAX)
		return 0;
	if (a->program_count == a->program_room) {
		size_t room = 2 * a->program_room;

		p = reallocarray(a->programs, room, sizeof(*p));
		if (!p)
			return 0;
		a->programs = p;
		a->program_room = room;
	}
	p = &a->programs[a->program_count];
	*p = (struct program){ .name = strndup(name, len), .hash = h };
	if (!p->name)
		return 0;
	return (uint32_t)a->program_count++;
}

/* Find a program by the thread's name, if the event has this field. */
static uint32_t program_by_comm(struct activity *a, const struct et_event *event)
{
	struct et_field comm = ET_FIELD_INIT;
	char name[16 + 3];
	int len;

	if (et_event__find_field(event, "comm", &comm) < 0)
		return 0;
	len = snprintf(name, sizeof(name), "[%.*s]", (int)comm.size, comm.data);
	return find_program(a, name, (size_t)len);
}

/* ---- processes ------------------------------------------------------------------------------ */

static size_t home_of(uint32_t tgid, uint64_t start_time_ns)
{
	uint64_t h = hash(hash(0, &tgid, sizeof(tgid)), &start_time_ns, sizeof(start_time_ns));

	return h % SLOTS(ACTIVITY_PROCESSES_MAX);
}

/* The process's slot. If the process is unknown, the free slot where it belongs. */
static struct process *find_process(struct activity *a, const struct et_event_pids *pids)
{
	size_t i = home_of(pids->tgid, pids->start_time_ns);

	while (a->processes[i].tgid && (a->processes[i].tgid != pids->tgid ||
					a->processes[i].start_time_ns != pids->start_time_ns))
		i = (i + 1) % SLOTS(ACTIVITY_PROCESSES_MAX);
	return &a->processes[i];
}

/*
 * Remove a process from the hash table. Later entries of the same chain move to the free slot, so
 * that lookups still find them.
 */
static void remove_process(struct activity *a, struct process *p)
{
	size_t hole = (size_t)(p - a->processes), i = hole;

	a->processes[hole].tgid = 0;
	a->process_count--;
	for (;;) {
		size_t home;

		i = (i + 1) % SLOTS(ACTIVITY_PROCESSES_MAX);
		if (!a->processes[i].tgid)
			return;
		home = home_of(a->processes[i].tgid, a->processes[i].start_time_ns);
		/* The entry stays if its home slot is after the hole, up to its own slot. */
		if (hole <= i ? home > hole && home <= i : home > hole || home <= i)
			continue;
		a->processes[hole] = a->processes[i];
		a->processes[i].tgid = 0;
		hole = i;
	}
}

/*
 * Add a process. NULL: the table is full. A process that is already in the table is returned
 * unchanged, because records can come late.
 */
static struct process *add_process(struct activity *a, const struct et_event_pids *pids,
				   uint32_t program, uint64_t now)
{
	struct process *p = find_process(a, pids);

	if (!pids->tgid || p->tgid)
		return p->tgid ? p : NULL;
	if (a->process_count == ACTIVITY_PROCESSES_MAX) {
		a->unknown_processes++;
		return NULL;
	}
	a->process_count++;
	*p = (struct process){
		.start_time_ns = pids->start_time_ns,
		.tgid = pids->tgid,
		.program = program,
		.since_ns = now,
	};
	return p;
}

static void end_program(struct activity *a, uint32_t program, uint64_t since, uint64_t now)
{
	a->programs[program].processes++;
	if (now > since)
		a->programs[program].wall_ns += now - since;
}

/*
 * The program that caused the event. For a process that started before the recording, the program
 * is the thread's name.
 */
static uint32_t program_of(struct activity *a, const struct et_event *event,
			   const struct et_event_pids *pids, uint64_t now)
{
	const struct process *p = find_process(a, pids);

	if (p->tgid)
		return p->program;
	p = add_process(a, pids, program_by_comm(a, event), now);
	return p ? p->program : 0;
}

/* ---- files ---------------------------------------------------------------------------------- */

static bool grow_files(struct activity *a)
{
	size_t room = a->file_room ? 2 * a->file_room : 1024;
	uint64_t *files;

	if (2 * a->file_count < a->file_room)
		return true;
	if (a->file_count == ACTIVITY_FILES_MAX)
		return false;
	files = calloc(room, sizeof(*files));
	if (!files)
		return false;
	for (size_t i = 0; i < a->file_room; i++) {
		size_t j = a->files[i] % room;

		while (a->files[i] && files[j])
			j = (j + 1) % room;
		if (a->files[i])
			files[j] = a->files[i];
	}
	free(a->files);
	a->files = files;
	a->file_room = room;
	return true;
}

/* True if the program has not changed this path before. */
static bool is_new_file(struct activity *a, uint32_t program, const char *path, size_t size)
{
	uint64_t h = hash(hash(0, &program, sizeof(program)), path, size);
	size_t i;

	if (!grow_files(a)) {
		a->unknown_files++;
		return false;
	}
	for (i = h % a->file_room; a->files[i]; i = (i + 1) % a->file_room)
		if (a->files[i] == h)
			return false;
	a->files[i] = h;
	a->file_count++;
	return true;
}

/* ---- events --------------------------------------------------------------------------------- */

static void add_fork(struct activity *a, const struct et_event *event, uint64_t now)
{
	const struct et_event_pids *child = et_process_fork__child_pids(event);
	uint32_t program = program_of(a, event, et_process_fork__parent_pids(event), now);
	struct process *p;

	p = find_process(a, child);
	if (p->tgid)
		return;
	p = add_process(a, child, program, now);
	if (p)
		p->forked = p->started = true;
}

static void add_exec(struct activity *a, const struct et_event *event, uint64_t now)
{
	const struct et_event_pids *pids = et_process_exec__pids(event);
	struct process *p = find_process(a, pids);
	const char *name;
	uint32_t program;
	size_t size;

	/* Between fork and exec, a child runs its parent's program. This time does not count. */
	if (p->tgid && !p->forked)
		end_program(a, p->program, p->since_ns, now);
	if (p->tgid)
		remove_process(a, p);
	name = et_process_exec__filename(event, &size, NULL);
	program = size ? find_program(a, name, size) : program_by_comm(a, event);
	p = add_process(a, pids, program, now);
	if (p)
		p->started = true;
}

void activity_event(struct activity *a, const struct et_event *event)
{
	uint64_t now = et_event__ts_ns(event);
	const struct et_event_pids *pids = et_event__pids(event);
	struct program *p;
	const char *path;
	uint32_t program;
	size_t size;

	if (!pids)
		return;
	switch (et_event__id(event)) {
	case ET_EVENT_PROCESS_FORK:
		add_fork(a, event, now);
		return;
	case ET_EVENT_PROCESS_EXEC:
		add_exec(a, event, now);
		return;
	default:
		break;
	}
	program = program_of(a, event, pids, now);
	p = &a->programs[program];
	switch (et_event__id(event)) {
	case ET_EVENT_PROCESS_EXIT: {
		struct process *process = find_process(a, pids);

		end_program(a, program, process->tgid ? process->since_ns : now, now);
		if (process->tgid)
			remove_process(a, process);
		break;
	}
	case ET_EVENT_PROCESS_EXEC_FAILED:
		p->failed_execs++;
		break;
	case ET_EVENT_FILE_CREATE:
		p->made++;
		break;
	case ET_EVENT_FILE_DELETE:
		p->removed++;
		break;
	case ET_EVENT_FILE_RENAME:
		p->renamed++;
		break;
	case ET_EVENT_FILE_MODIFY:
		path = et_file_modify__path(event, &size, NULL);
		p->changed += is_new_file(a, program, path, size);
		break;
	case ET_EVENT_NETWORK_CONNECTION_ATTEMPTED:
	case ET_EVENT_NETWORK_CONNECTION_ACCEPTED:
		p->connections++;
		break;
	default:
		break;
	}
}

/* ---- printing ------------------------------------------------------------------------------- */

struct activity *activity_new(void)
{
	struct activity *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->program_room = 16;
	a->program_count = 1;
	a->programs = calloc(a->program_room, sizeof(*a->programs));
	if (a->programs)
		return a;
	free(a);
	return NULL;
}

void activity_free(struct activity *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->program_count; i++)
		free(a->programs[i].name);
	free(a->programs);
	free(a->files);
	free(a);
}

static void add_program(struct program *to, const struct program *p)
{
	to->processes += p->processes;
	to->failed_execs += p->failed_execs;
	to->made += p->made;
	to->changed += p->changed;
	to->removed += p->removed;
	to->renamed += p->renamed;
	to->connections += p->connections;
	to->wall_ns += p->wall_ns;
}

static bool is_empty(const struct program *p)
{
	return !(p->processes | p->failed_execs | p->made | p->changed | p->removed | p->renamed |
		 p->connections | p->wall_ns);
}

/* Sort by time, then by number of processes, both descending, then by name. */
static int compare(const void *x, const void *y)
{
	const struct program *a = x, *b = y;

	if (a->wall_ns != b->wall_ns)
		return a->wall_ns < b->wall_ns ? 1 : -1;
	if (a->processes != b->processes)
		return a->processes < b->processes ? 1 : -1;
	return strcmp(a->name ? a->name : "", b->name ? b->name : "");
}

static void put_count(struct table *t, uint64_t count, bool recorded)
{
	if (recorded)
		table_cell(t, "%" PRIu64, count);
	else
		table_cell(t, "%s", "");
}

#define BIT(type) ET_EVENT_BIT(ET_EVENT_##type)

/*
 * The largest length of a printed path, in bytes. A longer path is cut at its beginning, because
 * its end is more useful.
 */
#define NAME_MAX_PRINTED 200

static void put_row(struct table *t, uint64_t events, const struct program *p, const char *name)
{
	char shown[NAME_MAX_PRINTED * PRINTABLE_BYTE_MAX + 1];
	size_t len = strlen(name);
	bool cut = len > NAME_MAX_PRINTED;

	printable(shown, sizeof(shown), cut ? name + len - NAME_MAX_PRINTED : name, false);
	put_count(t, p->processes, events & (BIT(PROCESS_EXEC) | BIT(PROCESS_EXIT)));
	put_count(t, p->failed_execs, events & BIT(PROCESS_EXEC_FAILED));
	put_count(t, p->made, events & BIT(FILE_CREATE));
	put_count(t, p->changed, events & BIT(FILE_MODIFY));
	put_count(t, p->removed, events & BIT(FILE_DELETE));
	put_count(t, p->renamed, events & BIT(FILE_RENAME));
	put_count(t, p->connections,
		  events & (BIT(NETWORK_CONNECTION_ATTEMPTED) | BIT(NETWORK_CONNECTION_ACCEPTED)));
	if (events & BIT(PROCESS_EXIT))
		table_cell(t, "%.3f", (double)p->wall_ns / 1e9);
	else
		table_cell(t, "%s", "");
	table_cell(t, "%s%s", cut ? "..." : "", shown);
}

/* Add the columns' names. */
static void put_head(struct table *t)
{
	static const char *const names[] = {
		"processes", "failed execs", "made",   "changed", "removed",
		"renamed",   "connections",  "wall s", "program",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		table_cell(t, "%s", names[i]);
}

/*
 * Return: a sorted copy of the programs, including the times of processes that still run.
 * @ret_others receives the first element, which is not sorted.
 */
static struct program *sorted(const struct activity *a, uint64_t end_ns, struct program *ret_others)
{
	struct program *rows = calloc(a->program_count, sizeof(*rows));

	if (!rows)
		return NULL;
	memcpy(rows, a->programs, a->program_count * sizeof(*rows));
	for (size_t i = 0; i < SLOTS(ACTIVITY_PROCESSES_MAX); i++) {
		const struct process *p = &a->processes[i];

		if (!p->tgid || !p->started)
			continue;
		rows[p->program].processes++;
		if (end_ns > p->since_ns)
			rows[p->program].wall_ns += end_ns - p->since_ns;
	}
	*ret_others = rows[0];
	qsort(rows + 1, a->program_count - 1, sizeof(*rows), compare);
	return rows;
}

static int put_programs(const struct activity *a, uint64_t events, uint64_t end_ns, FILE *out)
{
	struct table t = TABLE_INIT(9, 0xff);
	struct program total = { 0 }, others = { 0 };
	struct program *rows = sorted(a, end_ns, &others);
	size_t more = 0;
	int r;

	if (!rows)
		return -ENOMEM;
	put_head(&t);
	for (size_t i = 1; i < a->program_count; i++) {
		add_program(&total, &rows[i]);
		if (is_empty(&rows[i]))
			continue;
		if (i <= ROWS_MAX) {
			put_row(&t, events, &rows[i], rows[i].name);
			continue;
		}
		add_program(&others, &rows[i]);
		more++;
	}
	add_program(&total, &rows[0]);
	if (!is_empty(&others)) {
		char name[64];

		snprintf(name, sizeof(name), "(%zu other programs)", more);
		put_row(&t, events, &others, more ? name : "(unknown programs)");
	}
	put_row(&t, events, &total, "total");
	r = table_print(&t, out);
	table_free(&t);
	free(rows);
	return r;
}

int activity_print(const struct activity *a, uint64_t events, uint64_t end_ns,
		   const struct activity_times *times, FILE *out)
{
	int r = put_programs(a, events, end_ns, out);

	if (r < 0)
		return r;
	if (a->unknown_processes)
		fprintf(out, "processes without room, whose time is unknown: %" PRIu64 "\n",
			a->unknown_processes);
	if (a->unknown_files)
		fprintf(out,
			"changes of files that the table had no room for, not counted: %" PRIu64
			"\n",
			a->unknown_files);
	if (times->known)
		fprintf(out,
			"COMMAND: wall %.3f s; with the descendants that it waited for: user %.3f s, "
			"system %.3f s\n",
			(double)times->wall_ns / 1e9, (double)times->user_us / 1e6,
			(double)times->system_us / 1e6);
	return 0;
}
