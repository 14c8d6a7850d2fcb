/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "eventstrace-ship read DIR" prints the same bytes as "eventstrace --replay=DIR", with the same
 * filters and formats. Arguments: both programs, and recordings of older versions.
 */
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

#include "lib/sink/memory_file.h"
#include "tools/ship/read/story.h"

#define WORDS_MAX 4

static const char *tracer, *ship, *const *recordings;

/* Run a program with its output in a file. Return: its exit status. */
static int run(const char *const *argv, int output)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		/* Without the tracer's summary. */
		if (argv[0] == tracer && null >= 0)
			dup2(null, STDERR_FILENO);
		dup2(output, STDOUT_FILENO);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/*
 * The output of both programs for a folder, with options. It is the same. Return: it, which the
 * caller frees.
 */
static char *same(const char *folder, const char *const *words, int wanted_status)
{
	const char *first[WORDS_MAX + 5] = { tracer, "--replay" };
	const char *second[WORDS_MAX + 5] = { ship, "read" };
	const int a = memory_file_new(), b = memory_file_new();
	bool is_json = false, chooses = false;
	char *text, *other;
	size_t n = 0;

	first[2] = folder;
	for (; n < WORDS_MAX && words[n]; n++) {
		first[3 + n] = second[2 + n] = words[n];
		is_json |= strcmp(words[n], "--format=json") == 0 ||
			   strcmp(words[n], "--format=auto") == 0;
		chooses |=
			strcmp(words[n], "-eexec,exit") == 0 || strcmp(words[n], "--failed") == 0;
	}
	second[2 + n] = folder;
	if (is_json)
		first[3 + n++] = "--identity";
	/* The reader prints also the processes that ran before. */
	if (!chooses)
		first[3 + n] = "--snapshot";
	assert_int_equal(run(first, a), wanted_status);
	assert_int_equal(run(second, b), wanted_status);
	text = memory_file_text(a, NULL);
	other = memory_file_text(b, NULL);
	assert_string_equal(other, text);
	free(other);
	close(a);
	close(b);
	return text;
}

static size_t lines_of(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, '\n'))) {
		count++;
		text++;
	}
	return count;
}

/* Options, and the number of lines that the story then has. */
static const struct {
	const char *words[WORDS_MAX + 1];
	size_t lines;
	const char *text; /* in the output; NULL: none */
} cases[] = {
	{ { "--format=json" }, 14, "\"seq\":14" },
	{ { "--format=text" }, 14, "storyteller" },
	{ { "--format=ecs" }, 14, "\"@timestamp\"" },
	{ { "--format=es-bulk" }, 28, "{\"create\":" },
	{ { "--format=trace" }, 15, "[" },
	{ { "--format=auto" }, 14, "\"seq\":14" },
	{ { "--utc" }, 14, "00:16:40" },
	{ { "--format=text", "--columns=date,event,uid,what", "--utc" }, 14, "2026-01-01" },
	{ { "--format=text", "--context" }, 14, NULL },
	{ { "--format=json", "--context" }, 14, "\"storyteller\"" },
	{ { "--format=json", "--fields=event_type,seq" }, 14, NULL },
	{ { "--format=json", "--exclude-fields=pids", "--numbers=both" }, 14, "_string\"" },
	{ { "--format=text", "--color=always" }, 14, "\033[" },
	{ { "--format=json", "--redact=--sec*" }, 14, "\"***\"" },
	{ { "--format=json", "-eexec,exit" }, 8, NULL },
	{ { "--format=json", "--failed" }, 3, NULL },
	{ { "--format=text", "--comm=ls" }, 4, NULL },
	{ { "--format=ecs", "--comm=b*", "--comm=sh" }, 5, NULL },
	{ { "--format=text", "--exclude-comm=init" }, 10, NULL },
	{ { "--format=json", "--uid=1000" }, 7, NULL },
	{ { "--format=json", "--exclude-uid=0" }, 7, NULL },
	{ { "--format=json", "--pid=101" }, 4, NULL },
	{ { "--format=text", "--exclude-pid=101" }, 11, NULL },
	{ { "--format=json", "--tree=100" }, 7, NULL },
	{ { "--format=json", "--tree=1" }, 14, "FILE_CREATE" },
	{ { "--format=text", "--exclude-tree=100", "--context" }, 8, NULL },
	{ { "--format=json", "--cgroup=/system.slice" }, 5, NULL },
	{ { "--format=json", "--exclude-cgroup=/user.slice" }, 9, NULL },
	{ { "--format=json", "--path-prefix=/tmp" }, 8, "/tmp/x" },
	{ { "--format=text", "--exclude-path-prefix=/usr" }, 10, NULL },
	{ { "--format=json", "--since=@1767226603", "--until=@1767226605" }, 3, NULL },
	{ { "--format=ecs", "--comm=sh", "--failed" }, 2, NULL },
};

static void test_story(void **state)
{
	char folder[512];
	bool differs = false;

	(void)state;
	story_folder(folder, sizeof(folder));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = same(folder, cases[i].words, 0);

		if (lines_of(text) != cases[i].lines ||
		    (cases[i].text && !strstr(text, cases[i].text))) {
			print_error("case %zu (%s %s): %zu lines, not %zu, with \"%s\":\n%s\n", i,
				    cases[i].words[0], cases[i].words[1] ? cases[i].words[1] : "",
				    lines_of(text), cases[i].lines,
				    cases[i].text ? cases[i].text : "", text);
			differs = true;
		}
		free(text);
	}
	story_remove(folder);
	assert_false(differs);
}

/* Older recordings have no host, no session, and no name of a thread. */
static void test_older(void **state)
{
	static const char *const formats[] = { "--format=json", "--format=text", "--format=ecs" };
	char folder[512], link[600];
	const char *tmp = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(folder, sizeof(folder), "%s/older.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	for (int i = 0; recordings[i]; i++) {
		char *path = realpath(recordings[i], NULL);
		const char *const copy[] = { "/bin/cp", path, link, NULL };

		snprintf(link, sizeof(link), "%s/%020d.etr", folder, i + 1);
		assert_int_equal(run(copy, STDOUT_FILENO), 0);
		free(path);
	}
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		const char *words[] = { formats[i], NULL, NULL, NULL, NULL };
		char *text = same(folder, words, 0);

		assert_true(lines_of(text) > 100);
		free(text);
		words[1] = "--failed";
		free(same(folder, words, 0));
		words[1] = "--comm=sh";
		text = same(folder, words, 2);
		assert_string_equal(text, "");
		free(text);
	}
	for (int i = 0; recordings[i]; i++) {
		snprintf(link, sizeof(link), "%s/%020d.etr", folder, i + 1);
		assert_int_equal(unlink(link), 0);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_story),
		cmocka_unit_test(test_older),
	};

	if (argc < 4) {
		fprintf(stderr, "usage: replay_test EVENTSTRACE EVENTSTRACE-SHIP RECORDING...\n");
		return 2;
	}
	tracer = argv[1];
	ship = argv[2];
	recordings = (const char *const *)argv + 3;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
