/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/ship/destination.h"

static void test_valid(void **state)
{
	static const struct {
		const char *text, *brokers, *topic;
	} cases[] = {
		{ "kafka://a/t", "a", "t" },
		{ "kafka://a.example:9092,b-1:9093,c/host_events.v1", "a.example:9092,b-1:9093,c",
		  "host_events.v1" },
		{ "kafka://127.0.0.1:65535/x", "127.0.0.1:65535", "x" },
		{ "kafka://[::1]:9092,[fe80::1]/x", "[::1]:9092,[fe80::1]", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ship_destination to;
		const char *why = NULL;

		assert_int_equal(ship_destination_parse(cases[i].text, &to, &why), 0);
		assert_null(why);
		assert_string_equal(to.brokers, cases[i].brokers);
		assert_string_equal(to.topic, cases[i].topic);
	}
}

static void test_invalid(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "does not begin with" },        { "http://a/t", "does not begin with" },
		{ "kafka://a", "has no topic" },      { "kafka:///t", "HOST" },
		{ "kafka://a,/t", "HOST" },           { "kafka://,a/t", "HOST" },
		{ "kafka://a b/t", "HOST" },          { "kafka://a:/t", "HOST" },
		{ "kafka://a:0/t", "HOST" },          { "kafka://a:65536/t", "HOST" },
		{ "kafka://a:9x/t", "HOST" },         { "kafka://[::1/t", "HOST" },
		{ "kafka://[]/t", "HOST" },           { "kafka://[::1]x/t", "HOST" },
		{ "kafka://a/", "invalid topic" },    { "kafka://a/.", "invalid topic" },
		{ "kafka://a/..", "invalid topic" },  { "kafka://a/b/c", "invalid topic" },
		{ "kafka://a/b c", "invalid topic" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ship_destination to = { .topic = "unchanged" };
		const char *why = NULL;

		assert_int_equal(ship_destination_parse(cases[i].text, &to, &why), -EINVAL);
		assert_non_null(why);
		if (!strstr(why, cases[i].why))
			fail_msg("%s: %s", cases[i].text, why);
		assert_string_equal(to.topic, "unchanged");
	}
}

static void test_long(void **state)
{
	char text[2000];
	struct ship_destination to;
	const char *why = NULL;

	(void)state;
	/* 249 characters are the longest topic of Kafka. */
	snprintf(text, sizeof(text), "kafka://a/%0249d", 0);
	assert_int_equal(ship_destination_parse(text, &to, &why), 0);
	assert_int_equal(strlen(to.topic), 249);
	snprintf(text, sizeof(text), "kafka://a/%0250d", 0);
	assert_int_equal(ship_destination_parse(text, &to, &why), -EINVAL);
	assert_non_null(strstr(why, "249"));
	snprintf(text, sizeof(text), "kafka://%01024d/t", 0);
	assert_int_equal(ship_destination_parse(text, &to, &why), -EINVAL);
	assert_non_null(strstr(why, "too many hosts"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_invalid),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
