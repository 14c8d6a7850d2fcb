/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/filtered.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

static struct tracer *tracer;
static struct tracer_result result;
static struct events events;

void filtered_begin(const char *watched, const char *const *filters)
{
	const char *flags[24] = { "-s", "-u", "-e", watched };
	struct tracer_options opts = { .flags = flags };

	for (size_t i = 0; filters[i]; i++)
		flags[4 + i] = filters[i];
	assert_int_equal(tracer_start(&opts, &tracer), 0);
}

void filtered_end(void)
{
	struct mismatches faults = { .text = NULL };

	assert_int_equal(tracer_stop(tracer, SIGINT, &result), 0);
	suite_check_result(&result, &faults);
	events_parse(&result, &events, &faults);
	if (faults.faults)
		fail_msg("%s", mismatches_text(&faults));
	mismatches_free(&faults);
}

void filtered_end_with_losses(void)
{
	struct mismatches faults = { .text = NULL };
	yyjson_doc *doc;

	assert_int_equal(tracer_stop(tracer, SIGINT, &result), 0);
	doc = tracer_summary(&result);
	assert_true(yyjson_is_true(yyjson_doc_ptr_get(doc, "/accounted")));
	yyjson_doc_free(doc);
	events_parse(&result, &events, &faults);
	if (faults.faults)
		fail_msg("%s", mismatches_text(&faults));
	mismatches_free(&faults);
}

void filtered_forget(void)
{
	events_free(&events);
	tracer_result_free(&result);
}

size_t filtered_all(void)
{
	return events.count;
}

static bool has(yyjson_val *root, const char *key, const char *value)
{
	const char *got = yyjson_get_str(yyjson_obj_get(root, key));

	return got && !strcmp(got, value);
}

static bool is_of(yyjson_val *root, const char *type, pid_t pid)
{
	yyjson_val *pids = yyjson_obj_get(root, "pids");

	if (!pids)
		pids = yyjson_obj_get(root, "parent_pids");
	return has(root, "event_type", type) &&
	       yyjson_get_uint(yyjson_obj_get(pids, "tgid")) == (uint64_t)pid;
}

size_t filtered_count_at(const char *type, pid_t pid, const char *key, const char *path)
{
	size_t n = 0;

	for (size_t i = 0; i < events.count; i++) {
		yyjson_val *root = yyjson_doc_get_root(events.docs[i]);

		n += is_of(root, type, pid) && (!key || has(root, key, path));
	}
	return n;
}

size_t filtered_count_true(const char *type, pid_t pid, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < events.count; i++) {
		yyjson_val *root = yyjson_doc_get_root(events.docs[i]);

		n += is_of(root, type, pid) && yyjson_is_true(yyjson_obj_get(root, key));
	}
	return n;
}

size_t filtered_count(const char *type, pid_t pid)
{
	return filtered_count_at(type, pid, NULL, NULL);
}

uint64_t filtered_dropped(const char *event)
{
	yyjson_doc *doc = tracer_summary(&result);
	yyjson_val *events_of;
	uint64_t n;

	assert_non_null(doc);
	events_of = yyjson_obj_get(yyjson_doc_get_root(doc), "events");
	n = yyjson_get_uint(yyjson_obj_get(yyjson_obj_get(events_of, event), "filtered"));
	yyjson_doc_free(doc);
	return n;
}

const char *filtered_text(const char *fmt, ...)
{
	static char texts[8][PATH_MAX];
	static unsigned int next;
	char *ret = texts[next++ % 8];
	va_list args;

	va_start(args, fmt);
	vsnprintf(ret, PATH_MAX, fmt, args);
	va_end(args);
	return ret;
}

void filtered_refused(const char *flag, const char *message)
{
	const char *const argv[] = { runfiles_tool(), "-e", "fork", flag, NULL };
	struct proc_options proc = { .argv = argv };
	char *said;
	int status = output_of(&proc, NULL, &said);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 2 || !strstr(said, message))
		fail_msg("%s: status %d, %s", flag, status, said);
	free(said);
}
