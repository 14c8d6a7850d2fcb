/* SPDX-License-Identifier: BSD-2-Clause */
/* Records until something ends it, then prints the summary. */
#ifndef TOOLS_EVENTSTRACE_RUN_H
#define TOOLS_EVENTSTRACE_RUN_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

struct command;

/**
 * run() - record as the options require
 * @options:	of the command line
 * @opts:	the same for the library; output, terminals and log are set here
 * @command:	the started COMMAND, which waits; NULL: none
 *
 * Return: the exit status; errors were reported.
 */
int run(const struct options *options, struct et_options *opts, struct command *command);

#endif /* TOOLS_EVENTSTRACE_RUN_H */
