/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --replay: the events of a recording.
 */
#ifndef TOOLS_EVENTSTRACE_REPLAY_H
#define TOOLS_EVENTSTRACE_REPLAY_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

/**
 * replay() - print the events of a recording, then the account that it holds
 * @options:	of the command line
 * @opts:	the same as far as the library needs them; output and log are set here
 *
 * Return: the exit status; what is wrong has been said.
 */
enum status replay(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_REPLAY_H */
