/* SPDX-License-Identifier: BSD-2-Clause */
/* --probe: which hooks would be attached here, and what is missing. */
#ifndef TOOLS_EVENTSTRACE_PROBE_H
#define TOOLS_EVENTSTRACE_PROBE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/users.h"

/**
 * probe_run() - print kernel, capabilities, hooks, and the privileges that recording gives up
 * @opts:	as for et_probe(); the log is set here
 * @who:	of --run-as
 * @verbose:	print libbpf's messages on stderr
 * @out:	the file to print to
 *
 * Prints every candidate hook of the events in @opts. The process gives up the privileges itself.
 *
 * Return: STATUS_OK if all those events are available.
 */
enum status probe_run(struct et_options *opts, const struct run_as *who, bool verbose, FILE *out);

#endif /* TOOLS_EVENTSTRACE_PROBE_H */
