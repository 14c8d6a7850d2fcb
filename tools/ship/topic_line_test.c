/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/topic_line.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct ship_topic_line line;

static int parse(const char *text)
{
	return ship_topic_line_parse(text, strlen(text), &line);
}

static void test_event(void **state)
{
	(void)state;
	/* A member of an object, and text in a string, are not the event's own. */
	assert_int_equal(parse("{\"event_type\":\"PROCESS_EXEC\",\"x\":{\"seq\":7,\"type\":\"SHIP_"
			       "ACCOUNT\"},\"argv\":[\"\\\"seq\\\":8\"],\"time_unix_ns\":"
			       "1767225601000000000,\"seq\":42}\n"),
			 0);
	assert_int_equal(line.kind, SHIP_LINE_EVENT);
	assert_int_equal(line.seq, 42);
	assert_int_equal(line.time_unix_ns, 1767225601000000000ULL);
	assert_string_equal(line.event_type, "PROCESS_EXEC");
}

static void test_lost(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"event_type\":\"LOST\",\"count\":9,\"segment\":3,\"seq\":1}"), 0);
	assert_int_equal(line.kind, SHIP_LINE_LOST);
	assert_int_equal(line.lost, 9);
	assert_int_equal(line.lost_segment, 3);
	assert_int_equal(parse("{\"event_type\":\"LOST\",\"count\":9,\"seq\":1}"), 0);
	assert_int_equal(line.lost_segment, 0);
}

static void test_snapshot(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"event_type\":\"PROCESS_EXISTS\",\"again\":true,\"seq\":1}"), 0);
	assert_int_equal(line.kind, SHIP_LINE_SNAPSHOT);
	assert_int_equal(parse("{\"event_type\":\"PROCESS_EXISTS\",\"again\":false,\"seq\":1}"), 0);
	assert_int_equal(line.kind, SHIP_LINE_EVENT);
}

static void test_account(void **state)
{
	(void)state;
	assert_int_equal(parse("{\"type\":\"SHIP_ACCOUNT\",\"moment\":\"cut\",\"segment\":1,"
			       "\"first_seq\":2,\"next_seq\":3,\"received\":4,\"lost\":5,"
			       "\"rejected\":6,\"attempted\":7}\n"),
			 0);
	assert_int_equal(line.kind, SHIP_LINE_ACCOUNT);
	assert_int_equal(line.moment, SHIP_ACCOUNT_CUT);
	assert_int_equal(line.counts.segment, 1);
	assert_int_equal(line.counts.first_seq, 2);
	assert_int_equal(line.counts.next_seq, 3);
	assert_int_equal(line.counts.received, 4);
	assert_int_equal(line.counts.lost, 5);
	assert_int_equal(line.counts.rejected, 6);
	assert_int_equal(line.counts.attempted, 7);
}

static void test_others(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"x",
		"7",
		"{}",
		"{\"event_type\":\"PROCESS_EXEC\"}",
		"{\"event_type\":\"PROCESS_EXEC\",\"seq\":-1}",
		"{\"event_type\":\"PROCESS_EXEC\",\"seq\":1",
		"{\"type\":\"OTHER\",\"moment\":\"cut\"}",
		"{\"type\":\"SHIP_ACCOUNT\",\"moment\":\"never\"}",
		"{\"type\":\"SHIP_ACCOUNT\"}",
	};

	(void)state;
	line.seq = 77;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(parse(bad[i]), -EBADMSG);
	assert_int_equal(line.seq, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_event),    cmocka_unit_test(test_lost),
		cmocka_unit_test(test_snapshot), cmocka_unit_test(test_account),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
