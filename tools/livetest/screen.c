/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/memory.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"

void screen_open(struct screen *s)
{
	char name[64];

	memset(s, 0, sizeof(*s));
	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(s->master >= 0);
	assert_int_equal(unlockpt(s->master), 0);
	assert_int_equal(ioctl(s->master, TIOCGPTN, &s->number), 0);
	snprintf(name, sizeof(name), "/dev/pts/%u", s->number);
	s->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(s->slave >= 0);
}

void screen_close(struct screen *s)
{
	close(s->master);
	free(s->text);
}

int screen_take(void *ctx)
{
	(void)ctx;
	return ioctl(STDIN_FILENO, TIOCSCTTY, 0) ? errno : 0;
}

int screen_pipe(void *ctx)
{
	const struct screen *s = ctx;
	const char *const copy[] = { runfiles_case("copy"), NULL };
	int fds[2];
	pid_t pid;

	if (ioctl(s->slave, TIOCSCTTY, 0) || pipe(fds))
		return errno;
	pid = fork();
	if (pid < 0)
		return errno;
	if (!pid) {
		if (fork())
			_exit(0);
		if (dup2(fds[0], STDIN_FILENO) < 0 || dup2(s->slave, STDOUT_FILENO) < 0)
			_exit(96);
		close(fds[0]);
		close(fds[1]);
		execv(copy[0], (char *const *)copy);
		_exit(97);
	}
	if (waitpid(pid, NULL, 0) < 0 || dup2(fds[1], STDOUT_FILENO) < 0)
		return errno;
	close(fds[0]);
	close(fds[1]);
	return 0;
}

size_t screen_lines_with(const struct screen *s, const char *what)
{
	size_t n = 0;

	for (char *line = s->text, *end; line && *line; line = end + (*end == '\n')) {
		end = strchrnul(line, '\n');
		n += memmem(line, (size_t)(end - line), what, strlen(what)) != NULL;
	}
	return n;
}

void screen_watch_until(struct screen *s, int ms, const char *until, size_t lines)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(ms) * 1000000;

	while (proc_now_ns() < end && !(until && screen_lines_with(s, until) >= lines)) {
		struct pollfd p = { .fd = s->master, .events = POLLIN };
		ssize_t n;

		if (s->size - s->len < 4096) {
			s->size = s->size * 2 + 65536;
			s->text = must_realloc(s->text, s->size);
			s->text[s->len] = '\0';
		}
		if (poll(&p, 1, 10) <= 0)
			continue;
		n = read(s->master, s->text + s->len, s->size - 1 - s->len);
		if (n <= 0)
			break;
		s->len += (size_t)n;
		s->text[s->len] = '\0';
	}
}

void screen_watch(struct screen *s, int ms)
{
	screen_watch_until(s, ms, NULL, 0);
}

void screen_wait_end(struct screen *s, pid_t pid)
{
	int status;

	for (int i = 0; i < 3000; i++) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			assert_int_equal(status, 0);
			return;
		}
		screen_watch(s, 10);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fail_msg("it did not end");
}

void screen_expect_end(struct screen *s, pid_t pid, int signal)
{
	assert_int_equal(kill(pid, signal), 0);
	screen_wait_end(s, pid);
}
