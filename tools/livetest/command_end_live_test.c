/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace COMMAND: how eventstrace and COMMAND end. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/command_run.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"

static void test_statuses(void **state)
{
	static const struct {
		const char *what, *number;
		int status;
	} rows[] = {
		{ "exit", "0", 0 },    { "exit", "7", 7 },     { "exit", "255", 255 },
		{ "raise", "9", 137 }, { "raise", "15", 143 }, { "raise", "2", 130 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct command_result e = command_run(
			FLAGS("-e", "exit"), COMMAND(command_case, rows[i].what, rows[i].number));

		command_expect_status(&e, rows[i].status);
		assert_int_equal(command_count_type(&e, "PROCESS_EXIT"), 1);
		command_result_free(&e);
	}
}

static void not_started(const char *const *flags, const char *name, int status, const char *message)
{
	struct command_result e = command_run(flags, COMMAND(name, "write", "1"));

	command_expect_status(&e, status);
	if (!strstr(e.err, message))
		fail_msg("it does not say \"%s\": %s", message, e.err);
	assert_string_equal(e.out, "");
	command_result_free(&e);
}

static void test_not_started(void **state)
{
	const char *const *flags = FLAGS("-e", "exec");

	(void)state;
	not_started(flags, "no_such_program", 127, "no_such_program: there is no such program");
	not_started(flags, "/nonexistent/program", 127, "there is no such program");
	not_started(flags, "exec", 127, "to record events of this name: eventstrace -e exec");
	not_started(flags, command_folder, 126, "cannot be executed: Is a directory");
	assert_int_equal(chmod(command_case, 0644), 0);
	not_started(flags, command_case, 126, "cannot be executed: Permission denied");
	assert_int_equal(chmod(command_case, 0755), 0);
	/* If the hooks cannot be attached, COMMAND is not executed. */
	not_started(FLAGS("-e", "exec", "--memory-budget=1"), command_case, 2, "memory budget");
}

/*
 * If the output fails, COMMAND still runs to its end. If COMMAND fails too, the exit status is
 * COMMAND's.
 */
static void test_failed_output(void **state)
{
	struct command_result e = command_run(FLAGS("-o", "/dev/full", "-e", "exec"),
					      COMMAND(command_case, "write", "1"));

	(void)state;
	command_expect_status(&e, 5);
	assert_string_equal(e.out, "written\n");
	command_result_free(&e);
	e = command_run(FLAGS("-o", "/dev/full", "-e", "exec"),
			COMMAND(command_case, "later", "7"));
	command_expect_status(&e, 7);
	command_result_free(&e);
	e = command_run(FLAGS("-o", "/nonexistent/file", "-e", "exec"),
			COMMAND(command_case, "write", "1"));
	command_expect_status(&e, 5);
	assert_string_equal(e.out, "");
	command_result_free(&e);
}

static void wait_ready(const struct command_process *r)
{
	char text[7] = "";

	for (size_t n = 0; n < 6; n++)
		if (read(r->out, text + n, 1) != 1)
			fail_msg("COMMAND is not ready: %s", proc_read_all(r->err, 10000));
	assert_string_equal(text, "ready\n");
}

static void test_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	const struct command_setup setup = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		char number[16];
		struct command_process r =
			command_start(FLAGS("-e", "exit"), COMMAND(command_case, "pause"), &setup);
		struct command_result e;

		wait_ready(&r);
		assert_int_equal(kill(r.pid, signals[i]), 0);
		e = command_finish(&r);
		command_expect_status(&e, 128 + signals[i]);
		assert_int_equal(command_count_type(&e, "PROCESS_EXIT"), 1);
		command_result_free(&e);

		snprintf(number, sizeof(number), "%d", signals[i]);
		r = command_start(FLAGS("-e", "exit"), COMMAND(command_case, "take", number),
				  &setup);
		wait_ready(&r);
		assert_int_equal(kill(r.pid, signals[i]), 0);
		e = command_finish(&r);
		command_expect_status(&e, 5);
		assert_string_equal(e.out, "taken\n");
		command_result_free(&e);
	}
}

static bool runs(pid_t pid)
{
	char path[64], text[512] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	(void)!read(fd, text, sizeof(text) - 1);
	close(fd);
	/* A zombie waits only for its parent, and counts as ended. */
	return strrchr(text, ')') && strncmp(strrchr(text, ')'), ") Z", 3) != 0;
}

static void expect_gone(pid_t pid)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(60000) * 1000000;

	while (runs(pid) && proc_now_ns() < end)
		usleep(10000);
	assert_false(runs(pid));
}

