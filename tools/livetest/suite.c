/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/suite.h"

#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/wire/schema.h"
#include "tools/livetest/caserun.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/place.h"

static struct tracer_result result;
static struct events events;
static struct report broken; /* lines that could not be parsed */

static void check_first_line(const struct tracer_result *res, struct report *r)
{
	yyjson_doc *doc;
	yyjson_val *val;

	if (!res->count) {
		report_add(r, "standard output is empty");
		return;
	}
	doc = yyjson_read(res->lines[0], res->lens[0], 0);
	val = yyjson_doc_get_root(doc);
	if (!yyjson_is_true(yyjson_obj_get(val, "probes_initialized")) ||
	    !yyjson_is_bool(yyjson_obj_get(yyjson_obj_get(val, "features"), "bpf_tramp")) ||
	    !yyjson_is_bool(yyjson_obj_get(yyjson_obj_get(val, "features"), "ipv6")))
		report_add(r, "the first line is %.200s", res->lines[0]);
	yyjson_doc_free(doc);
}

static uint64_t count_of(yyjson_val *counts, const char *name, struct report *r)
{
	yyjson_val *val = yyjson_obj_get(counts, name);

	if (!yyjson_is_uint(val))
		report_add(r, "the summary has no number \"%s\"", name);
	return yyjson_get_uint(val);
}

/* One object per event type, and their total: what was attempted is written, but for what is lost. */
static void check_counts(const char *what, yyjson_val *counts, struct report *r)
{
	uint64_t attempted = count_of(counts, "attempted", r), sent = count_of(counts, "sent", r);
	uint64_t received = count_of(counts, "received", r), lost = count_of(counts, "lost", r);
	uint64_t written = count_of(counts, "written", r);

	if (lost)
		report_add(r, "%s: %llu lost", what, (unsigned long long)lost);
	if (attempted != sent + lost || received != sent || written != received)
		report_add(r,
			   "%s: attempted %llu, sent %llu, lost %llu, received %llu, written %llu",
			   what, (unsigned long long)attempted, (unsigned long long)sent,
			   (unsigned long long)lost, (unsigned long long)received,
			   (unsigned long long)written);
}

void suite_check_end(const struct tracer_result *res, struct report *r)
{
	yyjson_val *root, *key, *value;
	size_t len = strlen(res->err);
	yyjson_doc *doc;
	size_t i, max;

	if (!WIFEXITED(res->status) || WEXITSTATUS(res->status))
		report_add(r, "wait status 0x%x", (unsigned int)res->status);
	if (res->partial)
		report_add(r, "standard output does not end with a newline");
	/* Alone on standard error: any warning before it would be a fault as well. */
	doc = yyjson_read(res->err, len, 0);
	root = yyjson_doc_get_root(doc);
	if (!yyjson_is_obj(root) || !len || res->err[len - 1] != '\n' ||
	    strchr(res->err, '\n') != res->err + len - 1) {
		report_add(r,
			   "standard error is not the summary, one JSON object in a line: %.2000s",
			   res->err);
		yyjson_doc_free(doc);
		return;
	}
	if (!yyjson_obj_size(yyjson_obj_get(root, "events")))
		report_add(r, "the summary names no event");
	yyjson_obj_foreach(yyjson_obj_get(root, "events"), i, max, key, value)
	{
		check_counts(yyjson_get_str(key), value, r);
	}
	check_counts("total", yyjson_obj_get(root, "total"), r);
	if (count_of(root, "malformed", r))
		report_add(r, "the summary has malformed records");
	yyjson_doc_free(doc);
}

