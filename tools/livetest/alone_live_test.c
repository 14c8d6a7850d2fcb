/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Records each event type alone. An event's row in lib/hooks must name all programs and maps that
 * the event needs. If only another event's row names one of them, eventstrace fails here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/mismatches.h"

#define TIMEOUT_MS 60000
#define ARGS_MAX   16
#define EVENTS_MAX 128
#define CHOSEN     "  chosen"

/*
 * Run eventstrace with the flags of LIVETEST_FLAGS and then @flags. Return: its standard error if
 * @its_stderr, else its standard output; for free(3).
 */
static char *run_tool(const char *const *flags, bool its_stderr, int *ret_status)
{
	const char *more = getenv("LIVETEST_FLAGS");
	char *words = strdup(more ? more : ""), *text, *at;
	const char *argv[ARGS_MAX] = { runfiles_tool() };
	struct proc_options opts = { .argv = argv };
	int pipe_fds[2], n = 1;
	pid_t pid;

	assert_non_null(words);
	for (char *word = strtok_r(words, " ", &at); word; word = strtok_r(NULL, " ", &at)) {
		assert_true(n < ARGS_MAX - 1);
		argv[n++] = word;
	}
	for (; *flags; flags++) {
		assert_true(n < ARGS_MAX - 1);
		argv[n++] = *flags;
	}
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	*(its_stderr ? &opts.err : &opts.out) = pipe_fds[1];
	assert_int_equal(proc_spawn(&opts, &pid), 0);
	close(pipe_fds[1]);
	text = proc_read_all(pipe_fds[0], TIMEOUT_MS);
	close(pipe_fds[0]);
	assert_int_equal(proc_wait(pid, TIMEOUT_MS, ret_status), 0);
	free(words);
	return text;
}

/* Find the events that this kernel has hooks for, in the table that --probe prints. */
static size_t find_events(char *table, const char *events[EVENTS_MAX])
{
	const char *event = NULL;
	size_t n = 0;
	char *at;

	for (char *line = strtok_r(table, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
		size_t len = strlen(line);
		bool chosen =
			len > strlen(CHOSEN) && strcmp(line + len - strlen(CHOSEN), CHOSEN) == 0;

		/* A line that begins with a space is a further hook of the event above. */
		if (*line != ' ') {
			line[strcspn(line, " ")] = '\0';
			event = line;
		}
		if (!chosen || !event)
			continue;
		assert_true(n < EVENTS_MAX);
		events[n++] = event;
	}
	return n;
}

static void start_alone(const char *event, struct mismatches *r)
{
	const char *const flags[] = { "-e", event, "-d", "0.01", "-o", "/dev/null", NULL };
	int status;
	char *said = run_tool(flags, true, &status);

	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		mismatches_add(r, "%s: wait status %#x: %s", event, (unsigned int)status, said);
	free(said);
}

static void test_alone(void **state)
{
	static const char *const probe[] = { "--probe", NULL };
	const char *events[EVENTS_MAX];
	struct mismatches r = { 0 };
	size_t count;
	char *table;
	int status;

	(void)state;
	table = run_tool(probe, false, &status);
	assert_true(WIFEXITED(status));
	count = find_events(table, events);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		start_alone(events[i], &r);
	printf("%zu events, each alone\n", count);
	free(table);
	if (r.faults)
		fail_msg("%s", mismatches_text(&r));
	mismatches_free(&r);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_alone) };

	if (runfiles_init(argc, argv) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
