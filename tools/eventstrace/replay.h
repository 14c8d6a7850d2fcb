/* SPDX-License-Identifier: BSD-2-Clause */
/* --replay: prints the events of recordings. */
#ifndef TOOLS_EVENTSTRACE_REPLAY_H
#define TOOLS_EVENTSTRACE_REPLAY_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

/**
 * replay() - print the events of recordings, and then their counts
 * @options:		options of the command line
 * @opts:		the same for the library; this function sets output and log
 *
 * Prints failures on stderr.
 *
 * Return: the exit status.
 */
enum status replay(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_REPLAY_H */
