/* SPDX-License-Identifier: BSD-2-Clause */
/* --rotate-size and --rotate-keep: the sizes and the number of the files. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
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

#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/rotation.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"

/* Return: the number of the oldest file. Check that no file is larger than @max bytes. */
static int oldest(const char *path, off_t max)
{
	struct stat st;
	int n = 0;

	while (stat(rotation_path(path, n), &st) == 0) {
		if (st.st_size > max)
			fail_msg("%s has %lld bytes", rotation_path(path, n),
				 (long long)st.st_size);
		/* A full file has no room for one more event and the end of the account. */
		if (n && st.st_size < max - 20000)
			fail_msg("%s has only %lld bytes", rotation_path(path, n),
				 (long long)st.st_size);
		n++;
	}
	return n - 1;
}

/*
 * Change the numbers: --rotate-size numbers files from the newest on, and the other tests from the
 * oldest on.
 */
static void turn_around(const char *path, int files)
{
	for (int i = 1; i <= files / 2; i++) {
		char name[160], other[160], aside[160];

		snprintf(name, sizeof(name), "%s.%d", path, i);
		snprintf(other, sizeof(other), "%s.%d", path, files + 1 - i);
		snprintf(aside, sizeof(aside), "%s.aside", path);
		assert_int_equal(rename(name, aside), 0);
		assert_int_equal(rename(other, name), 0);
		assert_int_equal(rename(aside, other), 0);
	}
}

static void check_sizes(const char *ring_size, bool loses, off_t size, const char *compress)
{
	char rotate[32];
	const char *const flags[] = {
		"-o",      rotation_events, "--record", rotation_record, "--rotate-keep=90", rotate,
		ring_size, compress,        NULL
	};
	struct rotation_process run;
	int files, records, status;
	char *err;

	snprintf(rotate, sizeof(rotate), "--rotate-size=%lldK", (long long)size >> 10);
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, rotation_events);
	rotation_write(ROTATION_WRITES);
	kill(run.pid, SIGTERM);
	status = rotation_finish(&run, &err);
	if (status)
		fail_msg("exit status %d: %s", status, err);
	files = oldest(rotation_events, size);
	records = oldest(rotation_record, size);
	if (!loses && !compress)
		assert_true(files > 5 && records > 10);
	assert_true(records > 1);
	turn_around(rotation_events, files);
	turn_around(rotation_record, records);
	rotation_check(err, records, loses);
	free(err);
}

static void test_sizes(void **state)
{
	(void)state;
	check_sizes("--ring-size=16M", false, 1 << 20, NULL);
}

static void test_sizes_with_losses(void **state)
{
	(void)state;
	check_sizes("--ring-size=64K", true, 1 << 20, NULL);
}

/* With compression, each file can be read alone, and none is larger than the limit. */
static void test_sizes_compressed(void **state)
{
	(void)state;
	check_sizes("--ring-size=16M", false, 256 << 10, "--compress=zstd");
}

/*
 * With compression, SIGKILL keeps all frames that were written. The next run with --append
 * continues the file.
 */
static void test_killed_compressed(void **state)
{
	const char *const flags[] = {
		"-o", rotation_events, "--record", rotation_record, "--compress=zstd", NULL
	};
	const char *const more[] = {
		runfiles_tool(), "-e",       "tty-write",       "-d", "0.1", "-o",
		rotation_events, "--append", "--compress=zstd", NULL
	};
	const char *argv[] = { runfiles_tool(), "--replay", rotation_record, NULL };
	struct proc_options proc = { .argv = argv };
	struct rotation_process run = rotation_start(flags, NULL);
	struct rotation_found lines = { 0 };
	char *err, *out;
	struct stat st;
	int status;

	(void)state;
	rotation_wait_ready(&run, rotation_events);
	rotation_write("100");
	usleep(300000);
	kill(run.pid, SIGKILL);
	close(run.err);
	assert_int_equal(proc_wait(run.pid, ROTATION_HANGS_MS, &status), 0);
	status = output_of(&proc, &out, &err);
	assert_int_equal(WEXITSTATUS(status), 1);
	if (!strstr(err, "was never finished at byte ") || !strstr(err, "uncompressed"))
		fail_msg("it says: %s", err);
	rotation_find_lines(&lines, out);
	assert_int_equal(lines.events, 100);
	free(out);
	free(err);

	/* Cut the last frame. Its lines cannot be read, and the next run removes them. */
	assert_int_equal(stat(rotation_events, &st), 0);
	assert_int_equal(truncate(rotation_events, st.st_size - 1), 0);
	proc.argv = more;
	status = output_of(&proc, NULL, &err);
	if (status || !strstr(err, " ended in the middle of a frame: its last "))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
	lines = (struct rotation_found){ 0 };
	rotation_find(&lines, rotation_events);
	assert_in_range(lines.events, 0, 99);
}

