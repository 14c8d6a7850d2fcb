/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A benchmark measures each workload under each row. A workload causes events; a row is a tracer
 * with its flags, or no tracer.
 *
 * Each is one file with one struct that registers itself: workloads/<name>.c and rows/<name>.c.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The paths that all workloads and rows use. */
struct runfiles {
	char noop[256];   /* a static program that does nothing; the path's length is constant */
	const char *tool; /* eventstrace; NULL: the one that was built with this program */
};

struct bench_workload {
	const char *name;
	const char *doc;
	const char *operation; /* the unit of work, as tables name it */
	const char *events;    /* the events to record, as in --events */
	int order;             /* position in tables, smallest first */
	uint64_t work; /* operations of a round: a third to half a second without a tracer */
	/* Sizes of a typical event, for the row `floor`. */
	size_t tty_bytes;  /* written at once; 0: nothing is written to a terminal */
	size_t argv_bytes; /* arguments of a program; 0: no program is started */

	/*
	 * The gate has no exact figures of this workload: its records differ in size, or belong to
	 * events without exact figures.
	 */
	bool varied;

	/* Read the tracer's lines, and measure how old the events are then. */
	bool latency;

	/* Return: why this host cannot run the workload, as text, or NULL: it can. */
	const char *(*missing)(void);
	/*
	 * These functions run in a process of the workload's own, which may exit on a failure: see
	 * CHECK() of tools/cases/account.h.
	 */
	void *(*setup)(const struct runfiles *runfiles);
	/* Do @count operations; called several times. */
	void (*run)(void *state, uint64_t count);
	void (*done)(void *state); /* NULL: nothing is left behind */

	struct bench_workload *next;
};

enum bench_program {
	BENCH_NO_PROGRAM,
	BENCH_TOOL,        /* //tools:eventstrace */
	BENCH_TOOL_BEFORE, /* the same with the caps before EventsTrace's pull request 159 */
	BENCH_FLOOR,       /* //bench:floor */
	BENCH_COMMAND,     /* another program: bench_row.command */
};

/* A tracer that this project did not build. */
struct bench_command {
	const char *text;          /* for /bin/sh -c */
	const char *ready_pattern; /* a line of its output matches once it traces; or NULL */
	double settle_s;           /* then wait this long */
	const char *count_pattern; /* a line of its output that matches is an event; or NULL */
};

struct bench_row {
	const char *name;
	const char *doc;
	int order;
	enum bench_program program;
	/* The row's flags. NULL and 0: no flag. */
	const char *wire_format;
	const char *wakeup;
	const char *filter;  /* a complete option */
	const char *latency; /* a complete option */
	size_t ring_size;
	const struct bench_command *command; /* of BENCH_COMMAND */

	struct bench_row *next;
};

/* Ring bytes of all rows but before-159, so that rows differ in one thing only. */
#define BENCH_RING_SIZE (4UL << 20)

/* All registered workloads and rows, sorted by `order`. */
extern struct bench_workload *bench_workloads;
extern struct bench_row *bench_rows;

/* Return: the workload or row of this name, or NULL. */
const struct bench_workload *bench_workload_named(const char *name);
const struct bench_row *bench_row_named(const char *name);

void bench_register_workload(struct bench_workload *workload);
void bench_register_row(struct bench_row *row);

#define BENCH_WORKLOAD(w)                                        \
	static __attribute__((constructor)) void register_(void) \
	{                                                        \
		bench_register_workload(&(w));                   \
	}

#define BENCH_ROW(r)                                             \
	static __attribute__((constructor)) void register_(void) \
	{                                                        \
		bench_register_row(&(r));                        \
	}

#endif /* BENCH_BENCH_H */
