/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace COMMAND: which events are recorded, what COMMAND inherits, and how eventstrace and
 * COMMAND end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/screen.h"
#include "tools/livetest/summary.h"

#define FLAGS(...)   ((const char *const[]){ __VA_ARGS__ __VA_OPT__(, ) NULL })
#define COMMAND(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* ---- a run with a COMMAND ------------------------------------------------------------------- */

/*
 * A folder that every user can read. The case runs from a copy in this folder: its own folder may
 * be readable by root only.
 */
static char folder[] = "/tmp/eventstrace-command-XXXXXX";
static char commanded[sizeof(folder) + 16], events_file[sizeof(folder) + 16];

static void copy_file(const char *from, const char *to)
{
	char data[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t n;

	if (in < 0 || out < 0)
		fail_msg("%s cannot be copied to %s", from, to);
	while ((n = read(in, data, sizeof(data))) > 0)
		assert_int_equal(write(out, data, (size_t)n), n);
	assert_int_equal(fchmod(out, 0755), 0);
	close(in);
	close(out);
}

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chmod(folder, 0755), 0);
	snprintf(commanded, sizeof(commanded), "%s/commanded", folder);
	snprintf(events_file, sizeof(events_file), "%s/events", folder);
	copy_file(runfiles_case("commanded"), commanded);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(commanded);
	unlink(events_file);
	return rmdir(folder);
}

struct running {
	pid_t pid;
	int out, err; /* reading ends of the pipes */
};

struct how {
	int (*prepare)(void *ctx);
	void *ctx;
	int in, out, err; /* 0: /dev/null for `in`, a pipe for `out` and `err` */
	const char *const *envp;
};

/*
 * Start eventstrace with @flags after the program's name. Events go to events_file, unless the
 * flags name another output.
 */
static struct running start(const char *const *flags, const char *const *command,
			    const struct how *how)
{
	const char *argv[32] = { runfiles_tool(), "-o", events_file };
	struct proc_options proc = { .argv = argv, .in = how->in, .prepare = how->prepare };
	struct running ret = { .out = -1, .err = -1 };
	int outs[2], errs[2], n = 3, rc;

	while (*flags)
		argv[n++] = *flags++;
	argv[n++] = "--";
	while (*command && n < 31)
		argv[n++] = *command++;
	proc.prepare_ctx = how->ctx;
	proc.envp = how->envp;
	unlink(events_file);
	assert_int_equal(pipe2(outs, O_CLOEXEC), 0);
	assert_int_equal(pipe2(errs, O_CLOEXEC), 0);
	proc.out = how->out ? how->out : outs[1];
	proc.err = how->err ? how->err : errs[1];
	rc = proc_spawn(&proc, &ret.pid);
	if (rc)
		fail_msg("%s: %s", runfiles_tool(), strerror(-rc));
	close(outs[1]);
	close(errs[1]);
	ret.out = outs[0];
	ret.err = errs[0];
	return ret;
}

struct ended {
	int status; /* exit status; -1: a signal ended it */
	char *out, *err, *events;
};

static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? strdup("") : proc_read_all(fd, 60000);

	close(fd);
	return text;
}

static struct ended finish(const struct running *r)
{
	struct ended ret = { .status = -1 };
	int status;

	ret.out = proc_read_all(r->out, 60000);
	ret.err = proc_read_all(r->err, 60000);
	close(r->out);
	close(r->err);
	assert_int_equal(proc_wait(r->pid, 60000, &status), 0);
	if (WIFEXITED(status))
		ret.status = WEXITSTATUS(status);
	ret.events = read_file(events_file);
	return ret;
}

static void ended_free(struct ended *e)
{
	free(e->out);
	free(e->err);
	free(e->events);
}

static struct ended run(const char *const *flags, const char *const *command)
{
	const struct how how = { 0 };
	const struct running r = start(flags, command, &how);

	return finish(&r);
}

/* ---- the events ----------------------------------------------------------------------------- */

static size_t count_of(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		n++;
	return n;
}

static size_t count_type(const struct ended *e, const char *type)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"event_type\":\"%s\"", type);
	return count_of(e->events, text);
}

/* A number of the first event of a type, by its JSON pointer; 0 if there is no such event. */
static uint64_t number_of(const char *events, const char *type, const char *pointer)
{
	uint64_t ret = 0;
	char *text = strdup(events), *rest = text, *line;

	while (!ret && (line = strsep(&rest, "\n"))) {
		yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
		const char *is = yyjson_get_str(yyjson_doc_ptr_get(doc, "/event_type"));

		if (is && !strcmp(is, type))
			ret = yyjson_get_uint(yyjson_doc_ptr_get(doc, pointer));
		yyjson_doc_free(doc);
	}
	free(text);
	return ret;
}

