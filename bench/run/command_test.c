/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests commands as tracers: when a command traces, which events it delivers, and why it does not
 * run.
 */
#include "bench/run/command.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/run/command_rows.h"
#include "bench/run/host_stats.h"

static struct command *start(const struct bench_command *how)
{
	struct command *c = NULL;
	char why[256];

	if (command_start(how, 4711, why, sizeof(why), &c) < 0)
		fail_msg("%s: %s", how->text, why);
	return c;
}

/*
 * Lines before command_begin() do not count. Lines that the command writes when it is stopped
 * count.
 */
static void test_output(void **state)
{
	static const struct bench_command how = {
		.text = "echo event old; echo ready $WORKLOAD_PID; trap 'echo event 3; exit' INT; "
			"sleep 0.4; echo event 1; echo other >&2; echo event 2; "
			"while :; do sleep 0.05; done",
		.ready_pattern = "^ready 4711$",
		.count_pattern = "^event [0-9]",
	};
	struct command *c = start(&how);
	struct command_output output;

	(void)state;
	command_begin(c);
	sleep(1);
	command_stop(c, &output);
	assert_int_equal(output.delivered, 3);
	assert_int_equal(output.bytes, strlen("event 1\nother\nevent 2\nevent 3\n"));
}

/* Without a pattern, the command counts as ready after settle_s. */
static void test_settle(void **state)
{
	static const struct bench_command how = { .text = "exec sleep 100", .settle_s = 0.3 };
	struct command_output output;
	double begin = now_s();
	struct command *c = start(&how);

	(void)state;
	assert_true(now_s() - begin >= 0.3);
	command_stop(c, &output);
	assert_int_equal(output.bytes, 0);
	assert_true(now_s() - begin < 5);
}

/* The CPU time of all processes counts, also of exited processes and of a daemon. */
static void test_usage(void **state)
{
	static const struct bench_command how = {
		.text = "setsid -f sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; "
			"echo ready; exec sleep 100'; exec sleep 100",
		.ready_pattern = "^ready$",
	};
	struct command *c = start(&how);
	struct command_output output;
	struct tracer_cpu cpu;
	char why[256], daemon[64];
	uint64_t rss;

	(void)state;
	assert_int_equal(command_usage(c, &cpu, &rss, why, sizeof(why)), 0);
	snprintf(daemon, sizeof(daemon), "%f s, %llu bytes", cpu.user + cpu.system,
		 (unsigned long long)rss);
	if (cpu.user + cpu.system < 0.02 || cpu.user + cpu.system > 60 || rss < 100000)
		fail_msg("%s", daemon);
	command_settle(c);
	command_stop(c, &output);
}

/* A daemon leaves the process group and its parent. command_stop() must end it, too. */
static void test_nothing_stays(void **state)
{
	static const struct bench_command how = {
		.text = "setsid -f sh -c 'trap \"\" INT; echo $$; while :; do sleep 0.1; done'; "
			"sleep 0.2",
		.ready_pattern = "^[0-9]+$",
	};
	struct command *c;
	struct command_output output;
	char path[] = "/tmp/command_test-XXXXXX", text[512];
	struct bench_command with_file = how;
	int fd = mkstemp(path);
	pid_t pid = 0;
	FILE *f;

	(void)state;
	f = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (!f) {
		fail_msg("cannot make %s", path);
		return;
	}
	snprintf(text, sizeof(text), "(%s) | tee %s", how.text, path);
	with_file.text = text;
	c = start(&with_file);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	unlink(path);
	assert_int_equal(kill(pid, 0), 0);
	command_stop(c, &output);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
}

/* If a command does not run, the reason names its exit status and its last line. */
static void test_why(void **state)
{
	static const struct bench_command missing = { .text = "/nowhere/tracer -x",
						      .settle_s = 60 };
	static const struct bench_command refused = {
		.text = "echo; echo no permission >&2; exit 3", .ready_pattern = "ready"
	};
	static const struct bench_command later = { .text = "echo ready; sleep 0.2; echo gone",
						    .ready_pattern = "ready" };
	struct command_output output;
	struct tracer_cpu cpu;
	struct command *c;
	char why[256];
	uint64_t rss;

	(void)state;
	assert_int_equal(command_start(&missing, 1, why, sizeof(why), &c), -EOPNOTSUPP);
	if (strncmp(why, "exited with status 127: ", 24) != 0 || !strstr(why, "/nowhere/tracer"))
		fail_msg("%s", why);
	assert_int_equal(command_start(&refused, 1, why, sizeof(why), &c), -EOPNOTSUPP);
	assert_string_equal(why, "exited with status 3: no permission");
	c = start(&later);
	sleep(1);
	assert_int_equal(command_usage(c, &cpu, &rss, why, sizeof(why)), -EOPNOTSUPP);
	assert_string_equal(why, "exited with status 0: gone");
	command_stop(c, &output);
}

/* Neither part decreases, and the sum stays the same. */
static void test_divide(void **state)
{
	static const struct tracer_cpu before = { 0.25, 0.5 };
	struct tracer_cpu up = { 0.5, 0.75 }, system = { 1, 0.25 }, user = { 0.125, 1 };

	(void)state;
	command_divide(&before, &up);
	assert_true(up.user == 0.5 && up.system == 0.75);
	command_divide(&before, &system);
	assert_true(system.user == 0.75 && system.system == 0.5);
	command_divide(&before, &user);
	assert_true(user.user == 0.25 && user.system == 0.875);
}

static void test_rows(void **state)
{
	const struct bench_row *row;

	(void)state;
	assert_int_equal(command_rows_set(COMMAND_SETTLE, "1"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "name"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "name="), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "=true"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "a<b=true"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "auto=true"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "one=A=1 true"), 0);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "one=true"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_READY, "("), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_SETTLE, "61"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_SETTLE, "1s"), -EINVAL);
	assert_int_equal(command_rows_set(COMMAND_SETTLE, "0.5"), 0);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "two=false"), 0);
	assert_int_equal(command_rows_set(COMMAND_READY, "^go"), 0);
	assert_int_equal(command_rows_set(COMMAND_COUNT, "execve"), 0);
	assert_int_equal(command_rows_set(COMMAND_TRACER, "three=false"), 0);
	command_rows_register();
	row = bench_row_named("one");
	assert_non_null(row);
	assert_string_equal(row->command->text, "A=1 true");
	assert_true(row->command->settle_s == 0.5);
	row = bench_row_named("two");
	assert_string_equal(row->command->ready_pattern, "^go");
	assert_string_equal(row->command->count_pattern, "execve");
	assert_true(row->command->settle_s == 0);
	row = bench_row_named("three");
	assert_true(row->command->settle_s == 2);
	assert_null(row->next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output), cmocka_unit_test(test_settle),
		cmocka_unit_test(test_usage),  cmocka_unit_test(test_nothing_stays),
		cmocka_unit_test(test_why),    cmocka_unit_test(test_rows),
		cmocka_unit_test(test_divide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
