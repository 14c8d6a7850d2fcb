/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/command_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/eventstrace/close_fds.h"

static void send_report(int fd, struct keeper_report report)
{
	/* A failure means that eventstrace has ended, so no process reads the report. */
	(void)!write(fd, &report, sizeof(report));
}

static void tell(const struct keeper_task *task, enum keeper_report_kind kind, int value)
{
	send_report(task->report, (struct keeper_report){ .kind = kind, .value = value });
}

/* ---- the program's file --------------------------------------------------------------------- */

/* Return: 0 if the file can probably be executed, or a positive errno. */
static int check_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return errno;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	return access(path, X_OK) < 0 ? errno : 0;
}

/*
 * Find the file as execvp(3) does, but without an attempt to execute each candidate. So the first
 * event of COMMAND is its successful exec. Return: 0 or a positive errno.
 */
static int find_file(const char *name, char *ret, size_t size)
{
	const char *path = getenv("PATH"), *end;
	int error = ENOENT;

	if (!*name)
		return ENOENT;
	if (strchr(name, '/')) {
		if (snprintf(ret, size, "%s", name) >= (int)size)
			return ENAMETOOLONG;
		return check_file(name);
	}
	for (path = path ? path : "/bin:/usr/bin"; path; path = *end ? end + 1 : NULL) {
		int r, len;

		end = strchrnul(path, ':');
		len = snprintf(ret, size, "%.*s%s%s", (int)(end - path), path,
			       end > path ? "/" : "./", name);
		if (len >= (int)size)
			continue;
		r = check_file(ret);
		if (r == 0)
			return 0;
		if (r != ENOENT && r != ENOTDIR && r != EISDIR)
			error = r;
	}
	return error;
}

/*
 * ---- COMMAND before its exec ------------------------------------------------------------------
 */

static void restore(const struct command_caller *caller)
{
	for (int fd = 0; fd < 3; fd++)
		if (caller->closed[fd])
			close(fd);
	sigaction(SIGPIPE, &caller->pipe, NULL);
	sigaction(SIGXFSZ, &caller->xfsz, NULL);
	sigaction(SIGCHLD, &caller->child, NULL);
	sigprocmask(SIG_SETMASK, &caller->mask, NULL);
}

/*
 * Execute a script without an interpreter by /bin/sh, as execvp(3) does. Returns only on failure.
 */
static void execute_by_shell(const char *file, char *const *argv)
{
	size_t count = 0;
	char **args;

	while (argv[count])
		count++;
	args = calloc(count + 2, sizeof(*args));
	if (!args)
		return;
	args[0] = (char *)"/bin/sh";
	args[1] = (char *)file;
	memcpy(args + 2, argv + 1, count * sizeof(*args));
	execv(args[0], args);
	free(args);
}

static _Noreturn void wait_and_execute(const struct keeper_task *task, int go, const char *file)
{
	char byte;

	/* The exec closes all other descriptors of this program (O_CLOEXEC). */
	if (read(go, &byte, 1) != 1)
		_exit(0);
	restore(task->caller);
	execv(file, task->argv);
	if (errno == ENOEXEC)
		execute_by_shell(file, task->argv);
	tell(task, KEEPER_NO_EXEC, errno);
	_exit(1);
}

/*
 * ---- the keeper -------------------------------------------------------------------------------
 */

struct keeper {
	const struct keeper_task *task;
	pid_t pid;
	int go, signals;
	bool ended;
};

/* Reap children: COMMAND, or descendants of it whose parents have ended. */
static void reap(struct keeper *k)
{
	struct rusage usage;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG | __WALL, &usage)) > 0) {
		if (pid != k->pid || k->ended)
			continue;
		k->ended = true;
		send_report(k->task->report,
			    (struct keeper_report){
				    .kind = KEEPER_ENDED,
				    .value = status,
				    .user_us = (uint64_t)usage.ru_utime.tv_sec * 1000000 +
					       (uint64_t)usage.ru_utime.tv_usec,
				    .system_us = (uint64_t)usage.ru_stime.tv_sec * 1000000 +
						 (uint64_t)usage.ru_stime.tv_usec,
			    });
	}
	if (pid < 0 && errno == ECHILD) {
		tell(k->task, KEEPER_TREE_ENDED, 0);
		_exit(0);
	}
}

static void obey(struct keeper *k)
{
	unsigned char byte;

	/* The pipe ends when eventstrace has detached or ended. COMMAND continues to run. */
	if (read(k->task->control, &byte, 1) != 1)
		_exit(0);
	if (byte != KEEPER_GO && !k->ended)
		kill(k->pid, byte);
	if (byte == KEEPER_GO && k->go >= 0) {
		(void)!write(k->go, "", 1);
		close(k->go);
		k->go = -1;
	}
}

static _Noreturn void keep(struct keeper *k)
{
	struct pollfd fds[] = {
		{ .fd = k->task->control, .events = POLLIN },
		{ .fd = k->signals, .events = POLLIN },
	};
	struct signalfd_siginfo info;

	for (;;) {
		/* clone(2) can start a child that sends no SIGCHLD. The time-out finds its end. */
		if (poll(fds, 2, 1000) < 0)
			continue;
		if (fds[1].revents)
			(void)!read(k->signals, &info, sizeof(info));
		reap(k);
		if (fds[0].revents)
			obey(k);
	}
}

void keeper_run(const struct keeper_task *task)
{
	struct keeper k = { .task = task };
	char file[PATH_MAX];
	sigset_t child;
	int go[2], r;

	r = command_user_become(task->user);
	if (r < 0) {
		tell(task, KEEPER_NO_USER, -r);
		_exit(1);
	}
	r = find_file(task->argv[0], file, sizeof(file));
	if (r) {
		tell(task, KEEPER_NO_EXEC, r);
		_exit(1);
	}
	/* If SIGCHLD is ignored, the kernel discards the wait status. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	k.signals = signalfd(-1, &child, SFD_CLOEXEC);
	if (k.signals < 0 || pipe2(go, O_CLOEXEC) < 0) {
		tell(task, KEEPER_NO_PROCESS, errno);
		_exit(1);
	}
	if (task->whole_tree && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) {
		tell(task, KEEPER_NO_PROCESS, errno);
		_exit(1);
	}
	k.pid = fork();
	if (k.pid < 0) {
		tell(task, KEEPER_NO_PROCESS, errno);
		_exit(1);
	}
	if (k.pid == 0) {
		close(go[1]);
		close(task->control);
		wait_and_execute(task, go[0], file);
	}
	k.go = go[1];
	tell(task, KEEPER_STARTED, k.pid);
	/*
	 * The keeper must not hold files, folders or pipes of the caller. With PR_SET_DUMPABLE 0,
	 * the user cannot trace the keeper.
	 */
	(void)close_fds_but((int[]){ task->control, task->report, k.go, k.signals }, 4);
	(void)!chdir("/");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	keep(&k);
}