static void expect_status(const struct ended *e, int status)
{
	if (e->status != status)
		fail_msg("exit status is %d, not %d; it says: %s", e->status, status, e->err);
}

/*
 * Check that the first event is the exec of COMMAND, the last is its exit, and there are no others.
 */
static void expect_whole(const struct ended *e)
{
	const char *first = "{\"event_type\":\"PROCESS_EXEC\"";

	expect_status(e, 0);
	if (strncmp(e->events, first, strlen(first)) != 0 || count_of(e->events, "\n") != 2 ||
	    count_type(e, "PROCESS_EXIT") != 1)
		fail_msg("events: %.4000s; it says: %s", e->events, e->err);
}

static void test_first_event(void **state)
{
	char filename[128];
	struct ended e = run(FLAGS("-e", "process"), COMMAND(commanded, "exit", "0"));

	(void)state;
	expect_whole(&e);
	snprintf(filename, sizeof(filename), "\"filename\":\"%s\"", commanded);
	assert_int_equal(count_of(e.events, filename), 1);
	assert_string_equal(e.out, "");
	ended_free(&e);
}

/* COMMAND_RUNS in the environment is the number of runs. In an emulator, each run takes seconds. */
static void test_quick_runs(void **state)
{
	const char *text = getenv("COMMAND_RUNS");
	long runs = text ? strtol(text, NULL, 10) : proc_scaled_ms(50) > 50 ? 3 : 50;

	(void)state;
	for (long i = 0; i < runs; i++) {
		struct ended e = run(FLAGS("-e", "exec,exit"), COMMAND(runfiles_case("noop")));

		expect_whole(&e);
		ended_free(&e);
	}
}

/*
 * COMMAND starts 1,000 programs. The events of all are recorded, and no events of other processes.
 */
static void test_descendants(void **state)
{
	char noop[4200];
	const struct how how = { 0 };
	struct running r;
	struct ended e;
	struct caserun other;

	(void)state;
	snprintf(noop, sizeof(noop), "%s", runfiles_case("noop"));
	r = start(FLAGS("-s", "-e", "exec,exit,fork", "--ring-size=16M"),
		  COMMAND(commanded, "repeat", "1000", noop), &how);
	for (int i = 0; i < 100; i++) {
		caserun_run("noop", NULL, &other);
		assert_int_equal(other.status, 0);
		caserun_free(&other);
	}
	e = finish(&r);
	expect_status(&e, 0);
	assert_int_equal(summary_total(e.err, "lost"), 0);
	assert_int_equal(count_type(&e, "PROCESS_EXEC"), 1001);
	assert_int_equal(count_type(&e, "PROCESS_FORK"), 1000);
	assert_int_equal(count_type(&e, "PROCESS_EXIT"), 1001);
	ended_free(&e);
}

/* A filter applies to COMMAND's events too. */
static void test_filters(void **state)
{
	struct ended e = run(FLAGS("-e", "exec", "--comm=noop"),
			     COMMAND(commanded, "repeat", "3", runfiles_case("noop")));

	(void)state;
	expect_status(&e, 0);
	assert_int_equal(count_of(e.events, "\n"), 3);
	assert_int_equal(count_of(e.events, "\"comm\":\"noop\""), 3);
	ended_free(&e);
}

/* Without -o, events go to standard error, and standard output contains only COMMAND's output. */
static void test_outputs(void **state)
{
	struct ended e = run(FLAGS("-o", "/dev/stderr", "-i", "-e", "exec,exit"),
			     COMMAND(commanded, "write", "2"));
	const char *argv[] = { runfiles_tool(), "-i",    "-e", "exec,exit",
			       commanded,       "write", "2",  NULL };
	struct proc_options proc = { .argv = argv };
	char *out, *err;

	(void)state;
	assert_string_equal(e.out, "written\nwritten\n");
	ended_free(&e);
	e = run(FLAGS("-o", "/dev/stdout", "-e", "exec,exit"), COMMAND(commanded, "write", "1"));
	expect_status(&e, 0);
	assert_int_equal(count_of(e.out, "written\n"), 1);
	assert_int_equal(count_of(e.out, "{\"event_type\":\"PROCESS_EX"), 2);
	ended_free(&e);
	e = run(FLAGS("-o", "-", "-e", "exec,exit"), COMMAND(commanded, "write", "1"));
	expect_status(&e, 0);
	assert_int_equal(count_of(e.out, "written\n"), 1);
	assert_int_equal(count_of(e.out, "{\"event_type\":\"PROCESS_EX"), 2);
	ended_free(&e);
	assert_int_equal(output_of(&proc, &out, &err), 0);
	assert_string_equal(out, "written\nwritten\n");
	if (strncmp(err, "{\"probes_initialized\": true,", 28) != 0 ||
	    count_of(err, "{\"event_type\":\"PROCESS_EX") != 2 ||
	    !strstr(err, "eventstrace: 2 events, 0 lost\n"))
		fail_msg("standard error: %s", err);
	free(out);
	free(err);
}

