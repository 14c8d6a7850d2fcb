/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/source_options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/include/eventstrace_events.h"

#define TOPIC "kafka://host/events"

static struct ship_source_options options;
static char error[512];

/* Parse up to four words. */
static int parse(enum ship_source_command command, const char *a, const char *b, const char *c,
		 const char *d)
{
	const char *const words[] = { "command", a, b, c, d, NULL };
	char *argv[6];
	int argc = 0;

	ship_source_options_free(&options);
	*error = '\0';
	for (; words[argc]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	return ship_source_options_parse(command, argc, argv, &options, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_source_options_free(&options);
	return 0;
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(SHIP_READ, TOPIC, NULL, NULL, NULL), 0);
	assert_null(options.folder);
	assert_string_equal(options.from.topic, "events");
	assert_int_equal(options.start, SHIP_FROM_START);
	assert_int_equal(options.count, UINT64_MAX);
	assert_int_equal(options.window_ns, 1000000000);
	assert_false(options.follow);
	assert_int_equal(parse(SHIP_VERIFY, "/a/folder", NULL, NULL, NULL), 0);
	assert_string_equal(options.folder, "/a/folder");
}

static void test_values(void **state)
{
	(void)state;
	assert_int_equal(parse(SHIP_READ, "--from=end", "--follow", "-n3", TOPIC), 0);
	assert_int_equal(options.start, SHIP_FROM_END);
	assert_true(options.follow);
	assert_int_equal(options.count, 3);
	assert_int_equal(parse(SHIP_READ, "--since=@1767225600", "--window=250ms", TOPIC, NULL), 0);
	assert_int_equal(options.start, SHIP_FROM_TIME);
	assert_int_equal(options.since_ns, 1767225600000000000ULL);
	assert_int_equal(options.window_ns, 250000000);
	assert_int_equal(parse(SHIP_READ, "--host=a", "--host=b", "--group=g", TOPIC), 0);
	assert_int_equal(options.host_count, 2);
	assert_string_equal(options.hosts[1], "b");
	assert_string_equal(options.group, "g");
	assert_int_equal(parse(SHIP_VERIFY, "--kafka=acks.test=1", TOPIC, NULL, NULL), 0);
	assert_int_equal(options.properties.count, 1);
}

/* Filters and formats are those of the tracer. */
static void test_tracer(void **state)
{
	const struct options *tracer = &options.tracer.options;

	(void)state;
	assert_int_equal(parse(SHIP_READ, TOPIC, NULL, NULL, NULL), 0);
	assert_null(options.tracer.needs_records);
	assert_int_equal(tracer->format, FORMAT_JSON);
	assert_true(tracer->identity);
	assert_true(tracer->choice.events & ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS));
	assert_int_equal(parse(SHIP_READ, "-p7", "--exclude-comm=a,b*", "-wC", "sh"), -EINVAL);
	assert_int_equal(parse(SHIP_READ, "-p7", "--exclude-comm=a,b*", "-w", TOPIC), 0);
	assert_int_equal(tracer->filters.count, 3);
	assert_int_equal(tracer->filters.values[0].number, 7);
	assert_true(tracer->filters.values[2].pattern);
	assert_int_equal(tracer->format, FORMAT_TEXT);
	assert_string_equal(options.tracer.needs_records, "pid");
	assert_int_equal(parse(SHIP_READ, "--format=auto", "-eexec", "--since=-1h", TOPIC), 0);
	assert_int_equal(tracer->format, FORMAT_AUTO);
	assert_int_equal(tracer->choice.events, ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC));
	assert_int_equal(tracer->since_ns, options.since_ns);
	assert_null(options.tracer.needs_records);
	assert_int_equal(parse(SHIP_READ, "--failed", "--format=trace", "/a/folder", NULL), 0);
	assert_true(tracer->failed);
	assert_false(tracer->choice.events & ET_EVENT_BIT(ET_EVENT_PROCESS_EXISTS));
}

static void check_refused(enum ship_source_command command, const char *a, const char *b,
			  const char *message)
{
	if (parse(command, a, b, TOPIC, NULL) != -EINVAL)
		fail_msg("%s %s is accepted", a, b);
	if (!strstr(error, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error);
}

static void test_refused(void **state)
{
	(void)state;
	check_refused(SHIP_READ, "--from=middle", "-n1", "--from is start or end");
	check_refused(SHIP_READ, "--since=never", "-n1", "--since is a time");
	check_refused(SHIP_READ, "--window=2h", "-n1", "--window is a time of at most an hour");
	check_refused(SHIP_READ, "-n0", "-n0", "--count is a number of at least 1");
	check_refused(SHIP_READ, "-e", "nonsense", "nonsense");
	check_refused(SHIP_READ, "--group=g", "--since=-1h", "exclude each other");
	check_refused(SHIP_READ, "--record=x", "-n1",
		      "--record is an option of eventstrace alone: use eventstrace --replay=DIR/");
	check_refused(SHIP_READ, "--comm=", "-n1", "--comm= ");
	check_refused(SHIP_READ, "--format=xml", "-n1", "--format=xml is unknown");
	check_refused(SHIP_READ, "--format=json", "--wide", "--wide is for text");
	check_refused(SHIP_READ, "--format=tree", "-n1", "--format=tree needs a COMMAND");
	check_refused(SHIP_READ, "--format=trace", "-n1", "--format=trace is for a folder");
	check_refused(SHIP_READ, "--pid=self", "-n1", "\"self\" is no process of a recording");
	check_refused(SHIP_READ, "--failed", "-efork", "--failed: only exec-failed and exit");
	check_refused(SHIP_READ, "--since=@5", "--until=@4", "--since is after --until");
	check_refused(SHIP_READ, "--cam", "-n1", "no such option, or it lacks a value: --cam");
	check_refused(SHIP_READ, "a", "-n1", "one topic or one folder is needed");
	/* Options of read alone. */
	check_refused(SHIP_VERIFY, "--from=end", "--help", "no such option");
	check_refused(SHIP_VERIFY, "-n1", "--help", "no such option");
	check_refused(SHIP_VERIFY, "--comm=sh", "--help", "--comm is an option of eventstrace");
	assert_int_equal(parse(SHIP_READ, "--follow", "/a/folder", NULL, NULL), -EINVAL);
	assert_int_equal(parse(SHIP_READ, "--from=end", "/a/folder", NULL, NULL), -EINVAL);
	assert_int_equal(parse(SHIP_READ, "kafka://host", NULL, NULL, NULL), -EINVAL);
	assert_non_null(strstr(error, "the source has no topic"));
}

static char *help_of(enum ship_source_command command)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	ship_source_options_help(command, out);
	fclose(out);
	return text;
}

/* Each option is in the help of its commands alone, and no line is wider than a terminal. */
static void test_help(void **state)
{
	char *read = help_of(SHIP_READ), *verify = help_of(SHIP_VERIFY);

	(void)state;
	assert_non_null(strstr(read, "  -n, --count=NUMBER"));
	assert_non_null(strstr(read, "  --kafka=PROPERTY=VALUE"));
	assert_non_null(strstr(read, "  -C, --comm=NAME"));
	assert_non_null(strstr(read, "  --format=json|text|"));
	assert_null(strstr(read, "--record"));
	assert_null(strstr(verify, "--comm"));
	assert_null(strstr(verify, "--count"));
	assert_non_null(strstr(verify, "  --kafka=PROPERTY=VALUE"));
	for (const char *at = read; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= 120);
	free(read);
	free(verify);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults), TEST(test_values), TEST(test_tracer),
		TEST(test_refused),  TEST(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
