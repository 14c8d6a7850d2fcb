/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs the examples, as they were built from the tarball, on the running kernel:
 *
 *	examples_live_test FOLDER/epoll FOLDER/exec_watcher FOLDER/json_lines
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static const char *epoll_path, *watcher_path, *lines_path;

/* Run /bin/true with the argument @mark, by which the test finds the event of this exec. */
static void run_marked(const char *mark)
{
	char *argv[] = { "true", (char *)mark, NULL };
	int status;
	pid_t pid;

	assert_int_equal(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

struct example {
	pid_t pid;
	int out, err; /* read ends of the pipes of its stdout and stderr; -1: none */
};

/* Start an example. @out: write end of a pipe, which becomes its standard output. */
static struct example start(const char *path, const char *arg, int out)
{
	struct example ex = { .out = -1 };
	int err[2];

	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	ex.pid = fork();
	assert_true(ex.pid >= 0);
	if (!ex.pid) {
		dup2(out, STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		execl(path, path, arg, NULL);
		_exit(127);
	}
	close(err[1]);
	ex.err = err[0];
	return ex;
}

/*
 * Read from @fd until @text has arrived, or until nothing arrives for 200 ms. Return: true if @text
 * has arrived.
 */
static bool wait_for(int fd, const char *text, char *buf, size_t size)
{
	size_t n = 0;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	while (n < size - 1 && poll(&pfd, 1, 200) >= 0) {
		ssize_t r = pfd.revents ? read(fd, buf + n, size - 1 - n) : 0;

		if (r > 0)
			n += (size_t)r;
		buf[n] = '\0';
		if (strstr(buf, text))
			return true;
		if (pfd.revents && r <= 0)
			return false;
		if (!pfd.revents)
			return false;
	}
	return false;
}

static int end(struct example *ex, int sig)
{
	int status;

	if (sig)
		kill(ex->pid, sig);
	assert_int_equal(waitpid(ex->pid, &status, 0), ex->pid);
	close(ex->err);
	return status;
}

/* Check that the example prints a program that starts while the example runs. */
static void prints_programs(const char *path, const char *expected, int sig, int expected_status)
{
	static char buf[1 << 20];
	struct example ex;
	bool found = false;
	int out[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	ex = start(path, NULL, out[1]);
	close(out[1]);
	/* The example prints nothing until it has attached its BPF programs. */
	for (int i = 0; i < 100 && !found; i++) {
		run_marked("a-mark-of-the-test");
		found = wait_for(out[0], expected, buf, sizeof(buf));
	}
	assert_true(found);
	assert_int_equal(end(&ex, sig), expected_status);
	close(out[0]);
}

static void test_exec_watcher(void **state)
{
	(void)state;
	prints_programs(watcher_path, " by user 0: true a-mark-of-the-test\n", SIGINT, 0);
}

static void test_json_lines(void **state)
{
	(void)state;
	prints_programs(lines_path, "\"argv\":[\"true\",\"a-mark-of-the-test\"]", SIGTERM, SIGTERM);
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

static char *read_all(int fd)
{
	size_t room = 1 << 24, n = 0;
	char *text = malloc(room);
	ssize_t r;

	assert_non_null(text);
	while ((r = read(fd, text + n, room - 1 - n)) > 0)
		n += (size_t)r;
	assert_int_equal(r, 0);
	text[n] = '\0';
	return text;
}

#define PROGRAMS 300

/*
 * The output is a pipe whose reader reads nothing until the pipe is full. The example's event loop
 * must continue, and no event may be lost. @flags: file status flags of the pipe's write end.
 */
static void with_full_pipe(int flags)
{
	struct pollfd writable = { .events = POLLOUT };
	struct example ex;
	char buf[4096], *text, *found;
	int out[2];

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(fcntl(out[1], F_SETFL, flags), 0);
	ex = start(epoll_path, "8", out[1]);
	found = NULL;
	for (int i = 0; i < 50 && !found; i++)
		found = wait_for(ex.err, "recording\n", buf, sizeof(buf)) ? buf : NULL;
	if (!found)
		fail_msg("epoll does not begin: %s", buf);
	for (unsigned int i = 0; i < PROGRAMS; i++)
		run_marked("a-mark-of-the-pipe");
	sleep(1);
	writable.fd = out[1];
	assert_int_equal(poll(&writable, 1, 0), 0);
	assert_int_equal(fcntl(out[1], F_GETFL) & O_NONBLOCK, flags);
	close(out[1]);
	sleep(2);
	assert_int_equal(waitpid(ex.pid, NULL, WNOHANG), 0);

	text = read_all(out[0]);
	assert_int_equal(count(text, "[\"true\",\"a-mark-of-the-pipe\"]"), PROGRAMS);
	assert_int_equal(count(text, "\"event_type\":\"LOST\""), 0);
	free(text);
	close(out[0]);
	text = read_all(ex.err);
	found = strstr(text, "at most ");
	if (!found || strtoul(found + strlen("at most "), NULL, 10) > 1000 ||
	    !strstr(text, "all is written"))
		fail_msg("epoll: %s", text);
	printf("%s", text);
	free(text);
	assert_int_equal(end(&ex, 0), 0);
}

static void test_epoll_full_pipe(void **state)
{
	(void)state;
	with_full_pipe(0);
}

static void test_epoll_full_nonblocking_pipe(void **state)
{
	(void)state;
	with_full_pipe(O_NONBLOCK);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exec_watcher),
		cmocka_unit_test(test_json_lines),
		cmocka_unit_test(test_epoll_full_pipe),
		cmocka_unit_test(test_epoll_full_nonblocking_pipe),
	};

	if (argc != 4) {
		fprintf(stderr, "usage: %s EPOLL EXEC_WATCHER JSON_LINES\n", argv[0]);
		return 2;
	}
	epoll_path = argv[1];
	watcher_path = argv[2];
	lines_path = argv[3];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