/* ---- the end -------------------------------------------------------------------------------- */

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
		struct ended e =
			run(FLAGS("-e", "exit"), COMMAND(commanded, rows[i].what, rows[i].number));

		expect_status(&e, rows[i].status);
		assert_int_equal(count_type(&e, "PROCESS_EXIT"), 1);
		ended_free(&e);
	}
}

static void not_started(const char *const *flags, const char *name, int status, const char *message)
{
	struct ended e = run(flags, COMMAND(name, "write", "1"));

	expect_status(&e, status);
	if (!strstr(e.err, message))
		fail_msg("it does not say \"%s\": %s", message, e.err);
	assert_string_equal(e.out, "");
	ended_free(&e);
}

static void test_not_started(void **state)
{
	const char *const *flags = FLAGS("-e", "exec");

	(void)state;
	not_started(flags, "no_such_program", 127, "no_such_program: there is no such program");
	not_started(flags, "/nonexistent/program", 127, "there is no such program");
	not_started(flags, "exec", 127, "to record events of this name: eventstrace -e exec");
	not_started(flags, folder, 126, "cannot be executed: Is a directory");
	assert_int_equal(chmod(commanded, 0644), 0);
	not_started(flags, commanded, 126, "cannot be executed: Permission denied");
	assert_int_equal(chmod(commanded, 0755), 0);
	/* If the hooks cannot be attached, COMMAND is not executed. */
	not_started(FLAGS("-e", "exec", "--memory-budget=1"), commanded, 2, "memory budget");
}

/*
 * If the output fails, COMMAND still runs to its end. If COMMAND fails too, the exit status is
 * COMMAND's.
 */
static void test_failed_output(void **state)
{
	struct ended e =
		run(FLAGS("-o", "/dev/full", "-e", "exec"), COMMAND(commanded, "write", "1"));

	(void)state;
	expect_status(&e, 5);
	assert_string_equal(e.out, "written\n");
	ended_free(&e);
	e = run(FLAGS("-o", "/dev/full", "-e", "exec"), COMMAND(commanded, "later", "7"));
	expect_status(&e, 7);
	ended_free(&e);
	e = run(FLAGS("-o", "/nonexistent/file", "-e", "exec"), COMMAND(commanded, "write", "1"));
	expect_status(&e, 5);
	assert_string_equal(e.out, "");
	ended_free(&e);
}

static void wait_ready(const struct running *r)
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
	const struct how how = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		char number[16];
		struct running r = start(FLAGS("-e", "exit"), COMMAND(commanded, "pause"), &how);
		struct ended e;

		wait_ready(&r);
		assert_int_equal(kill(r.pid, signals[i]), 0);
		e = finish(&r);
		expect_status(&e, 128 + signals[i]);
		assert_int_equal(count_type(&e, "PROCESS_EXIT"), 1);
		ended_free(&e);

		snprintf(number, sizeof(number), "%d", signals[i]);
		r = start(FLAGS("-e", "exit"), COMMAND(commanded, "take", number), &how);
		wait_ready(&r);
		assert_int_equal(kill(r.pid, signals[i]), 0);
		e = finish(&r);
		expect_status(&e, 5);
		assert_string_equal(e.out, "taken\n");
		ended_free(&e);
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
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(5000) * 1000000;

	while (runs(pid) && proc_now_ns() < end)
		usleep(10000);
	assert_false(runs(pid));
}

/*
 * Check that eventstrace has ended with this wait status, that COMMAND still runs, and that its
 * keeper has ended.
 */
