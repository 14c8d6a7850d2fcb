/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts the present events by type, process and path, for --top. */
#ifndef TOOLS_EVENTSTRACE_TOP_H
#define TOOLS_EVENTSTRACE_TOP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"

/* The largest number of processes, and of paths, that are counted exactly between two screens. */
#define TOP_KEYS 512

/* Event types are bits of a 64-bit mask, so there are at most 64. */
#define TOP_EVENTS_MAX 64

struct top;

/* The session's counts at one time. */
struct top_sample {
	uint64_t now_ns; /* CLOCK_MONOTONIC */
	uint64_t cpu_ns; /* CPU time of this process */
	const struct et_event_stats *events;
	size_t event_count;
	/* the events that a folder of segments lacks, by type and cause */
	const struct et_not_recorded_stats *not_recorded;
	size_t not_recorded_count;
};

/* How a screen is printed. */
struct top_view {
	unsigned int columns; /* columns of the terminal; 0: lines are not cut */
	unsigned int rows;    /* rows of the terminal; 0: none, each table has up to 10 rows */
	bool ascii;           /* print only ASCII characters */
	bool color;           /* print heads in bold */
	bool paint;           /* print over the previous screen, with control sequences */
};

/* Return: new counts, all 0; NULL: no memory. */
struct top *top_new(void);

/* Begin the first interval. The times are as in struct top_sample. */
void top_begin(struct top *t, uint64_t now_ns, uint64_t cpu_ns);

/* Count an event of any type. Never fails, and allocates no memory. */
void top_event(struct top *t, const struct et_event *event);

/**
 * top_step() - end the present interval, and begin the next one
 * @t:		the counts
 * @sample:		the session's counts at the end of the interval
 *
 * top_print() prints the ended interval.
 */
void top_step(struct top *t, const struct top_sample *sample);

/**
 * top_print() - print the last ended interval
 * @t:		the counts
 * @view:		the terminal
 * @out:		receives text without bytes of processes that control a terminal
 */
void top_print(const struct top *t, const struct top_view *view, FILE *out);

/* @t may be NULL. */
void top_free(struct top *t);

#endif /* TOOLS_EVENTSTRACE_TOP_H */
