/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports the figures of a sender while it runs: lines on stderr, a progress line on a terminal, a
 * file or a server of metrics.
 */
#ifndef TOOLS_SHIP_REPORT_H
#define TOOLS_SHIP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/sender.h"

struct ship_report;

struct ship_report_options {
	bool stats;           /* at the end, print the figures as one JSON object on stderr */
	uint64_t interval_ns; /* print a line that often; 0: never */
	const char *metrics;  /* address or file for the metrics; NULL: neither */
};

/**
 * ship_report__open() - prepare the reports
 * @options:	what to report; its texts stay valid until ship_report__close()
 * @ret:	receives the reports; the caller closes them with ship_report__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0 or a negative errno.
 */
int ship_report__open(const struct ship_report_options *options, struct ship_report **ret,
		      char *error, size_t size);

/**
 * ship_report__begin() - report this sender from now on
 * @report:	the reports
 * @sender:	the sender, which stays valid until ship_report__end()
 *
 * Return: 0; or a negative errno if the file cannot be written, with a message.
 */
int ship_report__begin(struct ship_report *report, struct ship_sender *sender);

/* A descriptor that polls readable when ship_report__run() has something to do. */
int ship_report__fd(const struct ship_report *report);

/* Report what is due. It waits for nothing but the disk of the file. */
void ship_report__run(struct ship_report *report);

/* Write the last figures. Return: as ship_report__begin(). */
int ship_report__end(struct ship_report *report);

/* NULL is allowed. */
void ship_report__close(struct ship_report *report);

#endif /* TOOLS_SHIP_REPORT_H */