static void expect_left(const struct running *r, int expected)
{
	char *events;
	pid_t pid, keeper;
	int status;

	assert_int_equal(proc_wait(r->pid, 60000, &status), 0);
	if (status != expected)
		fail_msg("wait status 0x%x: %s", (unsigned int)status, proc_read_all(r->err, 1000));
	close(r->out);
	close(r->err);
	events = read_file(events_file);
	pid = (pid_t)number_of(events, "PROCESS_EXEC", "/pids/tgid");
	keeper = (pid_t)number_of(events, "PROCESS_EXEC", "/pids/ppid");
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
	const struct how how = { 0 };
	struct running r =
		start(FLAGS("-e", "exec", "-d", "0.5"), COMMAND(commanded, "pause"), &how);

	(void)state;
	wait_ready(&r);
	expect_left(&r, 0);
	r = start(FLAGS("-e", "exec", "-n", "1"), COMMAND(commanded, "pause"), &how);
	wait_ready(&r);
	expect_left(&r, 0);
	r = start(FLAGS("-e", "exec", "-d", "0.5", "--wait=tree"), COMMAND(commanded, "pause"),
		  &how);
	wait_ready(&r);
	expect_left(&r, 0);
}

static void test_killed(void **state)
{
	const struct how how = { 0 };
	struct running r = start(FLAGS("-u", "-e", "exec"), COMMAND(commanded, "pause"), &how);
	struct stat st = { 0 };

	(void)state;
	wait_ready(&r);
	while (stat(events_file, &st) || !st.st_size)
		usleep(10000);
	assert_int_equal(kill(r.pid, SIGKILL), 0);
	expect_left(&r, SIGKILL);
}

/* After the keeper was killed, eventstrace cannot learn how COMMAND ends. */
static void test_keeper_killed(void **state)
{
	const struct how how = { 0 };
	struct running r = start(FLAGS("-u", "-e", "exec"), COMMAND(commanded, "pause"), &how);
	struct stat st = { 0 };
	struct ended e;
	char *events;
	pid_t pid;

	(void)state;
	wait_ready(&r);
	while (stat(events_file, &st) || !st.st_size)
		usleep(10000);
	events = read_file(events_file);
	pid = (pid_t)number_of(events, "PROCESS_EXEC", "/pids/tgid");
	assert_int_equal(kill((pid_t)number_of(events, "PROCESS_EXEC", "/pids/ppid"), SIGKILL), 0);
	free(events);
	/*
	 * COMMAND holds the pipe of its standard output, so finish() would wait until COMMAND ends.
	 */
	usleep(500000);
	assert_true(runs(pid));
	assert_int_equal(kill(pid, SIGKILL), 0);
	e = finish(&r);
	expect_status(&e, 1);
	if (!strstr(e.err, "its end cannot be seen"))
		fail_msg("it says: %s", e.err);
	ended_free(&e);
}

/* --summary prints a table, and events only if an output is named. */
static void test_summary(void **state)
{
	const char *argv[] = { runfiles_tool(),       "--summary", commanded, "repeat", "3",
			       runfiles_case("noop"), NULL };
	struct proc_options proc = { .argv = argv };
	struct ended e;
	char *err;

	(void)state;
	assert_int_equal(output_of(&proc, NULL, &err), 0);
	if (count_of(err, "{\"event_type\"") || count_of(err, "/noop\n") != 1 ||
	    count_of(err, "/commanded\n") != 1 || count_of(err, "COMMAND: wall ") != 1)
		fail_msg("it says: %s", err);
	free(err);
	e = run(FLAGS("--summary", "-e", "exec,exit,fork"),
		COMMAND(commanded, "repeat", "3", runfiles_case("noop")));
	expect_status(&e, 0);
	assert_int_equal(count_of(e.events, "\n"), 11);
	assert_int_equal(count_of(e.err, "/noop\n"), 1);
	ended_free(&e);
}

static void test_wait(void **state)
{
	struct ended e =
		run(FLAGS("-e", "exit", "--wait=tree"), COMMAND(commanded, "orphan", "1000"));

	(void)state;
	expect_status(&e, 0);
	assert_int_equal(count_type(&e, "PROCESS_EXIT"), 2);
	ended_free(&e);
	e = run(FLAGS("-e", "exit"), COMMAND(commanded, "orphan", "1000"));
	expect_status(&e, 0);
	assert_int_equal(count_type(&e, "PROCESS_EXIT"), 1);
	ended_free(&e);
}

/* ---- terminals and pipes -------------------------------------------------------------------- */

