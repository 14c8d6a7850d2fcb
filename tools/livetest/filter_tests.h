/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups of filter tests, one for each file. filter_live_test.c runs all groups. */
#ifndef TOOLS_LIVETEST_FILTER_TESTS_H
#define TOOLS_LIVETEST_FILTER_TESTS_H

#include "tools/livetest/filtered.h"

/*
 * Filters by tasks, by cgroups, and by paths of executed programs. Return: number of failed tests.
 */
int filter_tasks(void);
int filter_cgroups(void);
int filter_execs(void);

/* Begin a recording with these filter flags, and with the events that all filter tests use. */
#define BEGIN(...)                                                 \
	filtered_begin("fork,exec,exit,setsid,setuid,exec-failed", \
		       (const char *const[]){ __VA_ARGS__, NULL })

/* Expect @count events of this type of process @pid. */
#define EXPECT(type, pid, count) assert_int_equal(filtered_count("PROCESS_" type, pid), count)

/* A test that uses actors. */
#define TEST(test) cmocka_unit_test_setup_teardown(test, actors_open, actors_close)

#endif /* TOOLS_LIVETEST_FILTER_TESTS_H */
