/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/ship.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/eventstrace/log_err.h"
#include "tools/eventstrace/segments.h"
#include "tools/eventstrace/ship_keeper.h"

#define PROGRAM "eventstrace-ship"

/* The longest wait for the sender at the end, without --drain-timeout. */
#define DRAIN_NORMAL_S 10

/* Look for the program in one folder, the text from @folder to @end. */
static bool is_in(const char *folder, const char *end, char *ret, size_t size)
{
	const int len = snprintf(ret, size, "%.*s/" PROGRAM, (int)(end - folder), folder);

	/* The keeper has another working folder, so the path must be absolute. */
	return end > folder && *folder == '/' && len < (int)size && access(ret, X_OK) == 0;
}

/* Find the program beside this one, or in PATH. */
static bool find_program(char *ret, size_t size)
{
	char self[PATH_MAX];
	const ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *end;

	if (len > 0) {
		self[len] = '\0';
		if (is_in(self, strrchr(self, '/'), ret, size))
			return true;
	}
	for (const char *path = getenv("PATH"); path; path = *end ? end + 1 : NULL) {
		end = strchrnul(path, ':');
		if (is_in(path, end, ret, size))
			return true;
	}
	return false;
}

/* Make the folder, with the permissions that the sender needs. */
static enum status make_folder(const struct options *options)
{
	struct et_segments segments;
	enum status status = segments_open(options, &segments);

	if (!status)
		close(segments.folder);
	return status;
}

/* Start the keeper. Return: 0 or a negative errno. */
static int start(const struct ship_task *task, struct ship *ret)
{
	int control[2], report[2];
	int r;

	if (pipe2(control, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(report, O_CLOEXEC) < 0) {
		r = -errno;
		close(control[0]);
		close(control[1]);
		return r;
	}
	ret->pid = fork();
	if (ret->pid == 0) {
		close(control[1]);
		close(report[0]);
		ship_keeper_run(task, control[0], report[1]);
	}
	r = ret->pid < 0 ? -errno : 0;
	close(control[0]);
	close(report[1]);
	ret->control = control[1];
	ret->report = report[0];
	if (r < 0) {
		close(control[1]);
		close(report[0]);
	}
	return r;
}

/* Read a report of the keeper: 0 or an errno. Return: false if the keeper has ended. */
static bool next_report(const struct ship *ship, int *ret)
{
	ssize_t n;

	do
		n = read(ship->report, ret, sizeof(*ret));
	while (n < 0 && errno == EINTR);
	return n == sizeof(*ret);
}

enum status ship_start(const struct options *options, struct ship *ret)
{
	const uint64_t drain_s = (options->drain_timeout_ns + 999999999) / 1000000000;
	char program[PATH_MAX];
	const struct ship_task task = {
		.program = program,
		.folder = options->spool,
		.to = options->ship_to,
		.user = options->ship_as,
		.drain_s = options->drain_timeout_ns ? (unsigned int)drain_s : DRAIN_NORMAL_S,
	};
	struct ship ship = { .to = options->ship_to, .spool = options->spool };
	enum status status;
	int r, error;

	if (!find_program(program, sizeof(program))) {
		log_err("--output=%s: there is no program " PROGRAM
			": install its package, or put it beside eventstrace",
			options->ship_to);
		return STATUS_OUTPUT;
	}
	status = make_folder(options);
	if (status)
		return status;
	r = start(&task, &ship);
	/* The first report: the errno with which the keeper cannot run the sender as its user. */
	if (r == 0)
		r = next_report(&ship, &error) ? -error : -ECHILD;
	if (r < 0) {
		log_err("--output=%s: " PROGRAM " cannot be started as the user %u: %s%s%s",
			options->ship_to, options->ship_as.uid, strerror(-r),
			r == -EACCES ? ": let this user execute " : "",
			r == -EACCES ? program : "");
		return r == -EPERM ? STATUS_PRIVILEGE : STATUS_OTHER;
	}
	/* The keeper has a copy. COMMAND must not get passwords for the cluster. */
	ship_keep_variables(false);
	*ret = ship;
	return STATUS_OK;
}

struct et_filter ship_filter(const struct ship *ship)
{
	return (struct et_filter){ .kind = ET_FILTER_TREE,
				   .number = (uint64_t)ship->pid,
				   .exclude = true };
}

int ship_finish(struct ship *ship, int status)
{
	int outcome;

	if (ship->control < 0)
		return status;
	/* The keeper limits the wait. */
	close(ship->control);
	ship->control = -1;
	if (!next_report(ship, &outcome))
		outcome = STATUS_OTHER;
	close(ship->report);
	if (outcome == STATUS_OK)
		return status;
	log_err("not all events are in %s: the others stay in %s, and \"" PROGRAM
		" send\" or the next run sends them",
		ship->to, ship->spool);
	return status ? status : STATUS_OUTPUT;
}
