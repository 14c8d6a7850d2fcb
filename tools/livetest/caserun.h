/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a case and compares its account with eventstrace's output. */
#ifndef TOOLS_LIVETEST_CASERUN_H
#define TOOLS_LIVETEST_CASERUN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <yyjson.h>

#include "tools/livetest/mismatches.h"
#include "tools/livetest/tracer.h"

/* eventstrace's output, parsed. */
struct events {
	yyjson_doc **docs;
	size_t count;
	yyjson_doc *summary; /* the tracer's summary; NULL if there was none */
	/*
	 * Event types that accounts contain completely; ends with NULL. events_parse() does not set
	 * it.
	 */
	const char *const *types;
};

/**
 * events_parse() - parse every line after the first
 * @result:	output of a tracer
 * @ret:	receives the events; the caller frees them with events_free()
 * @r:		receives a message for each line that is not a valid JSON object with an event_type
 */
void events_parse(const struct tracer_result *result, struct events *ret, struct mismatches *r);

void events_free(struct events *e);

/* A finished run of a case. */
struct caserun {
	const char *name;
	pid_t pid;
	int rc;              /* 0, or a negative errno of starting or waiting */
	int status;          /* of waitpid(2) */
	char *out, *err;     /* its output: the account, and error messages */
	uint64_t begin, end; /* CLOCK_MONOTONIC nanoseconds, before and after */
};

/**
 * caserun_run() - run a case to its end
 * @name:	of the case
 * @args:	arguments after its name; NULL-terminated, or NULL
 * @ret:	receives the run; the caller frees it with caserun_free()
 */
void caserun_run(const char *name, const char *const *args, struct caserun *ret);

/**
 * caserun_compare() - compare a case's account with the events
 * @run:	the case
 * @events:	all events; those of the case's processes that have one of @events' types must be
 *		exactly those of the account
 * @r:		receives a message for each fault
 */
void caserun_compare(const struct caserun *run, const struct events *events, struct mismatches *r);

/**
 * caserun_cannot() - report what the machine cannot do, as found by the case
 * @run:	the case
 * @test:	its full name: "file/int80"
 * @r:		receives a message if the machine should be able to do it: see cannot()
 */
void caserun_cannot(const struct caserun *run, const char *test, struct mismatches *r);

void caserun_free(struct caserun *run);

#endif /* TOOLS_LIVETEST_CASERUN_H */
