/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The figures of a sender: events that it has read and sent, and events that wait. All count from
 * its start.
 */
#ifndef TOOLS_SHIP_FIGURES_H
#define TOOLS_SHIP_FIGURES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/ship/recorded.h"

struct ship_figures {
	uint64_t events_read;         /* from segments, without those that were sent before */
	uint64_t events_acknowledged; /* the destination has them */
	uint64_t events_rejected;     /* the decoder rejected them, so no message has them */
	uint64_t events_cut;          /* their lines were longer than --max-line */
	uint64_t events_maybe_twice, events_maybe_missing; /* struct ship_output_counts */
	uint64_t messages_produced, messages_acknowledged, messages_sent_again;
	uint64_t connections_closed, connections_failed, connections_refused;
	uint64_t segments_done, segments_damaged;
	uint64_t events_waiting;   /* read, and not acknowledged */
	uint64_t messages_waiting; /* produced, and not acknowledged */
	uint64_t folder_bytes;     /* size of the segments in the folder */
	uint64_t oldest_ns;        /* age of the oldest event that waits; 0: none waits */
	struct ship_recorded recorded;
};

/* Print one line for people, without a newline. Return: as snprintf(3). */
int ship_figures_line(const struct ship_figures *figures, char *text, size_t size);

/* Print one JSON object with a newline. */
void ship_figures_json(const struct ship_figures *figures, FILE *out);

/**
 * ship_figures_metrics() - print the figures in the text format of Prometheus
 * @figures:	the figures
 * @version:	version of the program
 * @start_ns:	start of the program, in nanoseconds since 1970
 * @out:	receives the text
 */
void ship_figures_metrics(const struct ship_figures *figures, const char *version,
			  uint64_t start_ns, FILE *out);

#endif /* TOOLS_SHIP_FIGURES_H */
