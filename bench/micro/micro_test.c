/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs every benchmark of //bench:micro once, and reads the JSON that Google Benchmark writes.
 *
 * Argument: the path of the program.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <spawn.h>
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
#include <yyjson.h>

#include "lib/wire/schema.h"

#define ARGS_MAX 8

static char *program;

/* Run the program. @ret_out receives its stdout. Return: its exit status. */
static int run(const char *const *args, char **ret_out)
{
	posix_spawn_file_actions_t actions;
	char *argv[ARGS_MAX + 2] = { program };
	size_t size = 0;
	ssize_t n;
	FILE *text = open_memstream(ret_out, &size);
	char buf[4096];
	int fds[2], status;
	pid_t pid;

	for (int i = 0; args[i]; i++) {
		assert_true(i < ARGS_MAX);
		argv[i + 1] = (char *)args[i];
	}
	assert_non_null(text);
	assert_int_equal(pipe(fds), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, fds[0]);
	posix_spawn_file_actions_addclose(&actions, fds[1]);
	assert_int_equal(posix_spawn(&pid, program, &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(fds[1]);
	while ((n = read(fds[0], buf, sizeof(buf))) > 0)
		fwrite(buf, 1, n, text);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	fclose(text);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define RUN(ret_out, ...) run((const char *const[]){ __VA_ARGS__, NULL }, (ret_out))

static yyjson_val *find(yyjson_val *benchmarks, const char *name)
{
	yyjson_val *one;
	size_t i, max;

	yyjson_arr_foreach(benchmarks, i, max, one)
	{
		const char *is = yyjson_get_str(yyjson_obj_get(one, "name"));

		if (is && !strcmp(is, name))
			return one;
	}
	return NULL;
}

static double number(yyjson_val *one, const char *key)
{
	return yyjson_get_num(yyjson_obj_get(one, key));
}

/* True if a benchmark's name is @begin followed by the event's option name. */
static bool covers(yyjson_val *benchmarks, const char *begin, const char *flag)
{
	yyjson_val *one;
	size_t i, max, len = strlen(begin);

	yyjson_arr_foreach(benchmarks, i, max, one)
	{
		const char *is = yyjson_get_str(yyjson_obj_get(one, "name"));

		if (strncmp(is, begin, len) != 0 || strncmp(is + len, flag, strlen(flag)) != 0)
			continue;
		is += len + strlen(flag);
		if (*is == '/' || !*is)
			return true;
	}
	return false;
}

static void test_every_benchmark_runs(void **state)
{
	char *list, *json, *name, *next = NULL;
	yyjson_val *benchmarks;
	size_t listed = 0;
	yyjson_doc *doc;

	(void)state;
	assert_int_equal(RUN(&list, "--benchmark_list_tests"), 0);
	assert_int_equal(RUN(&json, "--benchmark_min_time=1x", "--benchmark_format=json"), 0);
	doc = yyjson_read(json, strlen(json), 0);
	assert_non_null(doc);
	benchmarks = yyjson_obj_get(yyjson_doc_get_root(doc), "benchmarks");

	for (name = strtok_r(list, "\n", &next); name; name = strtok_r(NULL, "\n", &next)) {
		yyjson_val *one = find(benchmarks, name);

		if (!one)
			fail_msg("%s did not run", name);
		if (yyjson_obj_get(one, "error_occurred"))
			fail_msg("%s: %s", name,
				 yyjson_get_str(yyjson_obj_get(one, "error_message")));
		if (!(number(one, "real_time") > 0) || !(number(one, "items_per_second") > 0) ||
		    !(number(one, "bytes_per_second") > number(one, "items_per_second")))
			fail_msg("%s has no time, or no items and bytes per second", name);
		listed++;
	}
	assert_int_equal(listed, yyjson_arr_size(benchmarks));

#define ET_EVENT_BEGIN(id, NAME, name, flag, category, RING, doc) \
	if (!covers(benchmarks, "decode/varlen/", flag) ||        \
	    !covers(benchmarks, "decode/fixed/", flag) ||         \
	    !covers(benchmarks, "encode/json/", flag))            \
		fail_msg("records.c has no " #NAME);
#include "lib/wire/schema.def"

	yyjson_doc_free(doc);
	free(list);
	free(json);
}

/* The counters have the record's size, so the output shows the bytes of each format. */
static void test_counters(void **state)
{
	yyjson_val *benchmarks, *varlen, *fixed;
	yyjson_doc *doc;
	char *json;

	(void)state;
	assert_int_equal(RUN(&json, "--benchmark_filter=decode/.*/process-tty-write/plain:64$",
			     "--benchmark_min_time=0.001s", "--benchmark_format=json"),
			 0);
	doc = yyjson_read(json, strlen(json), 0);
	assert_non_null(doc);
	benchmarks = yyjson_obj_get(yyjson_doc_get_root(doc), "benchmarks");
	assert_int_equal(yyjson_arr_size(benchmarks), 2);
	varlen = find(benchmarks, "decode/varlen/process-tty-write/plain:64");
	fixed = find(benchmarks, "decode/fixed/process-tty-write/plain:64");
	assert_int_equal(number(varlen, "record_bytes"),
			 sizeof(struct et_process_tty_write) + sizeof(struct et_var) + 64);
	assert_int_equal(number(fixed, "record_bytes"), sizeof(struct et_process_tty_write) +
								sizeof(struct et_var) +
								ET_CAP_TTY_OUT);
	assert_true(number(varlen, "iterations") >= 64);

	yyjson_doc_free(doc);
	free(json);
}

static void test_wrong_options(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(RUN(&out, "--benchmark_filter=there-is-no-such-thing"), 1);
	free(out);
	assert_int_equal(RUN(&out, "--benchmark_nonsense"), 2);
	free(out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_benchmark_runs),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_wrong_options),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: %s micro\n", argv[0]);
		return 2;
	}
	program = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
