/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals end processes, so each case runs in a child. The test checks how the child ended. */
#define _GNU_SOURCE
#include "tools/eventstrace/stop.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static bool asked(int timeout_ms)
{
	struct pollfd pfd = { .fd = stop_fd(), .events = POLLIN };

	while (poll(&pfd, 1, timeout_ms) < 0)
		;
	return pfd.revents & POLLIN;
}

static void sleep_ms(int ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000L };

	while (nanosleep(&ts, &ts) < 0)
		;
}

/* Run @fn in a child. Return: the wait status of the child. */
static int status_of_child(int (*fn)(int sig), int sig)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid)
		_exit(fn(sig));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int raise_while_loading(int sig)
{
	if (stop_install())
		return 10;
	raise(sig);
	return 11;
}

static int raise_while_recording(int sig)
{
	if (stop_install() || stop_begin(0))
		return 10;
	if (asked(0) || stop_signalled())
		return 11;
	raise(sig);
	if (!stop_signalled())
		return 12;
	/* timeout(1) sends the same signal again immediately. */
	raise(sig);
	return asked(-1) && asked(0) ? 42 : 13;
}

static int raise_blocked(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return raise_while_recording(sig);
}

static int raise_twice(int sig)
{
	if (stop_install() || stop_begin(0))
		return 10;
	raise(sig);
	sleep_ms(250);
	raise(sig);
	return 42;
}

static int raise_ignored_hangup(int sig)
{
	signal(sig, SIG_IGN);
	if (stop_install() || stop_begin(0))
		return 10;
	raise(sig);
	return asked(20) ? 11 : 42;
}

/* A signal requests a stop before the end of the duration. */
static int raise_before_the_end(int sig)
{
	if (stop_install() || stop_begin(3600000000000ULL))
		return 10;
	if (asked(0))
		return 11;
	raise(sig);
	return asked(1000) ? 42 : 12;
}

static int wait_for_the_end(int sig)
{
	(void)sig;
	if (stop_install() || stop_begin(100000000))
		return 10;
	if (asked(0))
		return 11;
	return asked(10000) && !stop_signalled() ? 42 : 12;
}

/* Forward signals to a pipe. Return: the read end of the pipe, or -1. */
static int forward(void)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK | O_CLOEXEC) || stop_install())
		return -1;
	stop_forward(fds[1]);
	return stop_begin(0) ? -1 : fds[0];
}

static int raise_forwarded(int sig)
{
	char byte = 0;
	int fd = forward();

	if (fd < 0)
		return 10;
	raise(sig);
	if (asked(0) || stop_signalled() || read(fd, &byte, 1) != 1 || byte != sig)
		return 11;
	/*
	 * The same signal again is not forwarded, because it may come from a kill of the process
	 * group. Another signal is forwarded.
	 */
	raise(sig);
	if (read(fd, &byte, 1) > 0)
		return 12;
	raise(sig == SIGTERM ? SIGHUP : SIGTERM);
	if (read(fd, &byte, 1) != 1)
		return 13;
	stop_forward(-1);
	raise(SIGTERM);
	return asked(0) && read(fd, &byte, 1) < 0 ? 42 : 14;
}

static int raise_forwarded_while_loading(int sig)
{
	if (stop_install())
		return 10;
	stop_forward(STDERR_FILENO);
	raise(sig);
	return 11;
}

/* Press Ctrl-C or Ctrl-\: the kernel sends the signal to the foreground group of the terminal. */
static int press_key(int sig)
{
	char byte, key = sig == SIGINT ? 3 : 28, name[64];
	int master = posix_openpt(O_RDWR | O_NOCTTY), fd, slave;

	if (master < 0 || unlockpt(master) || ptsname_r(master, name, sizeof(name)) || setsid() < 0)
		return 10;
	slave = open(name, O_RDWR);
	fd = forward();
	if (slave < 0 || fd < 0 || write(master, &key, 1) != 1)
		return 11;
	if (asked(200) || read(fd, &byte, 1) > 0)
		return 12;
	return 42;
}

static bool asked_again(void)
{
	struct pollfd pfd = { .fd = stop_reopen_fd(), .events = POLLIN };

	return poll(&pfd, 1, 1000) == 1 && stop_reopen_take() && !stop_reopen_take();
}

static int raise_hangup_with_a_file(int sig)
{
	if (stop_reopen_fd() != -1 || stop_install() || stop_reopen_at_hangup())
		return 10;
	if (stop_reopen_take())
		return 11;
	/* SIGHUP also requests this before stop_begin(), while programs are loaded. */
	raise(sig);
	if (!asked_again())
		return 12;
	if (stop_begin(0))
		return 13;
	raise(sig);
	raise(sig);
	if (!asked_again() || asked(0) || stop_signalled())
		return 14;
	raise(SIGTERM);
	return asked(0) && stop_signalled() ? 42 : 15;
}

