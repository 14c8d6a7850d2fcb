/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives up privileges once the session has started, and reports failures. */
#ifndef TOOLS_EVENTSTRACE_GIVE_UP_H
#define TOOLS_EVENTSTRACE_GIVE_UP_H

#include "tools/eventstrace/log.h"
#include "tools/eventstrace/privileges.h"
#include "tools/eventstrace/status.h"

/**
 * give_up() - give up the privileges that are no longer needed
 * @session:		the session whose maps are read from now on; NULL: none
 * @who:		the user of --run-as
 * @events:		descriptor for events; -1: none
 * @record:		descriptor for records; -1: none
 * @files:		files that are opened later; NULL: none
 * @ret:		receives the privileges that were given up
 *
 * Prints a failure on stderr.
 *
 * Return: the exit status; STATUS_OK on success.
 */
enum status give_up(struct et_session *session, const struct run_as *who, int events, int record,
		    const struct privileges_files *files, struct privileges_report *ret);

/* With --libbpf-verbose, print the privileges that were given up. */
void give_up_log(const struct privileges_report *report, struct log *log);

#endif /* TOOLS_EVENTSTRACE_GIVE_UP_H */
