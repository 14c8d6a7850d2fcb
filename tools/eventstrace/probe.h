/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --probe: prints the hooks that would be attached on this kernel, and the reasons if a hook is
 * missing.
 */
#ifndef TOOLS_EVENTSTRACE_PROBE_H
#define TOOLS_EVENTSTRACE_PROBE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/users.h"

/**
 * probe_run() - print kernel, capabilities, hooks, and the privileges that recording gives up
 * @opts:		options for et_probe(); this function sets the log
 * @who:		the user of --run-as
 * @verbose:		print libbpf's messages on stderr, and the programs' costs
 * @out:		the file to print to
 *
 * Prints every candidate hook of the events in @opts. The process gives up its own privileges.
 *
 * Return: STATUS_OK if all those events are available.
 */
enum status probe_run(struct et_options *opts, const struct run_as *who, bool verbose, FILE *out);

#endif /* TOOLS_EVENTSTRACE_PROBE_H */
