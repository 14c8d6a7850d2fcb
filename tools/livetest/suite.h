/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live tests of themes. One eventstrace watches all cases of the themes, then each case is a test.
 */
#ifndef TOOLS_LIVETEST_SUITE_H
#define TOOLS_LIVETEST_SUITE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/livetest/mismatches.h"
#include "tools/livetest/tracer.h"

struct suite_case {
	const char *name;
	const char *const *args; /* NULL-terminated, or NULL */
};

struct suite_theme {
	const char *name;
	const char *const *events; /* options of its events; NULL: only those of processes */
	const struct suite_case *cases;
	size_t count;
	/* Private to suite.c: */
	const char **types; /* event types that its accounts are compared with */
	bool wanted;
	struct suite_theme *next;
};

/**
 * SUITE() - define a theme, at the end of its file
 * @theme_name:		its name
 * @theme_cases:	array of its cases
 * @theme_events:	options of the events to watch in addition to those of processes, without
 *			their dashes; ends with NULL. NULL: no others
 *
 * A program runs the themes of all files that it is linked from.
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
 * suite_main() - run the cases and compare their accounts
 * @argc:	of main(); see runfiles_init()
 * @argv:	of main()
 *
 * One tracer watches all themes. Each case is a test. Another test checks that eventstrace can be
 * started. The last test checks the run as a whole: every line is valid, no event is lost, the end
 * is clean. No test is ever skipped. If a case's account reports that the machine lacks something,
 * this is printed: cannot.h.
 *
 * Events of an account that are not watched are ignored. Two environment variables contain names
 * separated by spaces. LIVETEST_EVENTS lists the available events, for kinds of hooks that lack
 * some. A theme without any available event is not run, and a line reports that. LIVETEST_THEMES
 * lists the themes to run.
 *
 * Return: main()'s exit status.
 */
int suite_main(int argc, char **argv);

/**
 * suite_check_result() - check a tracer's result
 * @result:	of a tracer that was started with -s, stopped by a signal, and kept its lines
 * @r:		receives a message for each fault
 *
 * The first line reports that probes are initialized, and the last one is complete. The exit status
 * is 0, the summary on standard error is one JSON object, and no event was lost.
 */
void suite_check_result(const struct tracer_result *result, struct mismatches *r);

/* The same without the check of lines, for a tracer with on_line. */
void suite_check_end(const struct tracer_result *result, struct mismatches *r);

#endif /* TOOLS_LIVETEST_SUITE_H */