static int raise_ignored_hangup_with_a_file(int sig)
{
	signal(sig, SIG_IGN);
	return raise_hangup_with_a_file(sig);
}

/*
 * Make a session whose terminal is standard input. stderr is not this terminal. Return: the master,
 * or -1.
 */
static int on_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char name[64];

	if (master < 0 || unlockpt(master) || ptsname_r(master, name, sizeof(name)) || setsid() < 0)
		return -1;
	slave = open(name, O_RDWR);
	if (slave < 0 || dup2(slave, STDIN_FILENO) < 0 || close(slave))
		return -1;
	return master;
}

static int hang_up(int sig)
{
	int master = on_terminal();

	(void)sig;
	if (master < 0 || stop_install() || stop_reopen_at_hangup() || stop_begin(0))
		return 10;
	close(master);
	return asked(1000) && stop_signalled() && !stop_reopen_take() ? 42 : 11;
}

/* nohup: a hang-up does not stop the program, also if a shell passes it on. */
static int hang_up_ignored(int sig)
{
	int master = on_terminal();

	signal(sig, SIG_IGN);
	if (master < 0 || stop_install() || stop_reopen_at_hangup() || stop_begin(0))
		return 10;
	close(master);
	raise(sig);
	return !asked(200) && !stop_signalled() && !stop_reopen_take() ? 42 : 11;
}

/*
 * The child is a job of a shell in another process group: only the shell passes the hang-up on to
 * it.
 */
static int pass_hangup_on(int sig)
{
	int master = on_terminal(), status;
	pid_t pid;

	signal(sig, SIG_IGN);
	pid = fork();
	if (master < 0 || pid < 0)
		return 10;
	if (!pid) {
		signal(sig, SIG_DFL);
		if (setpgid(0, 0) || stop_install() || stop_reopen_at_hangup() || stop_begin(0))
			_exit(11);
		close(master);
		_exit(asked(5000) && stop_signalled() && !stop_reopen_take() ? 42 : 12);
	}
	sleep_ms(300);
	close(master);
	sleep_ms(100);
	kill(pid, sig);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 13;
}

#define EXITED_42 (42 << 8)

static void a_signal_asks_for_a_stop(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_while_recording, SIGINT), EXITED_42);
	assert_int_equal(status_of_child(raise_while_recording, SIGTERM), EXITED_42);
	assert_int_equal(status_of_child(raise_while_recording, SIGHUP), EXITED_42);
	assert_int_equal(status_of_child(raise_blocked, SIGTERM), EXITED_42);
}

static void before_that_it_ends_cleanly(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_while_loading, SIGINT), 0);
	assert_int_equal(status_of_child(raise_while_loading, SIGTERM), 0);
}

static void a_second_sigint_ends_it(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_twice, SIGINT), SIGINT);
	assert_int_equal(status_of_child(raise_twice, SIGTERM), EXITED_42);
}

static void nohup_is_respected(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_ignored_hangup, SIGHUP), EXITED_42);
}

static void the_duration_ends(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(wait_for_the_end, 0), EXITED_42);
	assert_int_equal(status_of_child(raise_before_the_end, SIGTERM), EXITED_42);
}

static void signals_are_forwarded(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_forwarded, SIGTERM), EXITED_42);
	assert_int_equal(status_of_child(raise_forwarded, SIGINT), EXITED_42);
	assert_int_equal(status_of_child(raise_forwarded, SIGQUIT), EXITED_42);
	assert_int_equal(status_of_child(raise_forwarded, SIGHUP), EXITED_42);
	assert_int_equal(status_of_child(raise_forwarded_while_loading, SIGTERM), (128 + SIGTERM)
											  << 8);
}

static void signals_of_a_terminal_are_not(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(press_key, SIGINT), EXITED_42);
	assert_int_equal(status_of_child(press_key, SIGQUIT), EXITED_42);
}

static void a_hangup_reopens_files(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(raise_hangup_with_a_file, SIGHUP), EXITED_42);
	assert_int_equal(status_of_child(raise_ignored_hangup_with_a_file, SIGHUP), EXITED_42);
}

static void a_hangup_of_the_terminal_stops(void **state)
{
	(void)state;
	assert_int_equal(status_of_child(hang_up, SIGHUP), EXITED_42);
	assert_int_equal(status_of_child(pass_hangup_on, SIGHUP), EXITED_42);
	assert_int_equal(status_of_child(hang_up_ignored, SIGHUP), EXITED_42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_asks_for_a_stop),
		cmocka_unit_test(before_that_it_ends_cleanly),
		cmocka_unit_test(a_second_sigint_ends_it),
		cmocka_unit_test(nohup_is_respected),
		cmocka_unit_test(the_duration_ends),
		cmocka_unit_test(signals_are_forwarded),
		cmocka_unit_test(signals_of_a_terminal_are_not),
		cmocka_unit_test(a_hangup_reopens_files),
		cmocka_unit_test(a_hangup_of_the_terminal_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
