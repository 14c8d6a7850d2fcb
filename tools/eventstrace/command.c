/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/eventstrace/command_keeper.h"
#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/monotonic.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/stop.h"

void command_remember(struct command_caller *ret)
{
	for (int fd = 0; fd < 3; fd++)
		ret->closed[fd] = fcntl(fd, F_GETFD) < 0;
	sigaction(SIGPIPE, NULL, &ret->pipe);
	sigaction(SIGXFSZ, NULL, &ret->xfsz);
	sigaction(SIGCHLD, NULL, &ret->child);
	sigprocmask(SIG_BLOCK, NULL, &ret->mask);
}

/*
 * ---- reports ----------------------------------------------------------------------------------
 */

/*
 * Report that a program cannot be executed, with the exit status that a shell would have. Return:
 * the exit status.
 */
static int not_executed(const char *name, int error)
{
	struct event_choice choice = { 0 };
	char ignored[256];

	if (error != ENOENT && error != ENOTDIR) {
		log_err("%s cannot be executed: %s", name, strerror(error));
		return STATUS_NOT_EXECUTABLE;
	}
	/* For "eventstrace exec" and other names of events, the message names the option -e. */
	if (!strchr(name, '/') && event_choice_apply(&choice, name, ignored, sizeof(ignored)) == 0)
		log_err("%s: there is no such program; to record events of this "
			"name: eventstrace -e %s",
			name, name);
	else
		log_err("%s: there is no such program", name);
	return STATUS_NOT_FOUND;
}

/* Read a report of the keeper. Return: false if there are no further reports. */
static bool next_report(struct command *command, struct keeper_report *ret)
{
	ssize_t n;

	do
		n = read(command->report, ret, sizeof(*ret));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*ret);
}

bool command_read(struct command *command)
{
	struct keeper_report report;

	if (!next_report(command, &report)) {
		/* The keeper ends after COMMAND and its tree, unless the keeper was killed. */
		if (!command->tree_ended)
			log_err("%s: its end cannot be seen: the process that waits for it "
				"was killed",
				command->name);
		if (!command->ended)
			command->error = ESRCH;
		command->ended = command->tree_ended = true;
		return true;
	}
	switch ((enum keeper_report_kind)report.kind) {
	case KEEPER_NO_EXEC:
		command->error = report.value;
		break;
	case KEEPER_ENDED:
		command->ended = true;
		command->ended_ns = monotonic_ns();
		command->status = report.value;
		command->user_us = report.user_us;
		command->system_us = report.system_us;
		break;
	case KEEPER_TREE_ENDED:
		command->tree_ended = true;
		break;
	case KEEPER_STARTED:
	case KEEPER_NO_USER:
	case KEEPER_NO_PROCESS:
		break;
	}
	return command->until == COMMAND_WAIT_TREE ? command->tree_ended : command->ended;
}

/*
 * ---- the beginning ----------------------------------------------------------------------------
 */

/* Wait for the first report. Return: 0 or an exit status. */
static int begin(struct command *command)
{
	struct keeper_report report;

	if (!next_report(command, &report))
		report = (struct keeper_report){ .kind = KEEPER_NO_PROCESS, .value = ESRCH };
	switch ((enum keeper_report_kind)report.kind) {
	case KEEPER_STARTED:
		command->pid = report.value;
		return 0;
	case KEEPER_NO_EXEC:
		return not_executed(command->name, report.value);
	case KEEPER_NO_USER:
		log_err("%s cannot run as its user: %s", command->name, strerror(report.value));
		return report.value == EPERM ? STATUS_PRIVILEGE : STATUS_OTHER;
	default:
		log_err("%s cannot be started: %s", command->name, strerror(report.value));
		return STATUS_OTHER;
	}
}

void command_leave_standard_fds(bool stdout_used)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	dup2(null, STDIN_FILENO);
	if (!stdout_used)
		dup2(null, STDOUT_FILENO);
	close(null);
}

static int start(struct keeper_task *task, struct command *command)
{
	int control[2], report[2];
	sigset_t all;
	int err = 0;
	pid_t pid;

	if (pipe2(control, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(report, O_CLOEXEC) < 0) {
		err = -errno;
		close(control[0]);
		close(control[1]);
		return err;
	}
	task->control = control[0];
	task->report = report[1];
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	pid = fork();
	if (pid == 0) {
		close(control[1]);
		close(report[0]);
		keeper_run(task);
	}
	if (pid < 0)
		err = -errno;
	sigprocmask(SIG_SETMASK, &task->caller->mask, NULL);
	close(control[0]);
	close(report[1]);
	command->control = control[1];
	command->report = report[0];
	return err;
}

int command_start(const struct options *options, const struct command_caller *caller,
		  struct command *ret)
{
	struct command command = COMMAND_INIT;
	struct command_user user;
	struct keeper_task task = {
		.caller = caller,
		.user = &user,
		.argv = options->command,
		.whole_tree = options->wait == COMMAND_WAIT_TREE,
	};
	char error[256];
	int r;

	command.name = options->command[0];
	command.until = options->wait;
	r = command_user_find(&options->user, &user, error, sizeof(error));
	if (r < 0) {
		log_err("%s", error);
		return r == -EPERM ? STATUS_PRIVILEGE : STATUS_OTHER;
	}
	r = start(&task, &command);
	free(user.groups);
	if (r < 0) {
		log_err("%s cannot be started: %s", command.name, strerror(-r));
		return STATUS_OTHER;
	}
	r = begin(&command);
	if (r)
		return r;
	/*
	 * COMMAND may be a shell that moves this process to the background of the terminal. SIGTTOU
	 * would then stop this process when it writes.
	 */
	signal(SIGTTOU, SIG_IGN);
	*ret = command;
	return 0;
}

struct et_filter command_filter(const struct command *command)
{
	return (struct et_filter){ .kind = ET_FILTER_TREE, .number = (uint64_t)command->pid };
}

void command_go(struct command *command)
{
	const char go = KEEPER_GO;

	command->gone = true;
	command->gone_ns = monotonic_ns();
	(void)!write(command->control, &go, 1);
}

/*
 * ---- the end ----------------------------------------------------------------------------------
 */

/* Wait until COMMAND ends, or the time of --duration has passed. */
static void wait_for_end(struct command *command)
{
	struct pollfd fds[] = {
		{ .fd = command->report, .events = POLLIN },
		{ .fd = stop_fd(), .events = POLLIN },
	};

	while (!command->ended) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents)
			return;
		(void)command_read(command);
	}
}

/* With -n, the last event may have been COMMAND's exit, whose report is then still in the pipe. */
static void take_last_reports(struct command *command)
{
	struct pollfd pfd = { .fd = command->report, .events = POLLIN };

	while (!command->ended && poll(&pfd, 1, 0) > 0)
		(void)command_read(command);
}

int command_finish(struct command *command, int status)
{
	if (!command->gone)
		return status;
	take_last_reports(command);
	if (command->failed)
		wait_for_end(command);
	/* The keeper reads the end of the pipe, and ends. */
	close(command->control);
	command->control = -1;
	if (!command->ended)
		return status;
	if (command->error == ESRCH)
		return status ? status : STATUS_OTHER;
	if (command->error)
		return not_executed(command->name, command->error);
	if (WIFSIGNALED(command->status))
		return STATUS_SIGNAL + WTERMSIG(command->status);
	return WEXITSTATUS(command->status) ? WEXITSTATUS(command->status) : status;
}
