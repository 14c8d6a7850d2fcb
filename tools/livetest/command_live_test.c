/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace COMMAND: which events are recorded, and where they are written. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/command_run.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"

/*
 * Check that the first event is the exec of COMMAND, the last is its exit, and there are no others.
 */
static void expect_whole(const struct command_result *e)
{
	const char *first = "{\"event_type\":\"PROCESS_EXEC\"";

	command_expect_status(e, 0);
	if (strncmp(e->events, first, strlen(first)) != 0 || command_count(e->events, "\n") != 2 ||
	    command_count_type(e, "PROCESS_EXIT") != 1)
		fail_msg("events: %.4000s; it says: %s", e->events, e->err);
}

static void test_first_event(void **state)
{
	char filename[128];
	struct command_result e =
		command_run(FLAGS("-e", "process"), COMMAND(command_case, "exit", "0"));

	(void)state;
	expect_whole(&e);
	snprintf(filename, sizeof(filename), "\"filename\":\"%s\"", command_case);
	assert_int_equal(command_count(e.events, filename), 1);
	assert_string_equal(e.out, "");
	command_result_free(&e);
}

/* Runs of test_quick_runs at the same time. */
#define AT_ONCE 5

/* Run a short COMMAND several times at once, each with a file of its own for the events. */
static void run_quickly(long count)
{
	const struct command_setup setup = { 0 };
	struct command_process runs[AT_ONCE];
	char paths[AT_ONCE][64];

	for (long i = 0; i < count; i++) {
		snprintf(paths[i], sizeof(paths[i]), "%s-%ld", command_events_path, i);
		runs[i] = command_start(FLAGS("-e", "exec,exit", "-o", paths[i]),
					COMMAND(runfiles_case("noop")), &setup);
	}
	for (long i = 0; i < count; i++) {
		struct command_result e = command_finish(&runs[i]);

		free(e.events);
		e.events = command_read(paths[i]);
		unlink(paths[i]);
		expect_whole(&e);
		command_result_free(&e);
	}
}

/* COMMAND_RUNS in the environment is the number of runs. In an emulator, each run takes seconds. */
static void test_quick_runs(void **state)
{
	const char *text = getenv("COMMAND_RUNS");
	long left = text ? strtol(text, NULL, 10) : proc_scaled_ms(50) > 50 ? 3 : 50;

	(void)state;
	for (; left > 0; left -= AT_ONCE)
		run_quickly(left < AT_ONCE ? left : AT_ONCE);
}

/*
 * COMMAND starts 1,000 programs. The events of all are recorded, and no events of other processes.
 */
static void test_descendants(void **state)
{
	char noop[4200];
	const struct command_setup setup = { 0 };
	struct command_process r;
	struct command_result e;
	struct caserun other;

	(void)state;
	snprintf(noop, sizeof(noop), "%s", runfiles_case("noop"));
	r = command_start(FLAGS("-s", "-e", "exec,exit,fork", "--ring-size=16M"),
			  COMMAND(command_case, "repeat", "1000", noop), &setup);
	for (int i = 0; i < 100; i++) {
		caserun_run("noop", NULL, &other);
		assert_int_equal(other.status, 0);
		caserun_free(&other);
	}
	e = command_finish(&r);
	command_expect_status(&e, 0);
	assert_int_equal(summary_total(e.err, "lost"), 0);
	assert_int_equal(command_count_type(&e, "PROCESS_EXEC"), 1001);
	assert_int_equal(command_count_type(&e, "PROCESS_FORK"), 1000);
	assert_int_equal(command_count_type(&e, "PROCESS_EXIT"), 1001);
	command_result_free(&e);
}

/* A filter applies to COMMAND's events too. */
static void test_filters(void **state)
{
	struct command_result e =
		command_run(FLAGS("-e", "exec", "--comm=noop"),
			    COMMAND(command_case, "repeat", "3", runfiles_case("noop")));

	(void)state;
	command_expect_status(&e, 0);
	assert_int_equal(command_count(e.events, "\n"), 3);
	assert_int_equal(command_count(e.events, "\"comm\":\"noop\""), 3);
	command_result_free(&e);
}

/* Without -o, events go to standard error, and standard output contains only COMMAND's output. */
static void test_outputs(void **state)
{
	struct command_result e = command_run(FLAGS("-o", "/dev/stderr", "-i", "-e", "exec,exit"),
					      COMMAND(command_case, "write", "2"));
	const char *argv[] = { runfiles_tool(), "-i",    "-e", "exec,exit",
			       command_case,    "write", "2",  NULL };
	struct proc_options proc = { .argv = argv };
	char *out, *err;

	(void)state;
	assert_string_equal(e.out, "written\nwritten\n");
	command_result_free(&e);
	e = command_run(FLAGS("-o", "/dev/stdout", "-e", "exec,exit"),
			COMMAND(command_case, "write", "1"));
	command_expect_status(&e, 0);
	assert_int_equal(command_count(e.out, "written\n"), 1);
	assert_int_equal(command_count(e.out, "{\"event_type\":\"PROCESS_EX"), 2);
	command_result_free(&e);
	e = command_run(FLAGS("-o", "-", "-e", "exec,exit"), COMMAND(command_case, "write", "1"));
	command_expect_status(&e, 0);
	assert_int_equal(command_count(e.out, "written\n"), 1);
	assert_int_equal(command_count(e.out, "{\"event_type\":\"PROCESS_EX"), 2);
	command_result_free(&e);
	assert_int_equal(output_of(&proc, &out, &err), 0);
	assert_string_equal(out, "written\nwritten\n");
	if (strncmp(err, "{\"probes_initialized\": true,", 28) != 0 ||
	    command_count(err, "{\"event_type\":\"PROCESS_EX") != 2 ||
	    !strstr(err, "eventstrace: 2 events, 0 lost\n"))
		fail_msg("standard error: %s", err);
	free(out);
	free(err);
}

/* --summary prints a table, and events only if an output is named. */
static void test_summary(void **state)
{
	const char *argv[] = { runfiles_tool(),       "--summary", command_case, "repeat", "3",
			       runfiles_case("noop"), NULL };
	struct proc_options proc = { .argv = argv };
	struct command_result e;
	char *err;

	(void)state;
	assert_int_equal(output_of(&proc, NULL, &err), 0);
	if (command_count(err, "{\"event_type\"") || command_count(err, "/noop\n") != 1 ||
	    command_count(err, "/commanded\n") != 1 || command_count(err, "COMMAND: wall ") != 1)
		fail_msg("it says: %s", err);
	free(err);
	e = command_run(FLAGS("--summary", "-e", "exec,exit,fork"),
			COMMAND(command_case, "repeat", "3", runfiles_case("noop")));
	command_expect_status(&e, 0);
	assert_int_equal(command_count(e.events, "\n"), 11);
	assert_int_equal(command_count(e.err, "/noop\n"), 1);
	command_result_free(&e);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_event), cmocka_unit_test(test_quick_runs),
		cmocka_unit_test(test_descendants), cmocka_unit_test(test_filters),
		cmocka_unit_test(test_outputs),     cmocka_unit_test(test_summary),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("command", tests, command_folder_make,
					   command_folder_remove);
}
