/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An output that is not read, or that cannot be written. eventstrace still ends, and counts the
 * written lines.
 */
#define _GNU_SOURCE
#include <errno.h>
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/summary.h"

/* Time-out in ms that only a hanging eventstrace reaches. */
#define HANGS_MS 60000

/*
 * Number of execs, and bytes of arguments of each. Neither a pipe nor the output's buffer can hold
 * all these events.
 */
#define EXECS  "200"
#define LENGTH "20000"

struct run {
	pid_t pid;
	int err[2];
};

static void start(struct run *r, int out, const char *const *flags, int (*prepare)(void *))
{
	const char *argv[16] = { runfiles_tool(), "-e", "exec", "-s" };
	struct proc_options proc = { .argv = argv, .out = out, .prepare = prepare };

	for (int i = 0; flags[i]; i++)
		argv[i + 4] = flags[i];
	assert_int_equal(pipe2(r->err, O_CLOEXEC), 0);
	proc.err = r->err[1];
	assert_int_equal(proc_spawn(&proc, &r->pid), 0);
	close(r->err[1]);
}

/* Return: the exit status; *@ret_err: the standard error, for free(3). */
static int finish(struct run *r, char **ret_err)
{
	int status = 0;

	*ret_err = proc_read_all(r->err[0], HANGS_MS);
	close(r->err[0]);
	assert_int_equal(proc_wait(r->pid, HANGS_MS, &status), 0);
	if (!WIFEXITED(status))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, *ret_err);
	return WEXITSTATUS(status);
}

/*
 * Read the line that -i prints, one byte at a time: the bytes after the newline stay in the pipe.
 */
static void wait_until_ready(int fd)
{
	char c = 0;

	while (c != '\n')
		if (read(fd, &c, 1) != 1)
			fail_msg("eventstrace did not start");
}

static void make_execs(void)
{
	const char *argv[] = { runfiles_case("spawn"), EXECS, LENGTH, NULL };
	struct proc_options proc = { .argv = argv };

	assert_int_equal(proc_run(&proc, HANGS_MS), 0);
}

static uint64_t lines_in(const char *text)
{
	uint64_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/*
 * The reader does not read. A signal ends eventstrace nevertheless, and eventstrace reports that
 * the output is incomplete.
 */
static void check_signal(int out, int reader)
{
	static const char *const flags[] = { "-i", "--drain-timeout=0.1", NULL };
	char *err, *text;
	struct run r;

	start(&r, out, flags, NULL);
	close(out);
	wait_until_ready(reader);
	make_execs();
	kill(r.pid, SIGTERM);
	assert_int_equal(finish(&r, &err), 5);
	assert_non_null(strstr(err, "stdout is not whole: its reader took nothing"));
	text = proc_read_all(reader, HANGS_MS);
	/* The rings hold some of the records. All others are counted as lost. */
	assert_true(summary_total(err, "attempted") >= strtoul(EXECS, NULL, 10));
	assert_non_null(strstr(err, "\"accounted\":true"));
	assert_true(summary_total(err, "written") < summary_total(err, "received"));
	/* The written lines are in the pipe, and can still be read. The last line may be cut. */
	assert_int_equal(summary_total(err, "written"), lines_in(text));
	close(reader);
	free(text);
	free(err);
}

static void test_pipe(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	check_signal(fds[1], fds[0]);
}

static void test_socket(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	check_signal(fds[1], fds[0]);
}

/*
 * eventstrace also ends after the time of -d. A reader that continues before --drain-timeout gets
 * all lines.
 */
static void test_duration(void **state)
{
	static const char *const flags[] = { "-i", "-d", "1", "--drain-timeout=60", NULL };
	char *err, *text;
	struct run r;
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	start(&r, fds[1], flags, NULL);
	close(fds[1]);
	wait_until_ready(fds[0]);
	make_execs();
	text = proc_read_all(fds[0], HANGS_MS);
	assert_int_equal(finish(&r, &err), 0);
	assert_int_equal(summary_total(err, "written"), summary_total(err, "received"));
	/* `written` does not count LOST lines. */
	assert_true(lines_in(text) >= summary_total(err, "written"));
	close(fds[0]);
	free(text);
	free(err);
}

/* No program has opened the FIFO for reading, so eventstrace ends with an error. */
static void test_fifo(void **state)
{
	char path[] = "/tmp/stalled.XXXXXX", fifo[64];
	const char *flags[] = { "-d", "0.1", "-o", fifo, NULL };
	struct run r;
	int status;
	char *err;

	(void)state;
	assert_non_null(mkdtemp(path));
	snprintf(fifo, sizeof(fifo), "%s/fifo", path);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	start(&r, 0, flags, NULL);
	assert_int_equal(finish(&r, &err), 5);
	assert_non_null(strstr(err, "no program has it open for reading"));
	free(err);

	/* A signal ends the waiting for a reader. */
	flags[1] = "3600";
	start(&r, 0, flags, NULL);
	kill(r.pid, SIGTERM);
	/* eventstrace may not have installed its signal handlers yet. */
	assert_int_equal(proc_wait(r.pid, HANGS_MS, &status), 0);
	assert_true(status == 0 || status == SIGTERM);
	close(r.err[0]);
	unlink(fifo);
	rmdir(path);
}

/* If the summary cannot be printed, the exit status reports that. */
static void test_full_stderr(void **state)
{
	const char *argv[] = { runfiles_tool(), "-e", "exec", "-d", "0.1", NULL };
	struct proc_options proc = { .argv = argv, .err = open("/dev/full", O_WRONLY | O_CLOEXEC) };

	(void)state;
	assert_true(proc.err > 0);
	assert_int_equal(WEXITSTATUS(proc_run(&proc, HANGS_MS)), 5);
	close(proc.err);
}

static int limit_files(void *ctx)
{
	const struct rlimit limit = { 300000, 300000 };

	(void)ctx;
	return setrlimit(RLIMIT_FSIZE, &limit) ? errno : 0;
}

/* If a write fails in the middle of a line, the count is that of the whole lines in the file. */
static void test_written(void **state)
{
	char path[] = "/tmp/stalled.XXXXXX";
	const char *const flags[] = { "-i", "-u", "-o", path, NULL };
	int fd = mkostemp(path, O_CLOEXEC), status = -1;
	struct stat st = { .st_size = 0 };
	char *err, *text;
	struct run r;

	(void)state;
	assert_true(fd >= 0);
	start(&r, 0, flags, limit_files);
	while (fd >= 0 && !st.st_size && waitpid(r.pid, &status, WNOHANG) == 0)
		assert_int_equal(fstat(fd, &st), 0);
	make_execs();
	assert_int_equal(finish(&r, &err), 5);
	text = proc_read_all(fd, HANGS_MS);
	/* The line that -i prints is no event. */
	assert_int_equal(summary_total(err, "written"), lines_in(text) - 1);
	assert_true(summary_total(err, "written") > 0);
	unlink(path);
	close(fd);
	free(text);
	free(err);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipe),        cmocka_unit_test(test_socket),
		cmocka_unit_test(test_duration),    cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_full_stderr), cmocka_unit_test(test_written),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("stalled", tests, NULL, NULL);
}
