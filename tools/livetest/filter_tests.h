/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups of filters' tests, of which filter_live_test.c runs all: a file each. */
#ifndef TOOLS_LIVETEST_FILTER_TESTS_H
#define TOOLS_LIVETEST_FILTER_TESTS_H

#include "tools/livetest/filtered.h"

/* By what tasks are, and by cgroups, and by the paths of what is executed. Return: how many failed. */
int filter_tasks(void);
int filter_cgroups(void);
int filter_execs(void);

/* What they all watch, with flags of filters. */
#define BEGIN(...)                                                 \
	filtered_begin("fork,exec,exit,setsid,setuid,exec-failed", \
		       (const char *const[]){ __VA_ARGS__, NULL })

/* A fork of @pid and what its child did, as often as said. */
#define EXPECT(type, pid, count) assert_int_equal(filtered_count("PROCESS_" type, pid), count)

/* A test with actors. */
#define TEST(test) cmocka_unit_test_setup_teardown(test, actors_open, actors_close)

#endif /* TOOLS_LIVETEST_FILTER_TESTS_H */