/*
 * Check that eventstrace has ended with this wait status, that COMMAND still runs, and that its
 * keeper has ended.
 */
static void expect_left(const struct command_process *r, int expected)
{
	char *events;
	pid_t pid, keeper;
	int status;

	assert_int_equal(proc_wait(r->pid, 60000, &status), 0);
	if (status != expected)
		fail_msg("wait status 0x%x: %s", (unsigned int)status, proc_read_all(r->err, 1000));
	close(r->out);
	close(r->err);
	events = command_read(command_events_path);
	pid = (pid_t)command_number(events, "PROCESS_EXEC", "/pids/tgid");
	keeper = (pid_t)command_number(events, "PROCESS_EXEC", "/pids/ppid");
	if (!pid || !keeper)
		fail_msg("no exec in \"%s\"", events);
	free(events);
	assert_true(runs(pid));
	expect_gone(keeper);
	assert_true(runs(pid));
	assert_int_equal(kill(pid, SIGKILL), 0);
	expect_gone(pid);
}

static void test_detach(void **state)
{
	const struct command_setup setup = { 0 };
	struct command_process r = command_start(FLAGS("-e", "exec", "-d", "0.5"),
						 COMMAND(command_case, "pause"), &setup);

	(void)state;
	wait_ready(&r);
	expect_left(&r, 0);
	r = command_start(FLAGS("-e", "exec", "-n", "1"), COMMAND(command_case, "pause"), &setup);
	wait_ready(&r);
	expect_left(&r, 0);
	r = command_start(FLAGS("-e", "exec", "-d", "0.5", "--wait=tree"),
			  COMMAND(command_case, "pause"), &setup);
	wait_ready(&r);
	expect_left(&r, 0);
}

static void test_killed(void **state)
{
	const struct command_setup setup = { 0 };
	struct command_process r =
		command_start(FLAGS("-u", "-e", "exec"), COMMAND(command_case, "pause"), &setup);
	struct stat st = { 0 };

	(void)state;
	wait_ready(&r);
	while (stat(command_events_path, &st) || !st.st_size)
		usleep(10000);
	assert_int_equal(kill(r.pid, SIGKILL), 0);
	expect_left(&r, SIGKILL);
}

/* After the keeper was killed, eventstrace cannot learn how COMMAND ends. */
static void test_keeper_killed(void **state)
{
	const struct command_setup setup = { 0 };
	struct command_process r =
		command_start(FLAGS("-u", "-e", "exec"), COMMAND(command_case, "pause"), &setup);
	struct stat st = { 0 };
	struct command_result e;
	char *events;
	pid_t pid;

	(void)state;
	wait_ready(&r);
	while (stat(command_events_path, &st) || !st.st_size)
		usleep(10000);
	events = command_read(command_events_path);
	pid = (pid_t)command_number(events, "PROCESS_EXEC", "/pids/tgid");
	assert_int_equal(kill((pid_t)command_number(events, "PROCESS_EXEC", "/pids/ppid"), SIGKILL),
			 0);
	free(events);
	/*
	 * COMMAND holds the pipe of its standard output, so command_finish() would wait until
	 * COMMAND ends.
	 */
	expect_gone(r.pid);
	assert_true(runs(pid));
	assert_int_equal(kill(pid, SIGKILL), 0);
	e = command_finish(&r);
	command_expect_status(&e, 1);
	if (!strstr(e.err, "its end cannot be seen"))
		fail_msg("it says: %s", e.err);
	command_result_free(&e);
}

static void test_wait(void **state)
{
	struct command_result e = command_run(FLAGS("-e", "exit", "--wait=tree"),
					      COMMAND(command_case, "orphan", "1000"));

	(void)state;
	command_expect_status(&e, 0);
	assert_int_equal(command_count_type(&e, "PROCESS_EXIT"), 2);
	command_result_free(&e);
	e = command_run(FLAGS("-e", "exit"), COMMAND(command_case, "orphan", "1000"));
	command_expect_status(&e, 0);
	assert_int_equal(command_count_type(&e, "PROCESS_EXIT"), 1);
	command_result_free(&e);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),      cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_failed_output), cmocka_unit_test(test_signals),
		cmocka_unit_test(test_detach),        cmocka_unit_test(test_killed),
		cmocka_unit_test(test_keeper_killed), cmocka_unit_test(test_wait),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("command_end", tests, command_folder_make,
					   command_folder_remove);
}
