/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/suite.h"

#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
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
#include "tools/livetest/runfiles.h"
#include "tools/livetest/words.h"

#define FEEDS_BACK "eventstrace: warning: the output feeds back: "

static struct suite_theme *themes, **themes_end = &themes;

static struct tracer_result result;
static struct events events;
static struct mismatches broken; /* lines that could not be parsed */

static void check_first_line(const struct tracer_result *res, struct mismatches *r)
{
	yyjson_doc *doc;
	yyjson_val *val;

	if (!res->count) {
		mismatches_add(r, "standard output is empty");
		return;
	}
	doc = yyjson_read(res->lines[0], res->lens[0], 0);
	val = yyjson_doc_get_root(doc);
	if (!yyjson_is_true(yyjson_obj_get(val, "probes_initialized")) ||
	    !yyjson_is_bool(yyjson_obj_get(yyjson_obj_get(val, "features"), "bpf_tramp")) ||
	    !yyjson_is_bool(yyjson_obj_get(yyjson_obj_get(val, "features"), "ipv6")))
		mismatches_add(r, "the first line is %.200s", res->lines[0]);
	yyjson_doc_free(doc);
}

static uint64_t count_of(yyjson_val *counts, const char *name, struct mismatches *r)
{
	yyjson_val *val = yyjson_obj_get(counts, name);

	if (!yyjson_is_uint(val))
		mismatches_add(r, "the summary has no number \"%s\"", name);
	return yyjson_get_uint(val);
}

/*
 * Check the counters of one event type, or the total: each attempted event is written or counted as
 * lost.
 */
static void check_counts(const char *what, yyjson_val *counts, struct mismatches *r)
{
	uint64_t attempted = count_of(counts, "attempted", r), sent = count_of(counts, "sent", r);
	uint64_t received = count_of(counts, "received", r), lost = count_of(counts, "lost", r);
	uint64_t written = count_of(counts, "written", r);

	if (lost)
		mismatches_add(r, "%s: %llu lost", what, (unsigned long long)lost);
	if (attempted != sent + lost || received != sent || written != received)
		mismatches_add(
			r, "%s: attempted %llu, sent %llu, lost %llu, received %llu, written %llu",
			what, (unsigned long long)attempted, (unsigned long long)sent,
			(unsigned long long)lost, (unsigned long long)received,
			(unsigned long long)written);
}

void suite_check_end(const struct tracer_result *res, struct mismatches *r)
{
	yyjson_val *root, *key, *value;
	const char *err = res->err;
	yyjson_doc *doc;
	size_t i, max, len;

	if (!WIFEXITED(res->status) || WEXITSTATUS(res->status))
		mismatches_add(r, "wait status 0x%x", (unsigned int)res->status);
	if (res->partial)
		mismatches_add(r, "standard output does not end with a newline");
	/*
	 * The suite reads the output and starts cases. On a slow machine, eventstrace may take this
	 * for a loop and print a warning.
	 */
	if (strncmp(err, FEEDS_BACK, strlen(FEEDS_BACK)) == 0)
		err += strcspn(err, "\n") + 1;
	len = strlen(err);
	/* Any other output on standard error is a fault. */
	doc = yyjson_read(err, len, 0);
	root = yyjson_doc_get_root(doc);
	if (!yyjson_is_obj(root) || !len || err[len - 1] != '\n' ||
	    strchr(err, '\n') != err + len - 1) {
		mismatches_add(
			r, "standard error is not the summary, one JSON object in a line: %.2000s",
			res->err);
		yyjson_doc_free(doc);
		return;
	}
	if (!yyjson_obj_size(yyjson_obj_get(root, "events")))
		mismatches_add(r, "the summary names no event");
	yyjson_obj_foreach(yyjson_obj_get(root, "events"), i, max, key, value)
	{
		check_counts(yyjson_get_str(key), value, r);
	}
	check_counts("total", yyjson_obj_get(root, "total"), r);
	if (count_of(root, "malformed", r))
		mismatches_add(r, "the summary has malformed records");
	yyjson_doc_free(doc);
}

void suite_check_result(const struct tracer_result *res, struct mismatches *r)
{
	check_first_line(res, r);
	suite_check_end(res, r);
}

/* ---- tests -------------------------------------------------------------------------------- */

static void fail_with(const char *what, struct mismatches *r)
{
	if (r->faults) {
		/* cmocka cuts its own messages at 1,024 bytes. */
		print_error("%s: %u faults\n%s", what, r->faults, mismatches_text(r));
		mismatches_free(r);
		fail();
	}
	mismatches_free(r);
}

static void test_run(void **state)
{
	struct mismatches r = { 0 };

	(void)state;
	suite_check_result(&result, &r);
	fail_with("the run as a whole", &r);
}

static void test_lines(void **state)
{
	(void)state;
	fail_with("lines of output", &broken);
}

/* A case of a theme, as a test. */
struct suite_test {
	const struct suite_theme *theme;
	struct caserun run;
	char name[64];
};

static void test_case(void **state)
{
	const struct suite_test *test = *state;
	struct mismatches r = { 0 };

	/*
	 * Compare only the event types of this theme. The account does not contain the types that
	 * only other themes watch.
	 */
	events.types = test->theme->types;
	caserun_compare(&test->run, &events, &r);
	caserun_cannot(&test->run, test->name, &r);
	fail_with(test->name, &r);
}