void suite_check_result(const struct tracer_result *res, struct report *r)
{
	check_first_line(res, r);
	suite_check_end(res, r);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void fail_with(const char *what, struct report *r)
{
	if (r->faults) {
		/* cmocka's own messages are cut at 1024 bytes. */
		print_error("%s: %u faults\n%s", what, r->faults, report_text(r));
		report_free(r);
		fail();
	}
	report_free(r);
}

static void test_run(void **state)
{
	struct report r = { 0 };

	(void)state;
	suite_check_result(&result, &r);
	fail_with("the run as a whole", &r);
}

static void test_lines(void **state)
{
	(void)state;
	fail_with("lines of output", &broken);
}

static void test_case(void **state)
{
	const struct caserun *run = *state;
	struct report r = { 0 };

	caserun_compare(run, &events, &r);
	fail_with(run->name, &r);
}

/* A tracer that cannot be started fails one test, and with it the program. */
static void test_start(void **state)
{
	int rc = *(int *)*state;

	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
}

/* What every suite watches: life and death of processes, and who they are. */
static const char *const always[] = {
	"process-fork",   "process-exec",   "process-exit",      "process-setsid",
	"process-setuid", "process-setgid", "process-tty-write", "process-exec-failed",
};

static const struct {
	const char *type, *option;
} all_events[] = {
#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) { #NAME, flag },
#include "lib/wire/schema.def"
};

#define EVENTS (sizeof(all_events) / sizeof(all_events[0]))

/* The events that are watched: as the tracer is asked for them, and as accounts name them. */
static char flag_text[EVENTS][64];
static const char *flags[EVENTS + 2] = { "-s" };
static const char *types[EVENTS + 1];

static int watch_event(const char *option)
{
	size_t n = 0;

	while (types[n])
		n++;
	for (size_t i = 0; i < EVENTS; i++) {
		if (strcmp(all_events[i].option, option) != 0)
			continue;
		snprintf(flag_text[n], sizeof(flag_text[n]), "--%s", option);
		flags[n + 1] = flag_text[n];
		types[n] = all_events[i].type;
		return 0;
	}
	return -EINVAL;
}

/* The environment's LIVETEST_EVENTS, options between spaces, stands for all that a suite asks for. */
static int choose_events_of(const char *env)
{
	char *list = strdup(env), *rest = list, *word;
	int rc = list ? 0 : -ENOMEM;

	while (!rc && (word = strsep(&rest, " ")))
		rc = watch_event(word);
	free(list);
	return rc;
}

static int choose_events(const char *const *more)
{
	const char *env = getenv("LIVETEST_EVENTS");
	int rc = 0;

	if (env)
		return choose_events_of(env);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && !rc; i++)
		rc = watch_event(always[i]);
	for (; more && *more && !rc; more++)
		rc = watch_event(*more);
	return rc;
}

static int watch(const struct suite_case *cases, size_t count, struct caserun *runs)
{
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer;
	int rc;

	rc = tracer_start(&opts, &tracer);
	if (rc)
		return rc;
	for (size_t i = 0; i < count; i++)
		caserun_run(cases[i].name, cases[i].args, &runs[i]);
	/* At once: what the last case did must not need time to come out. */
	rc = tracer_stop(tracer, SIGTERM, &result);
	events_parse(&result, &events, &broken);
	events.types = types;
	return rc;
}

int suite_run_with(const char *const *more, const struct suite_case *cases, size_t count, int argc,
		   char **argv)
{
	struct CMUnitTest *tests = must_realloc(NULL, (count + 3) * sizeof(*tests));
	struct caserun *runs = must_realloc(NULL, count * sizeof(*runs));
	size_t n = 0;
	int rc;

	memset(runs, 0, count * sizeof(*runs));
	rc = place_init(argc, argv);
	if (!rc)
		rc = choose_events(more);
	if (!rc)
		rc = watch(cases, count, runs);
	tests[n++] = (struct CMUnitTest){ "starts", test_start, NULL, NULL, &rc };
	if (!rc) {
		tests[n++] = (struct CMUnitTest){ "run as a whole", test_run, NULL, NULL, NULL };
		tests[n++] = (struct CMUnitTest){ "lines of output", test_lines, NULL, NULL, NULL };
		for (size_t i = 0; i < count; i++)
			tests[n++] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL,
							  &runs[i] };
	}
	rc = _cmocka_run_group_tests("live", tests, n, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		caserun_free(&runs[i]);
	events_free(&events);
	tracer_result_free(&result);
	free(runs);
	free(tests);
	return rc != 0;
}

int suite_run(const struct suite_case *cases, size_t count, int argc, char **argv)
{
	return suite_run_with(NULL, cases, count, argc, argv);
}
