/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests a session that has on_event as its only output. Needs root. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/event/compare.h"
#include "lib/include/eventstrace.h"

#define PROGRAMS 50

struct caller {
	struct et_session *session;
	unsigned int programs, others, lost;
	struct et_event *kept;
};

static void run_program(void)
{
	char *argv[] = { "true", "a-mark-of-this-test", NULL };
	int status;
	pid_t pid;

	assert_int_equal(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

/* Inside on_event, most functions of the session return -EBUSY. The others work. */
static void use_session(struct et_session *s)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	struct et_features features = { .sz = sizeof(features) };
	struct et_event_stats events[4];
	struct et_table_stats tables[4];
	struct et_user_stats users[4];
	struct et_not_recorded_stats not_recorded[4];
	struct et_left_out left_out[4];
	uint64_t others;
	size_t count;

	assert_int_equal(et_session__poll(s, 0), -EBUSY);
	assert_int_equal(et_session__stop(s), -EBUSY);
	assert_int_equal(et_session__set_outputs(s, 1, -1), -EBUSY);
	assert_int_equal(et_session__stats(s, &stats), -EBUSY);
	assert_int_equal(et_session__event_stats(s, events, 4), -EBUSY);
	assert_int_equal(et_session__table_stats(s, tables, 4), -EBUSY);
	assert_int_equal(et_session__user_stats(s, users, 4), -EBUSY);
	assert_int_equal(et_session__not_recorded(s, not_recorded, 4), -EBUSY);
	assert_int_equal(et_session__left_out(s, left_out, 4, &others), -EBUSY);
	assert_int_equal(et_session__features(s, &features), -EBUSY);
	et_session__close(s);

	assert_true(et_session__fd(s) >= 0);
	assert_int_equal(et_session__error(s)->kind, ET_ERROR_NONE);
	assert_non_null(et_session__hooks(s, &count));
	assert_true(count > 0);
	assert_non_null(et_session__hook_at(s, count - 1));
	assert_null(et_session__hook_at(s, count));
	assert_null(et_session__program_at(s, 0));
}

static bool is_marked(const struct et_event *event)
{
	size_t left = 0, size = 0;
	const char *argv = et_process_exec__argv(event, &left, NULL), *arg;

	if (!argv)
		return false;
	et_strings__next(&argv, &left, &size);
	arg = et_strings__next(&argv, &left, &size);
	return arg && size == strlen("a-mark-of-this-test") &&
	       !memcmp(arg, "a-mark-of-this-test", size);
}

static void on_event(void *ctx, const struct et_event *event)
{
	struct caller *caller = ctx;

	compare_with_json(event);
	compare_typed(event);
	if (et_event__id(event) == ET_EVENT_LOST) {
		caller->lost++;
		return;
	}
	if (!is_marked(event)) {
		caller->others++;
		return;
	}
	assert_string_equal(et_event__name(event), "PROCESS_EXEC");
	assert_int_equal(et_event__pids(event)->ppid, getpid());
	assert_int_equal(et_process_exec__creds(event)->euid, geteuid());
	assert_true(et_event__time_ns(event) > et_event__ts_ns(event));
	if (!caller->programs++) {
		use_session(caller->session);
		assert_int_equal(et_event__copy(event, &caller->kept), 0);
	}
}

static void test_on_event(void **state)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	struct et_event_set set = ET_EVENT_SET_INIT;
	struct et_options opts = ET_OPTIONS_INIT;
	struct caller caller = { 0 };
	struct et_error err = { .kind = ET_ERROR_NONE };
	struct et_event_stats rows[4];

	(void)state;
	assert_int_equal(et_event_set__add(&set, ET_EVENT_PROCESS_EXEC), 0);
	assert_int_equal(et_event_set__add(&set, ET_EVENT_PROCESS_FORK), 0);
	opts.event_set = &set;
	opts.on_event = on_event;
	opts.on_event_ctx = &caller;
	if (et_session__open(&opts, &caller.session, &err) < 0)
		fail_msg("%s", err.message);
	/* The session has neither output_fd nor record_fd, so it cannot get new ones. */
	assert_int_equal(et_session__set_outputs(caller.session, 1, -1), -EINVAL);
	assert_int_equal(et_session__set_outputs(caller.session, -1, 1), -EINVAL);
	for (unsigned int i = 0; i < PROGRAMS; i++) {
		run_program();
		assert_true(et_session__poll(caller.session, 0) >= 0);
	}
	assert_int_equal(et_session__stop(caller.session), 0);
	assert_int_equal(et_session__set_outputs(caller.session, -1, -1), -EINVAL);
	assert_int_equal(caller.programs, PROGRAMS);
	assert_int_equal(caller.lost, 0);

	assert_int_equal(et_session__event_stats(caller.session, rows, 4), 2);
	assert_true(rows[0].received + rows[1].received == caller.programs + caller.others);
	assert_true(rows[0].written == rows[0].received && rows[1].written == rows[1].received);
	assert_int_equal(et_session__stats(caller.session, &stats), 0);
	assert_true(stats.accounted);
	assert_int_equal(stats.output_bytes, 0);
	et_session__close(caller.session);

	assert_true(is_marked(caller.kept));
	compare_with_json(caller.kept);
	et_event__free(caller.kept);
}

/*
 * Count the events and the lost events that on_event receives. Events are lost because the rings
 * are small, and the test polls only after all programs have run.
 */
static void count_lost(void *ctx, const struct et_event *event)
{
	uint64_t *counts = ctx;

	if (et_event__id(event) == ET_EVENT_LOST)
		counts[1] += et_lost__count(event);
	else
		counts[0]++;
}

static void test_lost(void **state)
{
	struct et_session_stats stats = { .sz = sizeof(stats) };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_session *session = NULL;
	struct et_event_stats row;
	uint64_t counts[2] = { 0 };

	(void)state;
	opts.events = ET_EVENT_BIT(ET_EVENT_PROCESS_EXEC);
	opts.ring_size = 4096;
	opts.on_event = count_lost;
	opts.on_event_ctx = counts;
	assert_int_equal(et_session__open(&opts, &session, NULL), 0);
	for (unsigned int i = 0; i < PROGRAMS; i++)
		run_program();
	while (et_session__poll(session, 0) > 0)
		;
	assert_int_equal(et_session__stop(session), 0);
	assert_int_equal(et_session__event_stats(session, &row, 1), 1);
	assert_true(row.lost > 0);
	assert_true(counts[0] == row.received);
	assert_true(counts[1] == row.lost);
	assert_int_equal(et_session__stats(session, &stats), 0);
	assert_true(stats.accounted);
	assert_true(stats.lost_written == counts[1]);
	et_session__close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_on_event),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
