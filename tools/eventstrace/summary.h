/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints the summary: counts of events, and the cost of recording. */
#ifndef TOOLS_EVENTSTRACE_SUMMARY_H
#define TOOLS_EVENTSTRACE_SUMMARY_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"

/* Event types are bits of a 64-bit mask, so there are at most 64. */
#define SUMMARY_EVENTS_MAX 64

#define SUMMARY_TABLES_MAX 32

/* More than all event types with each cause of a loss behind the rings. */
#define SUMMARY_NOT_RECORDED_MAX 256

/* Number of users that are named. Further users are only counted. */
#define SUMMARY_USERS_MAX    16
#define SUMMARY_LEFT_OUT_MAX 64

struct summary {
	struct et_session_stats session;
	struct et_event_stats events[SUMMARY_EVENTS_MAX];
	size_t event_count;
	struct et_table_stats tables[SUMMARY_TABLES_MAX];
	size_t table_count;
	struct et_user_stats users[SUMMARY_USERS_MAX];
	size_t user_count;                                 /* can exceed the array */
	struct et_left_out left_out[SUMMARY_LEFT_OUT_MAX]; /* one element for each process */
	size_t left_out_count;
	struct et_not_recorded_stats not_recorded[SUMMARY_NOT_RECORDED_MAX];
	size_t not_recorded_count;
	uint64_t left_out_others;    /* number of events of processes that are not in the array */
	const struct et_hook *hooks; /* owned by the session, which must outlive the summary */
	size_t hook_count;
	bool replayed; /* counts of a recording: no hooks, and no locked memory */
	bool whole;    /* with `replayed`: the end was reached, so the counts are known */
	bool running;  /* the recording continues, so the counts do not add up yet */
	bool brief;    /* text has only rows that are not 0, and hooks only with `verbose` */
	bool verbose;
};

/* Read the session's counts. Return: 0 or a negative errno. */
int summary_take(struct et_session *session, struct summary *ret);

/* Read a recording's counts. Return: 0 or a negative errno. */
int summary_take_replay(struct et_replay *replay, struct summary *ret);

/*
 * Print the summary as text: tables, and a last line with the number of losses. Return: 0 or
 * -ENOMEM.
 */
int summary_print_text(const struct summary *summary, FILE *out);

/* Print the summary as one JSON object and a newline. */
void summary_print_json(const struct summary *summary, FILE *out);

#endif /* TOOLS_EVENTSTRACE_SUMMARY_H */