/* --rotate-keep limits the number of files. Older files are removed, also those of earlier runs. */
static void test_keep(void **state)
{
	/* The ring holds all events, also if the reader gets no CPU for a while. */
	const char *const flags[] = { "-o",
				      rotation_events,
				      "--rotate-size=64k",
				      "--rotate-keep=2",
				      "--append",
				      "--ring-size=bulk=16M",
				      NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;
	struct stat st;
	char *err;

	(void)state;
	for (int i = 1; i < 5; i++)
		close(open(rotation_path(rotation_events, i), O_WRONLY | O_CREAT | O_CLOEXEC,
			   0600));
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, rotation_events);
	rotation_write("20000");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	assert_int_equal(summary_total(err, "written"), 20000);
	free(err);
	assert_int_equal(oldest(rotation_events, 64 << 10), 2);
	for (int i = 3; i < 6; i++)
		assert_false(rotation_exists(rotation_path(rotation_events, i)));
	assert_int_equal(stat(rotation_path(rotation_events, 1), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* The remaining lines are the newest ones, without a gap. */
	for (int i = 2; i >= 0; i--)
		rotation_find(&lines, rotation_path(rotation_events, i));
	assert_true(lines.events > 2000);
	assert_int_equal(lines.lost, 0);
}

/* A file cannot be renamed. eventstrace prints a message, continues the file, and loses nothing. */
static void test_cannot_rename(void **state)
{
	const char *const flags[] = { "-o", rotation_events, "--rotate-size=64k", NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;
	char inside[160], *err;

	(void)state;
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, rotation_events);
	assert_int_equal(mkdir(rotation_path(rotation_events, 1), 0700), 0);
	assert_int_equal(mkdir(rotation_path(rotation_events, 2), 0700), 0);
	snprintf(inside, sizeof(inside), "%s.2/inside", rotation_events);
	assert_int_equal(mkdir(inside, 0700), 0);
	rotation_write("3000");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "eventstrace: cannot rotate ") || !strstr(err, "stays in use\n"))
		fail_msg("it says: %s", err);
	assert_int_equal(rmdir(inside), 0);
	rmdir(rotation_path(rotation_events, 1));
	assert_int_equal(rmdir(rotation_path(rotation_events, 2)), 0);
	rotation_find(&lines, rotation_events);
	assert_int_equal(lines.events, 3000);
	assert_int_equal(summary_total(err, "written"), 3000);
	free(err);
}

/* --rotate-size with a COMMAND, and with an output that is no file. */
static void test_sizes_of_command(void **state)
{
	const char *const argv[] = { runfiles_tool(),
				     "-e",
				     "tty-write",
				     "--fields",
				     "event_type,ts_ns",
				     "--rotate-size=64k",
				     "-o",
				     rotation_events,
				     "--",
				     runfiles_case("tty_flood"),
				     "3000",
				     "1",
				     NULL };
	const char *const device[] = { runfiles_tool(), "--rotate-size=64k", "-o", "/dev/null",
				       NULL };
	struct proc_options proc = { .argv = argv };
	struct rotation_found lines = { 0 };
	int status, files;
	char *err;

	(void)state;
	status = output_of(&proc, NULL, &err);
	if (status)
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
	files = oldest(rotation_events, 64 << 10);
	assert_int_equal(files, 2);
	for (int i = files; i >= 0; i--)
		rotation_find(&lines, rotation_path(rotation_events, i));
	assert_int_equal(lines.events + lines.lost, 3000);

	proc.argv = device;
	status = output_of(&proc, NULL, &err);
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_string_equal(err, "eventstrace: --rotate-size: /dev/null is no regular file\n");
	free(err);
}

int main(int argc, char **argv)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, rotation_folder_make, rotation_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_sizes),
		TEST(test_sizes_with_losses),
		TEST(test_sizes_compressed),
		TEST(test_killed_compressed),
		TEST(test_keep),
		TEST(test_cannot_rename),
		TEST(test_sizes_of_command),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
