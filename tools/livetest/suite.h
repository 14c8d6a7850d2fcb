/* SPDX-License-Identifier: BSD-2-Clause */
/* Live tests of a theme: one eventstrace watches all its cases, then each is a test. */
#ifndef TOOLS_LIVETEST_SUITE_H
#define TOOLS_LIVETEST_SUITE_H

#include <stddef.h>

#include "tools/livetest/report.h"
#include "tools/livetest/tracer.h"

struct suite_case {
	const char *name;
	const char *const *args; /* NULL-terminated, or NULL */
};

/**
 * suite_run() - run the cases and hold them against their accounts
 * @cases:	the cases
 * @count:	how many
 * @argc:	of main(); see place_init()
 * @argv:	of main()
 *
 * Each case is a test, and so are the run as a whole (every line valid, nothing lost, a clean
 * end) and, of course, that eventstrace can be started at all: nothing is ever skipped.
 *
 * Return: an exit status for main().
 */
int suite_run(const struct suite_case *cases, size_t count, int argc, char **argv);

/**
 * suite_run_with() - the same, of cases that cause more than processes do
 * @more:	options of the events that are watched too, without their dashes; NULL ends them
 * @cases:	the cases
 * @count:	how many
 * @argc:	of main()
 * @argv:	of main()
 *
 * What an account says of events that nobody watches is not looked for. The environment's
 * LIVETEST_EVENTS names events, as @more does, that are watched in place of all others: of kinds of
 * hooks that not every event has.
 *
 * Return: an exit status for main().
 */
int suite_run_with(const char *const *more, const struct suite_case *cases, size_t count, int argc,
		   char **argv);

/**
 * suite_check_result() - is the end of a tracer as it should be?
 * @result:	of a tracer that was started with -s, stopped by a signal, and kept its lines
 * @r:		receives a line for each fault
 *
 * The first line says that probes are initialized, the last one is whole, the exit status is 0,
 * the summary on standard error is one JSON object, and nothing was lost.
 */
void suite_check_result(const struct tracer_result *result, struct report *r);

/* As above, but for the lines: of a tracer with on_line. */
void suite_check_end(const struct tracer_result *result, struct report *r);

#endif /* TOOLS_LIVETEST_SUITE_H */
