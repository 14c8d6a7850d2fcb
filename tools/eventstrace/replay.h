/* SPDX-License-Identifier: BSD-2-Clause */
/* --replay: prints the events of a recording. */
#ifndef TOOLS_EVENTSTRACE_REPLAY_H
#define TOOLS_EVENTSTRACE_REPLAY_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

/**
 * replay() - print the events of a recording, and then its counts
 * @options:	of the command line
 * @opts:	the same for the library; output and log are set here
 *
 * Return: the exit status; errors were reported.
 */
enum status replay(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_REPLAY_H */
