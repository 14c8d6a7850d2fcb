/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "lib/include/eventstrace.h"

static const struct et_field_info *find(const char *flag, const char *parent, const char *name)
{
	size_t count;
	const struct et_field_info *f = et_event_fields(et_event_by_flag(flag)->id, &count);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(f[i].name, name) &&
		    (parent ? f[i].parent && !strcmp(f[i].parent, parent) : !f[i].parent))
			return &f[i];
	return NULL;
}

static void members_and_their_members(void **state)
{
	(void)state;
	assert_string_equal(find("process-exec", NULL, "argv")->type, "strings");
	assert_string_equal(find("process-exec", NULL, "pids")->type, "object");
	assert_string_equal(find("process-exec", "pids", "tgid")->type, "number");
	assert_string_equal(find("process-fork", "child_pids", "tgid")->doc, "process");
	assert_string_equal(find("net-conn-closed", "net", "source_address")->type, "string");
	assert_string_equal(find("process-shmget", NULL, "key")->type, "number");
	assert_null(find("process-exec", NULL, "tgid"));
	assert_null(find("process-fork", NULL, "argv"));
}

static void every_event_has_members(void **state)
{
	size_t events, count;
	const struct et_event_info *infos = et_event_infos(&events);

	(void)state;
	for (size_t i = 0; i < events; i++) {
		const struct et_field_info *f = et_event_fields(infos[i].id, &count);

		assert_true(count > 5 && count < 96);
		/* A member of a nested object comes after the object itself. */
		for (size_t m = 0; m < count; m++)
			assert_true(!f[m].parent || m > 0);
	}
	assert_null(et_event_fields(0, &count));
	assert_int_equal(count, 0);
	assert_null(et_event_fields(1000, &count));
}

static pthread_barrier_t begin;

/* Start function of a thread: count the members of all events. Return: their number. */
static void *count_members(void *unused)
{
	size_t events, count, sum = 0;
	const struct et_event_info *infos = et_event_infos(&events);

	(void)unused;
	pthread_barrier_wait(&begin);
	for (size_t i = 0; i < events; i++) {
		et_event_fields(infos[i].id, &count);
		sum += count;
	}
	return (void *)sum; // NOLINT(performance-no-int-to-ptr)
}

/*
 * True if threads get the same result when they are the first callers of et_event_fields(), at the
 * same time. Call this in a new process, in which the list of members is not filled yet.
 */
static bool threads_agree(void)
{
	pthread_t threads[4];
	void *sums[4];

	pthread_barrier_init(&begin, NULL, 4);
	for (int i = 0; i < 4; i++) {
		if (pthread_create(&threads[i], NULL, count_members, NULL))
			return false;
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], &sums[i]);
	return sums[0] && sums[0] == sums[1] && sums[0] == sums[2] && sums[0] == sums[3];
}

static void threads(void **state)
{
	(void)state;
	for (int trial = 0; trial < 300; trial++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (!child)
			_exit(threads_agree() ? 0 : 1);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* the first test: its child processes must not inherit a filled list */
		cmocka_unit_test(threads),
		cmocka_unit_test(members_and_their_members),
		cmocka_unit_test(every_event_has_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
