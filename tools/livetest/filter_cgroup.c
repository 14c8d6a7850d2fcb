/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters by cgroups of version 2. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cgroups.h"
#include "tools/livetest/filter_actor.h"
#include "tools/livetest/filter_tests.h"

/* Mount point of the cgroups of version 2. The test mounts them if no mount exists. */
static char cgroups[PATH_MAX];

static int mount_cgroups(void **state)
{
	if (!cgroups_find(cgroups, sizeof(cgroups))) {
		snprintf(cgroups, sizeof(cgroups), "/tmp/et-cgroups-XXXXXX");
		if (!mkdtemp(cgroups) || mount("none", cgroups, "cgroup2", 0, NULL) < 0)
			return -1;
	}
	return actors_open(state);
}

static void make_cgroup(const char *name)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", cgroups, name);
	rmdir(path);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void remove_cgroup(const char *name)
{
	char path[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", cgroups, name);
	assert_int_equal(cgroups_remove(path), 0);
}

static void enter_cgroup(size_t i, const char *name)
{
	char path[2 * PATH_MAX], pid[16];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/cgroup.procs", cgroups, name);
	snprintf(pid, sizeof(pid), "%d", (int)actor_pid(i));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pid, strlen(pid)), (ssize_t)strlen(pid));
	close(fd);
}

static void test_cgroup(void **state)
{
	pid_t child[4];

	(void)state;
	rmdir(filtered_text("%s/et-filter/below", cgroups)); /* left by a run that was killed */
	make_cgroup("et-filter");
	make_cgroup("et-filter/below");
	make_cgroup("et-filter-other");
	for (size_t i = 0; i < 4; i++)
		actor_begin(i);
	enter_cgroup(0, "et-filter");
	enter_cgroup(1, "et-filter/below");
	enter_cgroup(2, "et-filter-other");
	BEGIN("--cgroup=et-filter");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actor_pid(i), i < 2);
		EXPECT("EXIT", child[i], i < 2);
	}
	assert_int_equal(filtered_all(), 6);
	filtered_forget();

	/* A cgroup can also be named by its directory. */
	BEGIN(filtered_text("--exclude-cgroup=%s/et-filter", cgroups),
	      "--exclude-cgroup=/et-filter-other");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++) {
		EXPECT("FORK", actor_pid(i), i == 3);
		EXPECT("EXIT", child[i], i == 3);
	}
	assert_int_equal(filtered_dropped("process-fork"), 3);
	assert_int_equal(filtered_dropped("process-exit"), 3);
	filtered_forget();

	/*
	 * Two cgroups, neither of which is the first of the list above. A process must match the
	 * second one too.
	 */
	BEGIN("--cgroup=et-filter-other", "--cgroup=et-filter/below");
	for (size_t i = 0; i < 4; i++)
		child[i] = actor_fork(i);
	filtered_end();
	for (size_t i = 0; i < 4; i++)
		EXPECT("SETSID", child[i], i == 1 || i == 2);
	filtered_forget();
	for (size_t i = 0; i < 4; i++)
		actor_exit(i);
	remove_cgroup("et-filter/below");
	remove_cgroup("et-filter");
	remove_cgroup("et-filter-other");
}

static void test_usage_of_cgroups(void **state)
{
	(void)state;
	filtered_refused("--cgroup=et-no-such-cgroup", "there is no such cgroup of version 2");
	filtered_refused("--exclude-cgroup=/proc", "--exclude-cgroup=/proc");
}

int filter_cgroups(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_cgroup, mount_cgroups, actors_close),
		cmocka_unit_test_setup_teardown(test_usage_of_cgroups, mount_cgroups, actors_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
