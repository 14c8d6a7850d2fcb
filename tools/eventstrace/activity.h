/* SPDX-License-Identifier: BSD-2-Clause */
/* Sums up the recorded events by program, for --summary. */
#ifndef TOOLS_EVENTSTRACE_ACTIVITY_H
#define TOOLS_EVENTSTRACE_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/decode/decode.h"

/* Number of different programs. Further programs share a row. */
#define ACTIVITY_PROGRAMS_MAX 4096

/* Number of processes that run at the same time. The times of further processes are unknown. */
#define ACTIVITY_PROCESSES_MAX 65536

/*
 * Number of pairs of a program and a file that it changed. Further pairs are not counted as changed
 * files.
 */
#define ACTIVITY_FILES_MAX (1U << 20)

struct activity;

/* Times of COMMAND. CPU times are those of wait4(2). */
struct activity_times {
	bool known;
	uint64_t wall_ns, user_us, system_us;
};

/* Return: new sums, all 0; NULL: no memory. */
struct activity *activity_new(void);

/**
 * activity_event() - add an event
 * @a:		the sums
 * @event:		an event of any type
 *
 * Never fails: events without room or memory count for the row of other programs.
 */
void activity_event(struct activity *a, const struct et_event *event);

/**
 * activity_print() - print the sums as text
 * @a:		the sums
 * @events:		mask of ET_EVENT_BIT: the recorded types; the columns of other types are
 *		empty
 * @end_ns:		CLOCK_MONOTONIC: taken as the end of processes that still run
 * @times:		times of COMMAND
 * @out:		receives lines without characters that control a terminal
 *
 * Return: 0 or -ENOMEM.
 */
int activity_print(const struct activity *a, uint64_t events, uint64_t end_ns,
		   const struct activity_times *times, FILE *out);

/* @a may be NULL. */
void activity_free(struct activity *a);

#endif /* TOOLS_EVENTSTRACE_ACTIVITY_H */
