/* SPDX-License-Identifier: BSD-2-Clause */
/* Records until a stop, then prints the summary. */
#ifndef TOOLS_EVENTSTRACE_RUN_H
#define TOOLS_EVENTSTRACE_RUN_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

struct command;

/**
 * run() - record as the options require
 * @options:		options of the command line
 * @opts:		the same for the library; this function sets output, terminals and log
 * @command:		the started COMMAND, which waits for its exec; NULL: none
 *
 * Prints failures on stderr.
 *
 * Return: the exit status.
 */
int run(const struct options *options, struct et_options *opts, struct command *command);

#endif /* TOOLS_EVENTSTRACE_RUN_H */