static int take_terminal(void *ctx)
{
	(void)ctx;
	return ioctl(STDIN_FILENO, TIOCSCTTY, 0) ? errno : 0;
}

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
			       commanded,
			       "take",
			       "2",
			       NULL };
	struct proc_options proc = { .argv = argv, .prepare = take_terminal };
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
	struct how how = { 0 };
	struct running r;
	struct screen s;
	struct ended e;
	int events[2];
	char *text;

	(void)state;
	screen_open(&s);
	/* Without O_CLOEXEC, because eventstrace and COMMAND inherit the pipe. */
	assert_int_equal(pipe(events), 0);
	snprintf(output, sizeof(output), "/dev/fd/%d", events[1]);
	how.in = events[0];
	how.out = s.slave;
	r = start(FLAGS("-o", output, "-e", "tty-write"), COMMAND(commanded, "write", "3"), &how);
	close(events[1]);
	text = proc_read_all(events[0], 60000);
	close(events[0]);
	e = finish(&r);
	expect_status(&e, 0);
	if (count_of(text, "{\"event_type\":\"PROCESS_TTY_WRITE\"") != 3)
		fail_msg("events: %s; it says: %s", text, e.err);
	free(text);
	ended_free(&e);
	close(s.slave);
	screen_close(&s);
}

/*
 * The pipe ends when COMMAND closes its standard output. COMMAND itself ends three seconds later.
 */
static void test_closed_stdout(void **state)
{
	const struct how how = { 0 };
	struct running r = start(FLAGS("-e", "exec"), COMMAND(commanded, "leave", "3000"), &how);
	uint64_t left;
	struct ended e;
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
	e = finish(&r);
	expect_status(&e, 0);
	ended_free(&e);
}

/* ---- what COMMAND inherits ------------------------------------------------------------------- */

static int change_surroundings(void *ctx)
{
	const struct rlimit limit = { 500, 5000 };
	sigset_t set;

	(void)ctx;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	umask(0123);
	close(STDIN_FILENO);
	if (sigprocmask(SIG_SETMASK, &set, NULL) || setrlimit(RLIMIT_NOFILE, &limit))
		return errno;
	return 0;
}

static int lower_limit(void *ctx)
{
	struct rlimit limit;

	(void)ctx;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return errno;
	limit.rlim_cur = 300;
	return setrlimit(RLIMIT_NOFILE, &limit) ? errno : 0;
}

static int be_nicer(void *ctx)
{
	(void)ctx;
	return setpriority(PRIO_PROCESS, 0, 5) ? errno : 0;
}

static int no_descriptors(void *ctx)
{
	(void)ctx;
	for (int fd = 0; fd < 3; fd++)
		if (fd != STDOUT_FILENO)
			close(fd);
	return 0;
}

/* What COMMAND prints without eventstrace; for free(3). */
static char *run_alone(int (*prepare)(void *ctx))
{
	const char *argv[] = { commanded, "surroundings", NULL };
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	char *out, *err;

	(void)output_of(&proc, &out, &err);
	free(err);
	return out;
}

/* Fail with the first line in which the texts differ. */
static void expect_same(const char *alone, const char *traced)
{
	while (*alone && *traced) {
		size_t a = strcspn(alone, "\n"), b = strcspn(traced, "\n");

		if (a != b || memcmp(alone, traced, a) != 0)
			fail_msg("alone: \"%.*s\"; as COMMAND: \"%.*s\"", (int)a, alone, (int)b,
				 traced);
		alone += a + !!alone[a];
		traced += b + !!traced[b];
	}
	assert_string_equal(alone, traced);
}

/* COMMAND inherits the same with and without eventstrace. */
static void test_surroundings(void **state)
{
	static const struct {
		int (*prepare)(void *ctx);
		int status;
	} rows[] = {
		{ NULL, 0 },
		{ change_surroundings, 0 },
		{ lower_limit, 0 },
		{ be_nicer, 0 },
		/* Exit status 5: without a standard error, the summary cannot be printed. */
		{ no_descriptors, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct how how = { .prepare = rows[i].prepare };
		const struct running r =
			start(FLAGS("-e", "exec"), COMMAND(commanded, "surroundings"), &how);
		struct ended e = finish(&r);
		char *alone = run_alone(rows[i].prepare);

		expect_status(&e, rows[i].status);
		assert_true(strlen(alone) > 500);
		expect_same(alone, e.out);
		free(alone);
		ended_free(&e);
	}
}

static int put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return done ? 0 : errno;
}

