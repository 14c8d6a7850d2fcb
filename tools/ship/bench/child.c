/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/bench/child.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/livetest/proc.h"

#define HANGS_MS 120000

static int end_with_parent(void *ctx)
{
	(void)ctx;
	return prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? errno : 0;
}

int child_start(const char *const *argv, const char *output, pid_t *ret)
{
	struct proc_options options = { .argv = argv, .prepare = end_with_parent };
	int fd = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), r;

	if (fd < 0)
		return -errno;
	options.out = fd;
	options.err = fd;
	r = proc_spawn(&options, ret);
	close(fd);
	return r;
}

/* The text of a file, for free(3); NULL: it cannot be read. */
static char *read_text(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

int child_wait(pid_t pid, const char *name, const char *output)
{
	int status = 0, r = proc_wait(pid, HANGS_MS, &status);
	char *text;

	if (r == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	text = read_text(output);
	fprintf(stderr, "bench: %s has failed, wait status 0x%x:\n%s\n", name, (unsigned int)status,
		text ? text : "");
	free(text);
	return r < 0 ? r : -EIO;
}

int child_run(const char *const *argv, const char *output, double *ret_s)
{
	const double start = child_now_s();
	pid_t pid;
	int r = child_start(argv, output, &pid);

	if (r == 0)
		r = child_wait(pid, argv[0], output);
	if (r == 0)
		*ret_s = child_now_s() - start;
	return r;
}

int child_run_any(const char *const *argv, const char *output, double *ret_s)
{
	const double start = child_now_s();
	int status, r;
	pid_t pid;

	r = child_start(argv, output, &pid);
	if (r == 0)
		r = proc_wait(pid, HANGS_MS, &status);
	if (r == 0)
		*ret_s = child_now_s() - start;
	return r;
}

int child_number(const char *output, const char *unit, double *ret)
{
	char *text = read_text(output), *at = text;
	int r = -ENOENT;

	while (at && (at = strstr(at, unit))) {
		const char *digits = at;

		while (digits > text && (isdigit(digits[-1]) || digits[-1] == '.'))
			digits--;
		if (digits < at) {
			*ret = strtod(digits, NULL);
			r = 0;
		}
		at += strlen(unit);
	}
	free(text);
	if (r < 0)
		fprintf(stderr, "bench: %s has no number of \"%s\"\n", output, unit);
	return r;
}

static double seconds(const struct timespec *ts)
{
	return (double)ts->tv_sec + (double)ts->tv_nsec / 1e9;
}

double child_cpu_s(pid_t pid)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &ts) < 0)
		return 0;
	return seconds(&ts);
}

double child_now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return seconds(&ts);
}
