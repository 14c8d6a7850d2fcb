/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds up, by program, what the recorded processes did: --summary. */
#ifndef TOOLS_EVENTSTRACE_ACTIVITY_H
#define TOOLS_EVENTSTRACE_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/decode/decode.h"

/* Programs that are told apart; further ones share a row. */
#define ACTIVITY_PROGRAMS_MAX 4096

/* Processes that run at the same time; the time of further ones is unknown. */
#define ACTIVITY_PROCESSES_MAX 65536

/* Changed files that are told apart. */
#define ACTIVITY_FILES_MAX (1U << 20)

struct activity;

/* The time that COMMAND took; CPU time as of wait4(2). */
struct activity_times {
	bool known;
	uint64_t wall_ns, user_us, system_us;
};

/* Return: the sums, which are all 0; NULL: no memory. */
struct activity *activity_new(void);

/**
 * activity_event() - add an event
 * @a:		the sums
 * @event:	of any type
 *
 * Never fails: what finds no room or no memory is counted in the row of other programs.
 */
void activity_event(struct activity *a, const struct et_event *event);

/**
 * activity_print() - print the sums as text
 * @a:		the sums
 * @events:	mask of ET_EVENT_BIT: the recorded types; other columns are empty
 * @end_ns:	CLOCK_MONOTONIC: the end of processes that still run
 * @times:	of COMMAND
 * @out:	receives lines without characters that control a terminal
 *
 * Return: 0 or -ENOMEM.
 */
int activity_print(const struct activity *a, uint64_t events, uint64_t end_ns,
		   const struct activity_times *times, FILE *out);

/* NULL is allowed. */
void activity_free(struct activity *a);

#endif /* TOOLS_EVENTSTRACE_ACTIVITY_H */
