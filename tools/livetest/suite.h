/* SPDX-License-Identifier: BSD-2-Clause */
/* Live tests of themes: one eventstrace watches all their cases, then each is a test. */
#ifndef TOOLS_LIVETEST_SUITE_H
#define TOOLS_LIVETEST_SUITE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/livetest/report.h"
#include "tools/livetest/tracer.h"

struct suite_case {
	const char *name;
	const char *const *args; /* NULL-terminated, or NULL */
};

struct suite_theme {
	const char *name;
	const char *const *events; /* that it is about, by their options; NULL: processes' */
	const struct suite_case *cases;
	size_t count;
	/* suite.c's own: */
	const char **types; /* of events that its accounts are held against */
	bool wanted;
	struct suite_theme *next;
};

/**
 * SUITE() - a theme, at the end of its file
 * @theme_name:		its name
 * @theme_cases:	array of its cases
 * @theme_events:	options of the events that are watched too, beside those of processes, without
 *			their dashes; NULL ends them. NULL: no others
 *
 * A program runs the themes of all files that it is made of.
 */
#define SUITE(theme_name, theme_cases, theme_events)                     \
	static struct suite_theme suite_of_file = {                      \
		.name = (theme_name),                                    \
		.events = (theme_events),                                \
		.cases = (theme_cases),                                  \
		.count = sizeof(theme_cases) / sizeof((theme_cases)[0]), \
	};                                                               \
	__attribute__((constructor)) static void add_suite_of_file(void) \
	{                                                                \
		suite_add(&suite_of_file);                               \
	}

/* Called by SUITE(). */
void suite_add(struct suite_theme *theme);

/**
 * suite_main() - run the cases and hold them against their accounts
 * @argc:	of main(); see place_init()
 * @argv:	of main()
 *
 * One tracer watches all themes. Each case is a test, and so are the run as a whole (every line
 * valid, nothing lost, a clean end) and, of course, that eventstrace can be started at all: nothing
 * is ever skipped. What a case's account says that the machine cannot do is printed: cannot.h.
 *
 * What an account says of events that nobody watches is not looked for. Two variables of the
 * environment, names between spaces: LIVETEST_EVENTS has those that there are, for kinds of hooks
 * that not every event has; a theme of whose events none is left is not run, and a line says so.
 * LIVETEST_THEMES has the themes to run.
 *
 * Return: an exit status for main().
 */
int suite_main(int argc, char **argv);

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
