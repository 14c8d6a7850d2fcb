/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A benchmark measures each workload under each row. A workload causes events. A row is a tracer
 * with its flags, or no tracer.
 *
 * Each workload and each row is a struct in a file of its own, which registers itself:
 * workloads/<name>.c and rows/<name>.c.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Paths for workloads and rows. */
struct runfiles {
	char noop[256];   /* a static program that does nothing; its path has a fixed length */
	const char *tool; /* eventstrace; NULL: the program that Bazel built with this benchmark */
};

struct bench_workload {
	const char *name;
	const char *doc;
	const char *operation; /* the unit of work, for tables */
	const char *events;    /* the events to record, for --events */
	int order;             /* position in tables, smallest first */
	uint64_t work;         /* operations of a round: 0.33 to 0.5 s without a tracer */
	/* Sizes in a typical event, for the row `floor`. */
	size_t tty_bytes;  /* bytes of a terminal write; 0: no terminal writes */
	size_t argv_bytes; /* bytes of a program's arguments; 0: no program starts */

	/*
	 * The gate has no exact figures of this workload. Its records differ in size, or its events
	 * have no exact figures.
	 */
	bool varied;

	/* Read the tracer's lines, and measure the age of each event when its line arrives. */
	bool latency;

	/* Return: the reason why this host cannot run the workload, as text; NULL: the host can. */
	const char *(*missing)(void);
	/*
	 * These functions run in a separate process for the workload. They may exit on a failure:
	 * see CHECK() in tools/cases/account.h.
	 */
	void *(*setup)(const struct runfiles *runfiles);
	/* Do @count operations. The benchmark calls this function several times. */
	void (*run)(void *state, uint64_t count);
	void (*done)(void *state); /* free @state; NULL: there is nothing to free */

	struct bench_workload *next;
};

enum bench_program {
	BENCH_NO_PROGRAM,
	BENCH_TOOL,        /* //tools:eventstrace */
	BENCH_TOOL_BEFORE, /* the same with the caps before EventsTrace's pull request 159 */
	BENCH_FLOOR,       /* //bench:floor */
	BENCH_COMMAND,     /* any other program: bench_row.command */
};

/* A tracer that is not built by this project. */
struct bench_command {
	const char *text;          /* the command line for /bin/sh -c */
	const char *ready_pattern; /* matches a line of its output once it traces; or NULL */
	double settle_s;           /* time to wait after that line, in seconds */
	const char *count_pattern; /* matches each line of its output that is an event; or NULL */
};

struct bench_row {
	const char *name;
	const char *doc;
	int order;
	enum bench_program program;
	/* The row's flags. NULL or 0: the flag is not given. */
	const char *wire_format;
	const char *wakeup;
	const char *filter;  /* a complete option, such as --pid=1 */
	const char *latency; /* a complete option */
	size_t ring_size;
	const struct bench_command *command; /* only if program is BENCH_COMMAND */

	struct bench_row *next;
};

/*
 * Bytes of a ring in all rows but before-159. With equal rings, neighbouring rows differ in one
 * property only.
 */
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
