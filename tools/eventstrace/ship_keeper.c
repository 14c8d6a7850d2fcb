/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/ship_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/close_fds.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/monotonic.h"

#define MS 1000000ULL

/* Between a failure of the sender and its next start. */
#define AGAIN_MS 5000

/* How long a sender that was stopped may take, beyond its wait for acknowledgements. */
#define STOP_MS 2000

/* The sender's status for a command line or a property that is not valid: it would stay so. */
#define SENDER_USAGE 2

/* Exit status of a sender that did not run. */
#define NOT_STARTED 127

/* How long the last sender waits for acknowledgements after SIGTERM, in seconds. */
#define LAST_DRAIN_S 1

struct keeper {
	const struct ship_task *task;
	int control, signals;
	char folder[PATH_MAX]; /* absolute */
	pid_t sender;          /* 0: none */
	int status;            /* exit status of the last sender */
};

/* Drop the user, the groups, and with them all capabilities. Return: 0 or a positive errno. */
static int become(const struct run_as *user)
{
	/* Nothing to drop. In a user namespace, setgroups(2) may be denied even to root. */
	if (user->uid == geteuid() && user->gid == getegid())
		return 0;
	if (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return errno;
	return 0;
}

void ship_keep_variables(bool properties)
{
	static const char prefix[] = "EVENTSTRACE_KAFKA_";
	char **kept = environ;

	for (char **variable = environ; *variable; variable++)
		if ((strncmp(*variable, prefix, sizeof(prefix) - 1) == 0) == properties)
			*kept++ = *variable;
	*kept = NULL;
}

/* @drain_s: how long the sender waits for acknowledgements after a SIGTERM */
static void start_sender(struct keeper *keeper, unsigned int drain_s, bool once)
{
	char drain[64];
	const char *argv[] = {
		keeper->task->program,  "send", drain, keeper->folder, keeper->task->to,
		once ? "--once" : NULL, NULL
	};
	const pid_t parent = getpid();
	sigset_t none;
	pid_t pid;

	snprintf(drain, sizeof(drain), "--drain-timeout=%u", drain_s);
	/* It stays so if no process can be made, or if the program cannot be executed. */
	keeper->status = NOT_STARTED;
	pid = fork();
	if (pid < 0)
		log_err("no process for the sender: %s", strerror(errno));
	if (pid > 0)
		keeper->sender = pid;
	if (pid)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* exec(2) keeps ignored signals ignored. The sender must see a SIGTERM from its start. */
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent) {
		execv(keeper->task->program, (char *const *)(uintptr_t)argv);
		log_err("%s cannot be executed as the sender's user: %s", keeper->task->program,
			strerror(errno));
	}
	_exit(NOT_STARTED);
}

/* Take the end of the sender, if it has ended. */
static void reap(struct keeper *keeper)
{
	struct signalfd_siginfo info;
	int status;

	(void)!read(keeper->signals, &info, sizeof(info));
	if (keeper->sender <= 0 || waitpid(keeper->sender, &status, WNOHANG) != keeper->sender)
		return;
	keeper->sender = 0;
	keeper->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Wait until the sender ends. Return: false if it has not at @end_ns. */
static bool wait_for_sender(struct keeper *keeper, uint64_t end_ns)
{
	struct pollfd fd = { .fd = keeper->signals, .events = POLLIN };

	while (keeper->sender > 0) {
		const uint64_t now = monotonic_ns();

		if (now >= end_ns)
			return false;
		(void)poll(&fd, 1, (int)((end_ns - now) / MS + 1));
		reap(keeper);
	}
	return true;
}

/* Keep a sender running until eventstrace ends. */
static void keep_sending(struct keeper *keeper)
{
	struct pollfd fds[] = {
		{ .fd = keeper->control },
		{ .fd = keeper->signals, .events = POLLIN },
	};
	uint64_t due = 0;

	/* The pipe has no data: only its end. */
	while (!fds[0].revents) {
		const uint64_t now = monotonic_ns();

		if (!keeper->sender && keeper->status != SENDER_USAGE && now >= due) {
			start_sender(keeper, keeper->task->drain_s, false);
			due = now + AGAIN_MS * MS;
		}
		if (poll(fds, 2, keeper->sender > 0 ? -1 : AGAIN_MS) > 0 && fds[1].revents)
			reap(keeper);
	}
}

/*
 * Send the rest of the folder. The present sender does not know that no more segments come, so a
 * sender with --once replaces it. Return: 0 if all is sent.
 */
static int drain(struct keeper *keeper)
{
	const uint64_t end = monotonic_ns() + 1000 * MS * keeper->task->drain_s;

	if (keeper->sender > 0)
		kill(keeper->sender, SIGTERM);
	if (!wait_for_sender(keeper, end + STOP_MS * MS))
		return ETIMEDOUT;
	if (keeper->status == SENDER_USAGE)
		return EINVAL;
	start_sender(keeper, LAST_DRAIN_S, true);
	if (wait_for_sender(keeper, end))
		return keeper->status;
	/* A sender that stops after SIGTERM stores its position, so nothing is sent twice. */
	kill(keeper->sender, SIGTERM);
	if (!wait_for_sender(keeper, monotonic_ns() + STOP_MS * MS))
		kill(keeper->sender, SIGKILL);
	return ETIMEDOUT;
}

/* Hold no files, folders or pipes of the caller, except for its standard error. */
static void leave_files(const struct keeper *keeper, int report)
{
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int keep[] = { 0, 1, 2, keeper->control, report, keeper->signals };

	if (null >= 0) {
		(void)dup2(null, STDIN_FILENO);
		(void)dup2(null, STDOUT_FILENO);
	}
	(void)close_fds_but(keep, sizeof(keep) / sizeof(*keep));
}

void ship_keeper_run(const struct ship_task *task, int control, int report)
{
	struct keeper keeper = { .task = task, .control = control };
	sigset_t child;
	int outcome = 0;

	/* Ctrl-C stops the recording, and its end the sender. */
	setsid();
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	keeper.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (!realpath(task->folder, keeper.folder) || keeper.signals < 0)
		outcome = errno;
	if (!outcome)
		outcome = become(&task->user);
	if (!outcome && access(task->program, X_OK) < 0)
		outcome = errno;
	(void)!write(report, &outcome, sizeof(outcome));
	if (outcome)
		_exit(1);
	/* No process of the sender's user may trace the keeper. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)!chdir("/");
	/* Other variables may be secrets of the caller. */
	ship_keep_variables(true);
	leave_files(&keeper, report);
	keep_sending(&keeper);
	outcome = drain(&keeper);
	(void)!write(report, &outcome, sizeof(outcome));
	_exit(0);
}
