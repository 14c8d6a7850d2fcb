/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/ship_process.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define WAIT_S 120

/* Longest text of messages that is looked at. */
#define MESSAGES_MAX (64 * 1024)

/* In a mount namespace of its own, see @etc as /etc. */
static bool replace_etc(const char *etc)
{
	if (unshare(CLONE_NEWNS) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
		return false;
	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(etc, "/etc", NULL, MS_BIND, NULL) == 0;
}

/* The child: never returns. */
static void become(const struct ship_process *process, const char *const *argv)
{
	int fd = open(process->messages, O_WRONLY | O_CREAT | O_APPEND, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(127);
	for (const char *const *variable = process->environment; variable && *variable; variable++)
		putenv((char *)(uintptr_t)*variable);
	if (process->etc && !replace_etc(process->etc))
		_exit(SHIP_PROCESS_NO_ETC);
	execv(process->program, (char *const *)(uintptr_t)argv);
	_exit(127);
}

pid_t ship_process_start_words(const struct ship_process *process, const char *const *argv)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		become(process, argv);
	return pid;
}

pid_t ship_process_start(const struct ship_process *process)
{
	const char *argv[24] = { process->program, "send" };
	const size_t room = sizeof(argv) / sizeof(*argv) - 3;
	size_t argc = 2;

	for (const char *const *option = process->options; *option; option++) {
		assert_true(argc < room);
		argv[argc++] = *option;
	}
	argv[argc++] = process->folder;
	argv[argc] = process->destination;
	return ship_process_start_words(process, argv);
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int ship_process_wait(pid_t pid)
{
	const time_t end = now_s() + WAIT_S;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now_s() >= end) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			fail_msg("the sender did not end within %d s", WAIT_S);
		}
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void ship_process_expect(const char *messages, const char *text)
{
	static char all[MESSAGES_MAX];
	int fd = open(messages, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(all) - 1 && (n = read(fd, all + len, sizeof(all) - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	all[len] = '\0';
	if (!strstr(all, text))
		fail_msg("the program did not print \"%s\" but:\n%s", text, all);
}
