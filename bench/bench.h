/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is measured: a workload, while a row (a tracer with its flags, or none) records it.
 *
 * Each is one file with one struct that registers itself: workloads/<name>.c and rows/<name>.c.
 * To add one, add a file.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Where a workload finds things, and what all of them have alike. */
struct bench_place {
	char noop[256]; /* a static program that does nothing; the path is as long everywhere */
};

struct bench_workload {
	const char *name;
	const char *doc;
	const char *operation; /* what is counted */
	const char *events;    /* what the tracer is asked for, as --events has it */
	int order;             /* place in tables, smallest first */
	uint64_t work; /* operations of a round: a third to half a second without a tracer */
	/* Of a typical event, for the row `floor`. */
	size_t tty_bytes;  /* written at once; 0: nothing is written to a terminal */
	size_t argv_bytes; /* arguments of a program; 0: none are run */

	/* Why this host cannot run it, in words, or NULL: it can. */
	const char *(*missing)(void);
	/*
	 * These are called in a process of the workload's own, which may end itself when something
	 * does not work: see CHECK() of tools/cases/account.h.
	 */
	void *(*setup)(const struct bench_place *place);
	/* Do @count operations; called several times. */
	void (*run)(void *state, uint64_t count);

	struct bench_workload *next;
};

enum bench_program {
	BENCH_NO_PROGRAM,
	BENCH_TOOL,        /* //tools:eventstrace */
	BENCH_TOOL_BEFORE, /* the same with the caps of long ago */
	BENCH_FLOOR,       /* //bench:floor */
};

struct bench_row {
	const char *name;
	const char *doc;
	int order;
	enum bench_program program;
	/* Its flags. NULL and 0: it has none. */
	const char *wire_format;
	const char *wakeup;
	const char *filter; /* an option as a whole */
	size_t ring_size;

	struct bench_row *next;
};

/* Ring bytes of every row but one, so that nothing else differs. */
#define BENCH_RING_SIZE (4UL << 20)

/* What is registered, by order. */
extern struct bench_workload *bench_workloads;
extern struct bench_row *bench_rows;

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
