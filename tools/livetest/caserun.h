/* SPDX-License-Identifier: BSD-2-Clause */
/* Run a case and hold its account against what eventstrace printed. */
#ifndef TOOLS_LIVETEST_CASERUN_H
#define TOOLS_LIVETEST_CASERUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <yyjson.h>

#include "tools/livetest/report.h"
#include "tools/livetest/tracer.h"

/* What eventstrace printed, parsed. */
struct events {
	yyjson_doc **docs;
	size_t count;
	yyjson_doc *summary; /* of the tracer's end; NULL if there was none */
	/* Types that accounts are complete of; NULL ends them. Not set by events_parse(). */
	const char *const *types;
};

/**
 * events_parse() - parse every line behind the first
 * @result:	of a tracer
 * @ret:	receives the events; to be freed with events_free()
 * @r:		receives a line for each that is not one valid JSON object with an event_type
 */
void events_parse(const struct tracer_result *result, struct events *ret, struct report *r);

void events_free(struct events *e);

/* A case that was run. */
struct caserun {
	const char *name;
	pid_t pid;
	int rc;              /* 0, or a negative errno of starting or waiting */
	int status;          /* of waitpid(2) */
	char *out, *err;     /* what it printed: its account, its complaints */
	uint64_t begin, end; /* CLOCK_MONOTONIC nanoseconds, around it */
};

/**
 * caserun_run() - run a case to its end
 * @name:	of the case
 * @args:	behind its name; NULL-terminated, or NULL
 * @ret:	receives the run; to be freed with caserun_free()
 */
void caserun_run(const char *name, const char *const *args, struct caserun *ret);

/**
 * caserun_compare() - hold a case's account against the events
 * @run:	the case
 * @events:	all events; those of the case's processes must be exactly what the account says
 *		of @events' types
 * @r:		receives a line for each fault
 */
void caserun_compare(const struct caserun *run, const struct events *events, struct report *r);

/**
 * caserun_cannot() - print what the case found that this machine cannot do
 * @run:	the case
 * @test:	its name in full: "file/int80"
 * @r:		receives a line for each thing that the machine must be able to do: see cannot()
 */
void caserun_cannot(const struct caserun *run, const char *test, struct report *r);

void caserun_free(struct caserun *run);

#endif /* TOOLS_LIVETEST_CASERUN_H */