/* If eventstrace cannot be started, this test fails and no case runs. */
static void test_start(void **state)
{
	int rc = *(int *)*state;

	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
}

/* Events that every suite watches: forks, execs, exits and changes of ids. */
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

/* Flags for the watched events. */
static char flag_text[EVENTS][64];
static const char *flags[EVENTS + 2] = { "-s" };
static bool watched[EVENTS];

/* Return: the event's index in all_events, or a negative errno. */
static int find_event(const char *option)
{
	for (size_t i = 0; i < EVENTS; i++)
		if (!strcmp(all_events[i].option, option))
			return (int)i;
	fprintf(stderr, "there is no event %s\n", option);
	return -EINVAL;
}

/*
 * Add an event to those of @theme, and to the watched ones. Does nothing if LIVETEST_EVENTS in the
 * environment lacks it.
 */
static int add_event(struct suite_theme *theme, const char *option, bool *ret_any)
{
	int event = find_event(option);
	size_t n = 0;

	if (event < 0)
		return event;
	if (!words_have(getenv("LIVETEST_EVENTS"), option))
		return 0;
	while (theme->types[n])
		n++;
	theme->types[n] = all_events[event].type;
	watched[event] = true;
	*ret_any = true;
	return 0;
}

/* Add the events of @theme. The theme runs if at least one of its own events is watched. */
static int choose_events(struct suite_theme *theme)
{
	bool any = false, any_always = false;
	int rc = 0;

	theme->types = must_realloc(NULL, (EVENTS + 1) * sizeof(*theme->types));
	memset(theme->types, 0, (EVENTS + 1) * sizeof(*theme->types));
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]) && !rc; i++)
		rc = add_event(theme, always[i], &any_always);
	for (const char *const *more = theme->events; more && *more && !rc; more++)
		rc = add_event(theme, *more, &any);
	theme->wanted = theme->events ? any : any_always;
	return rc;
}

/* Choose the themes in LIVETEST_THEMES in the environment, or all. */
static int choose_themes(void)
{
	const char *list = getenv("LIVETEST_THEMES");
	bool found = false;
	size_t n = 1;
	int rc = 0;

	for (struct suite_theme *theme = themes; theme && !rc; theme = theme->next) {
		if (!words_have(list, theme->name))
			continue;
		found = true;
		rc = choose_events(theme);
		if (!theme->wanted)
			print_message("[   NOTE   ] %s: none of its events is watched\n",
				      theme->name);
	}
	for (size_t i = 0; i < EVENTS; i++) {
		if (!watched[i])
			continue;
		snprintf(flag_text[i], sizeof(flag_text[i]), "--%s", all_events[i].option);
		flags[n++] = flag_text[i];
	}
	return rc ? rc : found ? 0 : -ENOENT;
}

static int watch(struct suite_test *tests, size_t count)
{
	struct tracer_options opts = { .flags = flags };
	struct tracer *tracer;
	size_t n = 0;
	int rc;

	rc = tracer_start(&opts, &tracer);
	if (rc)
		return rc;
	for (const struct suite_theme *theme = themes; theme; theme = theme->next) {
		for (size_t i = 0; theme->wanted && i < theme->count; i++) {
			const struct suite_case *c = &theme->cases[i];

			tests[n].theme = theme;
			snprintf(tests[n].name, sizeof(tests[n].name), "%s/%s", theme->name,
				 c->name);
			caserun_run(c->name, c->args, &tests[n++].run);
		}
	}
	/* Stop at once: the events of the last case must be printed without a delay of the test. */
	rc = tracer_stop(tracer, SIGTERM, &result);
	events_parse(&result, &events, &broken);
	return n == count ? rc : -EINVAL;
}

void suite_add(struct suite_theme *theme)
{
	*themes_end = theme;
	themes_end = &theme->next;
}

int suite_main(int argc, char **argv)
{
	struct CMUnitTest *tests;
	struct suite_test *cases;
	size_t count = 0, n = 0;
	int rc;

	rc = runfiles_init(argc, argv);
	if (!rc)
		rc = choose_themes();
	for (const struct suite_theme *theme = themes; theme; theme = theme->next)
		count += theme->wanted ? theme->count : 0;
	/* choose_themes() has printed a line for each theme that does not run. */
	if (!rc && !count)
		return 0;
	tests = must_realloc(NULL, (count + 3) * sizeof(*tests));
	cases = must_realloc(NULL, (count + 1) * sizeof(*cases));
	memset(cases, 0, (count + 1) * sizeof(*cases));
	if (!rc)
		rc = watch(cases, count);
	tests[n++] = (struct CMUnitTest){ "starts", test_start, NULL, NULL, &rc };
	if (!rc) {
		tests[n++] = (struct CMUnitTest){ "run as a whole", test_run, NULL, NULL, NULL };
		tests[n++] = (struct CMUnitTest){ "lines of output", test_lines, NULL, NULL, NULL };
		for (size_t i = 0; i < count; i++)
			tests[n++] = (struct CMUnitTest){ cases[i].name, test_case, NULL, NULL,
							  &cases[i] };
	}
	rc = _cmocka_run_group_tests("live", tests, n, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		caserun_free(&cases[i].run);
	for (struct suite_theme *theme = themes; theme; theme = theme->next)
		free(theme->types);
	events_free(&events);
	tracer_result_free(&result);
	free(cases);
	free(tests);
	return rc != 0;
}
