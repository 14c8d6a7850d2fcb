/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --probe: what would be attached here, how, and what is missing.
 */
#ifndef TOOLS_EVENTSTRACE_PROBE_H
#define TOOLS_EVENTSTRACE_PROBE_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/users.h"

/**
 * probe_run() - print kernel, capabilities, and every candidate hook of the events in @opts; and what
 * would be given up while recording, which the process then has given up
 * @opts:	as for et_probe(); the log is set here
 * @who:	of --run-as
 * @verbose:	print what libbpf says on stderr
 * @out:	where to print
 *
 * Return: STATUS_OK if all those events can be had.
 */
enum status probe_run(struct et_options *opts, const struct run_as *who, bool verbose, FILE *out);

#endif /* TOOLS_EVENTSTRACE_PROBE_H */
