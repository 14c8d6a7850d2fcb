/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters by the paths of executed programs. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filter_actor.h"
#include "tools/livetest/filter_tests.h"
#include "tools/livetest/runfiles.h"

/* A directory of this test, with programs in it. */
static char folder[64];

static void copy_program(const char *to)
{
	char data[65536];
	int in = open(runfiles_case("noop"), O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	ssize_t n;

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, data, sizeof(data))) > 0)
		assert_int_equal(write(out, data, (size_t)n), n);
	assert_int_equal(n, 0);
	close(in);
	close(out);
}

/* A path longer than the compared prefix; only its last name differs. */
static const char *deep(const char *name)
{
	char part[151];

	memset(part, 'd', 150);
	part[150] = '\0';
	return filtered_text("%s/%s/%s/%s", folder, part, part, name);
}

static void make_programs(void)
{
	snprintf(folder, sizeof(folder), "/tmp/et-filter-XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(
		mkdir(filtered_text("%.400s", filtered_text("%s/%.150s", folder,
							    deep("") + strlen(folder) + 1)),
		      0755),
		0);
	assert_int_equal(mkdir(filtered_text("%.*s", (int)strlen(deep("")) - 1, deep("")), 0755),
			 0);
	copy_program(filtered_text("%s/one", folder));
	copy_program(filtered_text("%s/ones", folder));
	copy_program(filtered_text("%s/two", folder));
	copy_program(deep("three"));
}

static void remove_programs(void)
{
	unlink(filtered_text("%s/one", folder));
	unlink(filtered_text("%s/ones", folder));
	unlink(filtered_text("%s/two", folder));
	unlink(deep("three"));
	rmdir(filtered_text("%.*s", (int)strlen(deep("")) - 1, deep("")));
	rmdir(filtered_text("%s/%.150s", folder, deep("") + strlen(folder) + 1));
	assert_int_equal(rmdir(folder), 0);
}

enum { ONE, ONES, TWO, THREE, NOWHERE, MISSING, RELATIVE, PATHS };

/* Execute all paths; the last three do not exist. */
static void exec_all(pid_t ret[PATHS])
{
	ret[ONE] = actor_exec(0, filtered_text("%s/one", folder));
	ret[ONES] = actor_exec(0, filtered_text("%s/ones", folder));
	ret[TWO] = actor_exec(0, filtered_text("%s/two", folder));
	ret[THREE] = actor_exec(0, deep("three"));
	ret[NOWHERE] = actor_exec(0, "/nowhere/one");
	ret[MISSING] = actor_exec(0, filtered_text("%s/one-missing", folder));
	ret[RELATIVE] = actor_exec(0, "one-more");
}

/* Check the events of all paths. Bit i of @expected is set if path i must be recorded. */
static void expect_paths(const pid_t pids[PATHS], unsigned int expected)
{
	for (int i = 0; i < PATHS; i++) {
		size_t want = expected >> i & 1;

		if (filtered_count(i < NOWHERE ? "PROCESS_EXEC" : "PROCESS_EXEC_FAILED", pids[i]) !=
		    want)
			fail_msg("of path %d not %zu", i, want);
		/* The filter does not apply to events without a path. */
		EXPECT("EXIT", pids[i], 1);
	}
}

#define BIT(path) (1U << (path))

static void test_path_prefix(void **state)
{
	pid_t pids[PATHS];

	(void)state;
	make_programs();
	actor_begin(0);
	actor_chdir(0, folder);

	BEGIN(filtered_text("--path-prefix=%s/one", folder));
	exec_all(pids);
	filtered_end();
	expect_paths(pids, BIT(ONE) | BIT(ONES) | BIT(MISSING) | BIT(RELATIVE));
	filtered_forget();

	BEGIN(filtered_text("--path-prefix=%s/ones", folder),
	      filtered_text("--path-prefix=%s/t", folder), "--path-prefix=/nowhere/");
	exec_all(pids);
	filtered_end();
	expect_paths(pids, BIT(ONES) | BIT(TWO) | BIT(NOWHERE));
	filtered_forget();

	/* Prefixes of the maximum length, equal and with one different byte. */
	BEGIN(filtered_text("--path-prefix=%.255s", deep("")));
	exec_all(pids);
	filtered_end();
	expect_paths(pids, BIT(THREE));
	filtered_forget();
	BEGIN(filtered_text("--path-prefix=%.254sX", deep("")));
	exec_all(pids);
	filtered_end();
	expect_paths(pids, 0);
	filtered_forget();

	BEGIN("--path-prefix=/", filtered_text("--exclude-path-prefix=%s/ones", folder),
	      filtered_text("--exclude-path-prefix=%s/d", folder));
	exec_all(pids);
	filtered_end();
	expect_paths(pids, BIT(ONE) | BIT(TWO) | BIT(NOWHERE) | BIT(MISSING) | BIT(RELATIVE));
	assert_int_equal(filtered_dropped("process-exec"), 2);
	assert_int_equal(filtered_dropped("process-exec-failed"), 0);
	assert_int_equal(filtered_dropped("process-exit"), 0);
	filtered_forget();

	actor_exit(0);
	remove_programs();
}

static void test_usage_of_paths(void **state)
{
	(void)state;
	filtered_refused("--path-prefix=etc", "begin with a slash");
}

int filter_execs(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_path_prefix),
		TEST(test_usage_of_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
