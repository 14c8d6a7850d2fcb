/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens now: events by type, process and path, for --top. */
#ifndef TOOLS_EVENTSTRACE_TOP_H
#define TOOLS_EVENTSTRACE_TOP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"

/* Largest number of processes, and of paths, that are counted separately between two screens. */
#define TOP_KEYS 512

/* Event types are bits of a 64-bit mask. */
#define TOP_EVENTS_MAX 64

struct top;

/* The counts of the session at a moment. */
struct top_sample {
	uint64_t now_ns; /* CLOCK_MONOTONIC */
	uint64_t cpu_ns; /* CPU time of this process */
	const struct et_event_stats *events;
	size_t event_count;
};

/* How a screen is printed. */
struct top_view {
	unsigned int columns; /* of the terminal; 0: lines are not cut */
	unsigned int rows;    /* of the terminal; 0: no terminal, each table has up to 10 rows */
	bool ascii;           /* no characters but those of ASCII */
	bool color;           /* heads are bold */
	bool paint;           /* over the former screen, with control sequences */
};

/* Return: counts, which are all 0; NULL: no memory. */
struct top *top_new(void);

/* The first interval begins. The times are as in struct top_sample. */
void top_begin(struct top *t, uint64_t now_ns, uint64_t cpu_ns);

/* Count an event of any type. Never fails, and never allocates memory. */
void top_event(struct top *t, const struct et_event *event);

/**
 * top_step() - end the interval that is counted, and begin the next one
 * @t:		the counts
 * @sample:	the end of the interval
 *
 * top_print() prints the ended interval.
 */
void top_step(struct top *t, const struct top_sample *sample);

/**
 * top_print() - print the last interval
 * @t:		the counts
 * @view:	the terminal
 * @out:	receives text in which no byte of a process controls a terminal
 */
void top_print(const struct top *t, const struct top_view *view, FILE *out);

/* NULL is allowed. */
void top_free(struct top *t);

#endif /* TOOLS_EVENTSTRACE_TOP_H */
