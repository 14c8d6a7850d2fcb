/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory cgroup is too small. eventstrace reports that before the kernel kills it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cannot.h"
#include "tools/livetest/cgroups.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"

#define STATUS_OTHER 1

/*
 * A cgroup of this test with the memory controller, in the hierarchy of version 1 or 2; empty:
 * there is none.
 */
static char folder[PATH_MAX];
static const char *limit_file;

static bool write_to(const char *file, const char *text)
{
	char path[2 * PATH_MAX];
	bool written;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	written = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return written;
}

static bool make_cgroup(const struct mntent *m)
{
	bool v1 = strcmp(m->mnt_type, "cgroup") == 0;

	if (v1 ? !hasmntopt(m, "memory") : strcmp(m->mnt_type, "cgroup2") != 0)
		return false;
	snprintf(folder, sizeof(folder), "%s", m->mnt_dir);
	if (!v1 && !write_to("cgroup.subtree_control", "+memory"))
		return false;
	limit_file = v1 ? "memory.limit_in_bytes" : "memory.max";
	snprintf(folder, sizeof(folder), "%s/eventstrace-memory-%d", m->mnt_dir, (int)getpid());
	return mkdir(folder, 0755) == 0 && write_to(limit_file, "67108864");
}

static int find_cgroup(void **state)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m;

	(void)state;
	assert_non_null(f);
	do
		m = getmntent(f);
	while (m && !make_cgroup(m));
	endmntent(f);
	if (!m)
		*folder = '\0';
	return 0;
}

static int remove_cgroup(void **state)
{
	(void)state;
	return *folder ? cgroups_remove(folder) : 0;
}

static int enter(void *ctx)
{
	(void)ctx;
	return write_to("cgroup.procs", "0") ? 0 : EIO;
}

/*
 * Run eventstrace -a in the cgroup with a limit of @mib MiB. Return: its standard error, for
 * free(3). *@ret_status: as of waitpid(2).
 */
static char *run(unsigned int mib, int *ret_status)
{
	const char *argv[] = { runfiles_tool(), "-a", "-d", "0.3", NULL };
	struct proc_options proc = { .argv = argv, .prepare = enter };
	char text[32], *err;

	snprintf(text, sizeof(text), "%llu", mib * 1024ULL * 1024);
	assert_true(write_to(limit_file, text));
	*ret_status = output_of(&proc, NULL, &err);
	return err;
}

static bool has_cgroup(void)
{
	if (!*folder)
		assert_true(cannot("memory", "there is no memory cgroup that a test can make"));
	return *folder;
}

static void test_too_small(void **state)
{
	static const unsigned int sizes[] = { 4, 8, 12 };

	(void)state;
	if (!has_cgroup())
		return;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int status;
		char *err = run(sizes[i], &status);

		if (!WIFEXITED(status) || WEXITSTATUS(status) != STATUS_OTHER ||
		    !strstr(err, "the memory cgroup allows") || !strstr(err, "raise its limit"))
			fail_msg("%u MiB: wait status 0x%x: %s", sizes[i], (unsigned int)status,
				 err);
		free(err);
	}
}

/* eventstrace prints the warning first, even if the kernel kills it later. */
static void test_small(void **state)
{
	int status;
	char *err;

	(void)state;
	if (!has_cgroup())
		return;
	err = run(20, &status);
	if (!strstr(err, "warning: the memory cgroup allows 20480 KiB"))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
}

static void test_enough(void **state)
{
	int status;
	char *err;

	(void)state;
	if (!has_cgroup())
		return;
	err = run(64, &status);
	if (status || strstr(err, "memory cgroup"))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_too_small),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_enough),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("memory", tests, find_cgroup, remove_cgroup);
}
