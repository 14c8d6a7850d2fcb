/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each workload that this host can run does the requested number of operations, and removes its
 * files.
 */
#include "bench/run/worker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/run/runfiles.h"

static void test_workloads(void **state)
{
	struct runfiles runfiles;
	char folder[sizeof(runfiles.noop)];
	unsigned int ran = 0;

	(void)state;
	assert_int_equal(runfiles_init(&runfiles), 0);
	snprintf(folder, sizeof(folder), "%s", runfiles.noop);
	*strrchr(folder, '/') = '\0';
	for (const struct bench_workload *w = bench_workloads; w; w = w->next) {
		const struct worker_options o = {
			.runfiles = &runfiles, .workload = w, .work = 2, .warm = 1
		};
		struct worker_result first = { 0 }, result = { 0 };
		struct worker *worker;

		if (w->missing && w->missing()) {
			printf("%s: %s\n", w->name, w->missing());
			continue;
		}
		assert_int_equal(worker_start(&o, &worker), 0);
		assert_int_equal(worker_go(worker, &first), 0);
		assert_int_equal(worker_go(worker, &result), 0);
		worker_end(worker);
		if (first.operations != 2 || result.operations != 2 || !(result.wall_s > 0))
			fail_msg("%s: %llu operations in %g s", w->name,
				 (unsigned long long)result.operations, result.wall_s);
		/* noop must be the only file in the folder. */
		assert_int_equal(unlink(runfiles.noop), 0);
		if (rmdir(folder) < 0)
			fail_msg("%s left files in %s", w->name, folder);
		assert_int_equal(runfiles_init(&runfiles), 0);
		snprintf(folder, sizeof(folder), "%s", runfiles.noop);
		*strrchr(folder, '/') = '\0';
		ran++;
	}
	runfiles_done(&runfiles);
	assert_true(ran >= 15);
}

/* If a workload did not end properly, runfiles_done() removes its files. */
static void test_folder(void **state)
{
	struct runfiles runfiles;
	char path[512];
	FILE *f;

	(void)state;
	assert_int_equal(runfiles_init(&runfiles), 0);
	snprintf(path, sizeof(path), "%.*s/left",
		 (int)(strrchr(runfiles.noop, '/') - runfiles.noop), runfiles.noop);
	f = fopen(path, "we");
	assert_true(f && fclose(f) == 0);
	runfiles_done(&runfiles);
	assert_int_equal(access(path, F_OK), -1);
	*strrchr(path, '/') = '\0';
	assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_workloads),
		cmocka_unit_test(test_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
