/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The main job: record until something ends it, then give account.
 */
#ifndef TOOLS_EVENTSTRACE_RUN_H
#define TOOLS_EVENTSTRACE_RUN_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"

/**
 * run() - record as the options say
 * @options:	of the command line
 * @opts:	the same as far as the library needs them; output, terminals and log are set here
 *
 * Return: the exit status; what is wrong has been said.
 */
enum status run(const struct options *options, struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_RUN_H */
