/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs eventstrace-ship for --output=kafka://..., and waits for it at the end.
 *
 * As for a COMMAND, there are three processes: this program later drops its privileges, and then
 * may neither start programs nor send signals. So it starts a keeper first:
 *
 *	eventstrace: records into the folder of --spool
 *	|  control: the end of the pipe: no more segments come
 *	|  report: the outcome
 *	keeper: the user of --ship-as; starts the sender, also after a failure
 *	|
 *	eventstrace-ship send DIR kafka://...
 *
 * If eventstrace is killed, the keeper still lets the sender send the segments of the folder.
 */
#ifndef TOOLS_EVENTSTRACE_SHIP_H
#define TOOLS_EVENTSTRACE_SHIP_H

#include <sys/types.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

struct ship {
	pid_t pid;           /* of the keeper */
	int control, report; /* pipes to and from the keeper; -1: there is none */
	const char *to, *spool;
};

#define SHIP_NONE { .control = -1, .report = -1 }

/**
 * ship_start() - make the folder, and start the keeper
 * @options:	of the command line, with --output=kafka://...
 * @ret:	receives the keeper; unchanged on failure
 *
 * Return: STATUS_OK, or the exit status of a failure that was reported.
 */
enum status ship_start(const struct options *options, struct ship *ret);

/* The filter that drops the events of the sender itself. */
struct et_filter ship_filter(const struct ship *ship);

/**
 * ship_finish() - wait until the sender has sent the folder, for --drain-timeout at most
 * @ship:	the keeper; SHIP_NONE is allowed
 * @status:	exit status of the recording
 *
 * Return: @status; or STATUS_OUTPUT, with a message, if events stay in the folder.
 */
int ship_finish(struct ship *ship, int status);

#endif /* TOOLS_EVENTSTRACE_SHIP_H */