/* In the child: an /etc/passwd with users that no host has. */
static int make_users(void *ctx)
{
	int r;

	(void)ctx;
	(void)mkdir("/etc", 0755);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/etc", "tmpfs", 0, "mode=755"))
		return errno;
	r = put_file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
				    "alice:x:4321:4322:Alice:/home/alice:/bin/sh\n");
	if (r == 0)
		r = put_file("/etc/group", "root:x:0:\nalice:x:4322:\nwheel:x:77:bob,alice\n"
					   "other:x:78:bob\nlast:x:79:alice\nalic:x:80:alic\n");
	return r;
}

static void expect_lines(const char *const *flags, const char *const *envp,
			 const char *const *lines)
{
	const struct how how = { .prepare = make_users, .envp = envp };
	const struct running r = start(flags, COMMAND(commanded, "surroundings"), &how);
	struct ended e = finish(&r);

	expect_status(&e, 0);
	for (; *lines; lines++)
		if (!strstr(e.out, *lines))
			fail_msg("no line \"%s\" in: %s", *lines, e.out);
	ended_free(&e);
}

static void test_user(void **state)
{
	static const char *const sudo[] = { "PATH=/bin",       "HOME=/root",
					    "USER=root",       "LOGNAME=root",
					    "SUDO_UID=4321",   "SUDO_GID=4322",
					    "SUDO_USER=alice", NULL };
	static const char *const sudo_root[] = { "HOME=/here", "USER=root", "SUDO_UID=0",
						 "SUDO_GID=0", NULL };
	static const char *const none[] = { "PATH=/bin", "HOME=/root", "USER=root", "LOGNAME=root",
					    NULL };
	static const char *const alice[] = { "\nUid:\t4321\t4321\t4321\t4321\n",
					     "\nGid:\t4322\t4322\t4322\t4322\n",
					     "\nGroups:\t77 79 4322 \n",
					     "\nCapEff:\t0000000000000000\n",
					     "\nCapPrm:\t0000000000000000\n",
					     "\nHOME=/home/alice\n",
					     "\nUSER=alice\n",
					     "\nLOGNAME=alice\n",
					     "\nNoNewPrivs:\t0\n",
					     "dumpable 1,",
					     NULL };
	static const char *const root[] = { "\nUid:\t0\t0\t0\t0\n", "\nGid:\t0\t0\t0\t0\n", NULL };
	static const char *const here[] = { "\nUid:\t0\t0\t0\t0\n", "\nHOME=/here\n",
					    "\nLOGNAME=(none)\n", NULL };
	static const char *const group[] = { "\nUid:\t4321\t4321\t4321\t4321\n",
					     "\nGid:\t78\t78\t78\t78\n", "\nGroups:\t77 78 79 \n",
					     NULL };
	static const char *const unknown[] = { "\nUid:\t5000\t5000\t5000\t5000\n",
					       "\nGid:\t5001\t5001\t5001\t5001\n",
					       "\nGroups:\t5001 \n",
					       "\nHOME=/\n",
					       "\nUSER=(none)\n",
					       "\nLOGNAME=(none)\n",
					       NULL };

	(void)state;
	expect_lines(FLAGS("-e", "exec"), sudo, alice);
	expect_lines(FLAGS("-e", "exec", "--user=alice"), none, alice);
	expect_lines(FLAGS("-e", "exec", "--user=root"), sudo, root);
	expect_lines(FLAGS("-e", "exec"), none, root);
	expect_lines(FLAGS("-e", "exec"), sudo_root, here);
	expect_lines(FLAGS("-e", "exec", "--user=alice:other"), none, group);
	expect_lines(FLAGS("-e", "exec", "--user=5000:5001"), none, unknown);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_event),   cmocka_unit_test(test_quick_runs),
		cmocka_unit_test(test_descendants),   cmocka_unit_test(test_filters),
		cmocka_unit_test(test_outputs),       cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_not_started),   cmocka_unit_test(test_failed_output),
		cmocka_unit_test(test_signals),       cmocka_unit_test(test_detach),
		cmocka_unit_test(test_killed),        cmocka_unit_test(test_keeper_killed),
		cmocka_unit_test(test_summary),       cmocka_unit_test(test_wait),
		cmocka_unit_test(test_terminal),      cmocka_unit_test(test_reader_of_events),
		cmocka_unit_test(test_closed_stdout), cmocka_unit_test(test_surroundings),
		cmocka_unit_test(test_user),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("command", tests, make_folder, remove_folder);
}
