/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * While many others wait in the function that a probe hangs on, what it is not told of is known. A
 * kretprobe has room for some calls that are under way, and does not see the next: before Linux 6.7
 * nobody can say how often. Other hooks see everything.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/cases/pty.h"
#include "tools/livetest/place.h"
#include "tools/livetest/tracer.h"

#define BLOCKED 32
#define WRITES  5

/* More than a terminal takes while nobody reads it. */
static char much[1 << 17];

/* Return: the process, which is about to wait for a reader that never comes. */
static pid_t block(const struct pty *pty)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(write(pty->slave, much, sizeof(much)) < 0);
	return pid;
}

/* Does it sleep? */
static bool waits(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (f)
		fclose(f);
	return state == 'S';
}

/* By a process of its own: what eventstrace descends from may relay its terminal, and is left out. */
static pid_t write_some(const struct pty *pty)
{
	pid_t pid = fork();
	int status;

	for (int i = 0; pid == 0 && i < WRITES; i++)
		if (write(pty->slave, "one of five", 11) != 11)
			_exit(1);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

static uint64_t count_writes(const struct tracer_result *result, pid_t tgid)
{
	char pid[32];
	uint64_t n = 0;

	snprintf(pid, sizeof(pid), "\"tgid\":%d,", (int)tgid);
	for (size_t i = 0; i < result->count; i++)
		n += strstr(result->lines[i], pid) && strstr(result->lines[i], "\"one of five\"");
	return n;
}

/* The summary is the last line of standard error. */
static yyjson_doc *summary(struct tracer_result *result)
{
	size_t len = strlen(result->err);
	char *line;

	while (len && result->err[len - 1] == '\n')
		result->err[--len] = '\0';
	line = strrchr(result->err, '\n');
	return yyjson_read(line ? line + 1 : result->err, strlen(line ? line + 1 : result->err), 0);
}

static bool kernel_tells(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 7));
}

static void test_blocked(void **state)
{
	const char *const flags[] = { "-s", "--process-tty-write", NULL };
	struct tracer_options opts = { .flags = flags };
	struct pty mine, ptys[BLOCKED];
	struct tracer_result result;
	struct timespec soon = { .tv_nsec = 10000000 };
	struct tracer *tracer;
	pid_t pids[BLOCKED], writer;
	uint64_t seen, skipped;
	yyjson_doc *doc;
	yyjson_val *root;

	(void)state;
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	for (int i = 0; i < BLOCKED; i++) {
		pty_open(&ptys[i]);
		pids[i] = block(&ptys[i]);
		assert_true(pids[i] > 0);
	}
	for (int i = 0; i < BLOCKED; i++)
		while (!waits(pids[i]))
			nanosleep(&soon, NULL);
	pty_open(&mine);
	pty_drain(&mine);
	writer = write_some(&mine);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	pty_close(&mine);
	for (int i = 0; i < BLOCKED; i++) {
		kill(pids[i], SIGKILL);
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
		pty_close(&ptys[i]);
	}

	seen = count_writes(&result, writer);
	doc = summary(&result);
	assert_non_null(doc);
	root = yyjson_doc_get_root(doc);
	assert_non_null(yyjson_obj_get(root, "skipped"));
	skipped = yyjson_get_uint(yyjson_obj_get(root, "skipped"));
	print_message("%u of %u writes were seen; %u times nothing was run\n", (unsigned int)seen,
		      WRITES, (unsigned int)skipped);
	if (strstr(result.err, "kretprobe/")) {
		/* Otherwise nothing was tested. */
		assert_true(seen < WRITES);
		if (kernel_tells())
			assert_true(seen + skipped >= WRITES);
	} else {
		assert_int_equal(seen, WRITES);
		assert_int_equal(skipped, 0);
	}
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocked),
	};

	if (place_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
