/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace COMMAND: COMMAND shares a terminal or pipe with the events, or closes its output. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/command_run.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/screen.h"

/* Read the terminal until the program ends. Return: its wait status. */
static int watch_to_end(struct screen *s, pid_t pid)
{
	for (int i = 0; i < 3000; i++) {
		int status;

		if (waitpid(pid, &status, WNOHANG) == pid) {
			screen_watch(s, 50);
			return status;
		}
		screen_watch(s, 10);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fail_msg("it did not end: %s", s->text ? s->text : "");
	return -1;
}

/*
 * COMMAND writes to the terminal that shows the events. Its writes are recorded, and those of
 * eventstrace are not. Ctrl-C sends SIGINT to COMMAND, and eventstrace records until COMMAND ends.
 */
static void test_terminal(void **state)
{
	static const char line[] = "{\"event_type\":\"PROCESS_TTY_WRITE\"";
	const char *argv[] = { runfiles_tool(),
			       "-u",
			       "--format=json",
			       "-e",
			       "tty-write",
			       command_case,
			       "take",
			       "2",
			       NULL };
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	struct screen s;
	int status;
	pid_t pid;

	(void)state;
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	screen_watch_until(&s, 60000, line, 1);
	assert_int_equal(screen_lines_with(&s, "\"tty_out\":\"ready\\n\""), 1);
	assert_int_equal(write(s.master, "\003", 1), 1);
	status = watch_to_end(&s, pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 5 || screen_lines_with(&s, line) != 2 ||
	    screen_lines_with(&s, "\"tty_out\":\"taken\\n\"") != 1)
		fail_msg("exit status %d: %s", WEXITSTATUS(status), s.text);
	close(s.slave);
	screen_close(&s);
}

/*
 * COMMAND reads the events: its standard input is their pipe. Its writes are recorded nevertheless.
 */
static void test_reader_of_events(void **state)
{
	char output[32];
	struct command_setup setup = { 0 };
	struct command_process r;
	struct screen s;
	struct command_result e;
	int events[2];
	char *text;

	(void)state;
	screen_open(&s);
	/* Without O_CLOEXEC, because eventstrace and COMMAND inherit the pipe. */
	assert_int_equal(pipe(events), 0);
	snprintf(output, sizeof(output), "/dev/fd/%d", events[1]);
	setup.in = events[0];
	setup.out = s.slave;
	r = command_start(FLAGS("-o", output, "-e", "tty-write"),
			  COMMAND(command_case, "write", "3"), &setup);
	close(events[1]);
	text = proc_read_all(events[0], 60000);
	close(events[0]);
	e = command_finish(&r);
	command_expect_status(&e, 0);
	if (command_count(text, "{\"event_type\":\"PROCESS_TTY_WRITE\"") != 3)
		fail_msg("events: %s; it says: %s", text, e.err);
	free(text);
	command_result_free(&e);
	close(s.slave);
	screen_close(&s);
}

/*
 * The pipe ends when COMMAND closes its standard output. COMMAND itself ends three seconds later.
 */
static void test_closed_stdout(void **state)
{
	const struct command_setup setup = { 0 };
	struct command_process r =
		command_start(FLAGS("-e", "exec"), COMMAND(command_case, "leave", "3000"), &setup);
	uint64_t left;
	struct command_result e;
	char text[6] = "", *rest;

	(void)state;
	for (size_t n = 0; n < 5; n++)
		assert_int_equal(read(r.out, text + n, 1), 1);
	assert_string_equal(text, "left\n");
	left = proc_now_ns();
	rest = proc_read_all(r.out, 60000);
	assert_true(proc_now_ns() - left < 2000000000ULL);
	assert_string_equal(rest, "");
	free(rest);
	e = command_finish(&r);
	command_expect_status(&e, 0);
	command_result_free(&e);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_reader_of_events),
		cmocka_unit_test(test_closed_stdout),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("command_terminal", tests, command_folder_make,
					   command_folder_remove);
}
