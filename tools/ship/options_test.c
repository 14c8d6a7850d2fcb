/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/ship/options.h"

static struct ship_options options;
static char error[512];

/* Parse "send @option DIR kafka://h/t". */
static int parse_with(const char *option)
{
	const char *argv[] = { "send", option, "DIR", "kafka://h/t", NULL };

	ship_options_free(&options);
	return ship_options_parse(4, (char **)(uintptr_t)argv, &options, error, sizeof(error));
}

static int tear_down(void **state)
{
	(void)state;
	ship_options_free(&options);
	return 0;
}

static void test_message(void **state)
{
	(void)state;
	assert_int_equal(parse_with("--once"), 0);
	assert_false(options.one_event);
	assert_int_equal(parse_with("--message=event"), 0);
	assert_true(options.one_event);
	assert_int_equal(parse_with("--message=batch"), 0);
	assert_false(options.one_event);
	assert_int_equal(parse_with("--message=events"), -EINVAL);
	assert_string_equal(error, "--message is batch or event");
}

static void test_payload(void **state)
{
	(void)state;
	assert_int_equal(parse_with("--once"), 0);
	assert_false(options.as_records);
	assert_int_equal(parse_with("--payload=record"), 0);
	assert_true(options.as_records);
	assert_int_equal(parse_with("--payload=json"), 0);
	assert_false(options.as_records);
	assert_int_equal(parse_with("--payload=text"), -EINVAL);
	assert_string_equal(error, "--payload is json or record");
}

static void test_host(void **state)
{
	char longest[] = "--set-host=12345678901234567890123456789012345678901234567890"
			 "123456789012345678901x";

	(void)state;
	assert_int_equal(parse_with("--set-host=web-7"), 0);
	assert_string_equal(options.host, "web-7");
	assert_int_equal(parse_with("--set-host="), -EINVAL);
	assert_int_equal(parse_with(longest), -EINVAL);
	longest[strlen(longest) - 1] = '\0';
	assert_int_equal(parse_with(longest), 0);
	assert_int_equal(strlen(options.host), 71);
}

static void test_max_line(void **state)
{
	(void)state;
	assert_int_equal(parse_with("--once"), 0);
	assert_int_equal(options.max_line, 0);
	assert_int_equal(parse_with("--max-line=32K"), 0);
	assert_int_equal(options.max_line, 32768);
	assert_int_equal(parse_with("--max-line=4096"), 0);
	assert_int_equal(parse_with("--max-line=4095"), -EINVAL);
	assert_int_equal(parse_with("--max-line=x"), -EINVAL);
}

/* Parse "send --payload=record @option DIR @destination". */
static int parse_records(const char *option, const char *destination)
{
	const char *argv[] = { "send", "--payload=record", option, "DIR", destination, NULL };

	ship_options_free(&options);
	return ship_options_parse(5, (char **)(uintptr_t)argv, &options, error, sizeof(error));
}

static void test_records(void **state)
{
	(void)state;
	assert_int_equal(parse_records("--once", "kafka://h/t"), 0);
	assert_int_equal(options.relay.kind, SHIP_RELAY_NONE);
	assert_int_equal(parse_records("--max-line=4K", "kafka://h/t"), -EINVAL);
	assert_int_equal(parse_records("--once", "unix:/run/x"), -EINVAL);
	assert_non_null(strstr(error, "--payload=record"));
	assert_int_equal(options.relay.kind, SHIP_RELAY_UNIX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_message, tear_down),
		cmocka_unit_test_teardown(test_payload, tear_down),
		cmocka_unit_test_teardown(test_host, tear_down),
		cmocka_unit_test_teardown(test_max_line, tear_down),
		cmocka_unit_test_teardown(test_records, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
