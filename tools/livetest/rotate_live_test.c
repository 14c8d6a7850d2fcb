/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files are renamed while events are recorded, and SIGHUP requests new ones, as logrotate(8) does.
 * No event is lost or written twice. Each line and each record is whole in one file. Each recording
 * can be replayed alone.
 */
#define _GNU_SOURCE
#include <errno.h>
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
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/rotation.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"

#define NOBODY 65534

/* Rename the files to @path.@number and request new ones, as logrotate(8) does. */
static void rotate(const struct rotation_process *run, int number, bool recorded)
{
	assert_int_equal(rename(rotation_events, rotation_path(rotation_events, number)), 0);
	if (recorded)
		assert_int_equal(rename(rotation_record, rotation_path(rotation_record, number)),
				 0);
	assert_int_equal(kill(run->pid, SIGHUP), 0);
	rotation_wait_for(rotation_events);
	if (recorded)
		rotation_wait_for(rotation_record);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

/* Parts of a flood, each with a rotation; together ROTATION_WRITES. */
#define PARTS       8
#define PART_WRITES "25000"

/*
 * During a flood, rename the files and send SIGHUP. A slow eventstrace takes long for a rotation,
 * so the flood has parts: at least one rotation comes in each.
 */
static void check_flood(const char *ring_size, bool loses)
{
	const char *const flags[] = { "-o", rotation_events, "--record", rotation_record, ring_size,
				      NULL };
	struct rotation_process run = rotation_start(flags, NULL);
	int files = 0, status;
	char *err;

	rotation_wait_ready(&run, rotation_events);
	for (int part = 0; part < PARTS; part++) {
		pid_t pid = rotation_flood(PART_WRITES);

		do {
			usleep(30000);
			rotate(&run, ++files, true);
		} while (!has_ended(pid) && files < ROTATION_FILES_MAX - 10);
		assert_int_equal(proc_wait(pid, ROTATION_HANGS_MS, &status), 0);
		assert_int_equal(status, 0);
	}
	kill(run.pid, SIGTERM);
	status = rotation_finish(&run, &err);
	if (status)
		fail_msg("exit status %d: %s", status, err);
	rotation_check(err, files, loses);
	free(err);
}

static void test_flood(void **state)
{
	(void)state;
	check_flood("--ring-size=16M", false);
}

/* The same, with a ring that is too small for the flood. */
static void test_flood_with_losses(void **state)
{
	(void)state;
	check_flood("--ring-size=4K", true);
}

/* After SIGHUP, a file that was not renamed is continued. */
static void test_not_renamed(void **state)
{
	const char *const flags[] = { "-o", rotation_events, "--record", rotation_record, NULL };
	struct rotation_process run = rotation_start(flags, NULL);
	struct rotation_found lines = { 0 }, records = { 0 };
	char *err;

	(void)state;
	rotation_wait_ready(&run, rotation_events);
	rotation_write("10");
	rotation_wait_events(rotation_events, 10);
	kill(run.pid, SIGHUP);
	rotation_write("10");
	rotation_wait_events(rotation_events, 20);
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	rotation_find(&lines, rotation_events);
	assert_int_equal(lines.events, 20);
	assert_int_equal(rotation_replay(&records, rotation_record), 20);
	free(err);
}

/*
 * logrotate's option "create" makes the file, with its own user and mode. eventstrace continues
 * that file.
 */
static void test_created_by_another(void **state)
{
	const char *const flags[] = { "-o", rotation_events, "--record", rotation_record, NULL };
	struct rotation_process run = rotation_start(flags, NULL);
	struct rotation_found lines = { 0 }, records = { 0 };
	char *err, *text;
	struct stat st;
	size_t size;
	int fd;

	(void)state;
	rotation_wait_ready(&run, rotation_events);
	rotation_write("10");
	rotation_wait_events(rotation_events, 10);
	assert_int_equal(rename(rotation_events, rotation_path(rotation_events, 1)), 0);
	assert_int_equal(rename(rotation_record, rotation_path(rotation_record, 1)), 0);
	fd = open(rotation_events, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "{\"probes_initialized\":1", 23), 23);
	close(fd);
	/* The file for the recording exists and is not empty, so eventstrace refuses it. */
	fd = open(rotation_record, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "precious", 8), 8);
	close(fd);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "record again: the file is not empty");
	rotation_write("1");
	rotation_wait_events(rotation_events, 1);
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "record again: the file is not empty"))
		fail_msg("it says: %s", err);
	free(err);

	assert_int_equal(stat(rotation_record, &st), 0);
	assert_int_equal(st.st_size, 8);
	rotation_replay(&records, rotation_path(rotation_record, 1));
	rotation_find(&lines, rotation_path(rotation_events, 1));
	assert_int_equal(lines.events, 10);
	/* eventstrace has ended the part of a line with a newline. */
	text = output_file(rotation_events, &size);
	assert_memory_equal(text, "{\"probes_initialized\":1\n{\"event_type\"", 37);
	rotation_find_lines(&lines, text + 24);
	free(text);
	assert_int_equal(lines.events, records.events);
}

/* The folder was removed. eventstrace prints a message, and continues the file that is open. */
static void test_no_folder(void **state)
{
	char inner[128], path[160], aside[160], *err;
	const char *const flags[] = { "-o", path, NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;

	(void)state;
	snprintf(inner, sizeof(inner), "%s/inner", rotation_folder);
	snprintf(path, sizeof(path), "%s/events", inner);
	snprintf(aside, sizeof(aside), "%s/events", rotation_folder);
	assert_int_equal(mkdir(inner, 0700), 0);
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, path);
	rotation_write("10");
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(rmdir(inner), 0);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "/inner/events again");
	rotation_write("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "/inner/events again: No such file or directory: the file that was open "
			 "stays in use\n"))
		fail_msg("it says: %s", err);
	rotation_find(&lines, aside);
	assert_int_equal(lines.events, 20);
	assert_int_equal(summary_total(err, "written"), 20);
	free(err);
}

/* The new recording has no room for its header. eventstrace continues the old recording. */
static void test_no_room(void **state)
{
	const char *const flags[] = { "-o", "-", "--record", rotation_record, NULL };
	char filled[128], *err;
	struct rotation_found records = { 0 };
	struct rotation_process run;
	int fd;

	(void)state;
	assert_int_equal(mount("tmpfs", rotation_folder, "tmpfs", 0, "size=64k,mode=700"), 0);
	run = rotation_start(flags, NULL);
	/* The recording begins after eventstrace has attached its programs. */
	rotation_wait_ready(&run, rotation_record);
	rotation_write("10");
	assert_int_equal(rename(rotation_record, rotation_path(rotation_record, 1)), 0);
	snprintf(filled, sizeof(filled), "%s/fill", rotation_folder);
	fd = open(filled, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, rotation_folder, sizeof(rotation_folder)) > 0)
		;
	close(fd);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "/record again: No space left on device");
	unlink(filled);
	rotation_write("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "/record again: No space left on device: the file that was open stays in "
			 "use\n"))
		fail_msg("it says: %s", err);
	free(err);
	rotation_replay(&records, rotation_path(rotation_record, 1));
	umount2(rotation_folder, MNT_DETACH);
	assert_int_equal(records.events, 20);
}

/*
 * The rules for links and for files of other users also apply to the new file, and so does --mode.
 */
static void test_rules(void **state)
{
	const char *const flags[] = { "-o", rotation_events, "--mode=0640", NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;
	struct stat st;
	char *err;

	(void)state;
	assert_int_equal(chmod(rotation_folder, 0777), 0);
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, rotation_events);
	rotation_write("10");
	assert_int_equal(rename(rotation_events, rotation_path(rotation_events, 1)), 0);
	assert_int_equal(symlink("/tmp/eventstrace-rotate-link", rotation_events), 0);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "/events again: a symbolic link");
	rotation_write("10");
	assert_int_equal(unlink(rotation_events), 0);
	assert_int_equal(rename(rotation_path(rotation_events, 1), rotation_events), 0);
	rotate(&run, 2, false);
	assert_int_equal(stat(rotation_events, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* A file of another user is refused. */
	assert_int_equal(rename(rotation_events, rotation_path(rotation_events, 3)), 0);
	close(open(rotation_events, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	assert_int_equal(chown(rotation_events, NOBODY, NOBODY), 0);
	assert_int_equal(chmod(rotation_events, 0666), 0);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "/events again: in a directory that others can write");
	rotation_write("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "/events again: a symbolic link in a directory that others can write") ||
	    !strstr(err, "/events again: in a directory that others can write, no file is used"))
		fail_msg("it says: %s", err);
	assert_false(rotation_exists("/tmp/eventstrace-rotate-link"));
	assert_int_equal(stat(rotation_events, &st), 0);
	assert_int_equal(st.st_size, 0);
	rotation_find(&lines, rotation_path(rotation_events, 2));
	rotation_find(&lines, rotation_path(rotation_events, 3));
	assert_int_equal(lines.events, 30);
	free(err);
}

/* With --run-as, new files can be made in a folder of that user, and in no other. */
static void test_run_as(void **state)
{
	const char *const flags[] = { "-o", rotation_events, "--run-as=65534:65534", NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;
	struct stat st;
	char *err;

	(void)state;
	run = rotation_start(flags, NULL);
	rotation_wait_ready(&run, rotation_events);
	assert_int_equal(rename(rotation_events, rotation_path(rotation_events, 1)), 0);
	kill(run.pid, SIGHUP);
	rotation_wait_said(&run, "/events again: Permission denied");
	rotation_write("10");
	assert_false(rotation_exists(rotation_events));
	assert_int_equal(chown(rotation_folder, NOBODY, NOBODY), 0);
	kill(run.pid, SIGHUP);
	rotation_wait_for(rotation_events);
	rotation_write("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(rotation_finish(&run, &err), 0);
	if (!strstr(err, "/events again: Permission denied: the file that was open stays in use\n"))
		fail_msg("it says: %s", err);
	assert_int_equal(stat(rotation_events, &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	rotation_find(&lines, rotation_path(rotation_events, 1));
	rotation_find(&lines, rotation_events);
	assert_int_equal(lines.events, 20);
	free(err);
}

/* If no file is written, SIGHUP stops eventstrace. */
static void test_no_file(void **state)
{
	const char *argv[] = { runfiles_tool(), "-i", "-s", "-e", "exec", NULL };
	struct proc_options proc = { .argv = argv };
	int out[2], status;
	struct rotation_process run;
	char *err, c;

	(void)state;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	run.err = memfd_create("stderr", MFD_CLOEXEC);
	assert_true(run.err >= 0);
	proc.out = out[1];
	proc.err = run.err;
	assert_int_equal(proc_spawn(&proc, &run.pid), 0);
	close(out[1]);
	assert_int_equal(read(out[0], &c, 1), 1);
	kill(run.pid, SIGHUP);
	status = rotation_finish(&run, &err);
	if (status)
		fail_msg("exit status %d: %s", status, err);
	assert_true(summary_total(err, "attempted") == summary_total(err, "written"));
	close(out[0]);
	free(err);
}

static int terminal[2];

static int on_terminal(void *ctx)
{
	(void)ctx;
	return ioctl(terminal[1], TIOCSCTTY, 0) < 0 || dup2(terminal[1], STDIN_FILENO) < 0 ? errno
											   : 0;
}

/* If the terminal hangs up, eventstrace stops, even if it writes a file. */
static void test_terminal(void **state)
{
	const char *const flags[] = { "-o", rotation_events, NULL };
	struct rotation_found lines = { 0 };
	struct rotation_process run;
	char *err;

	(void)state;
	terminal[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal[0] >= 0);
	assert_int_equal(grantpt(terminal[0]) || unlockpt(terminal[0]), 0);
	terminal[1] = open(ptsname(terminal[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal[1] >= 0);
	run = rotation_start(flags, on_terminal);
	rotation_wait_ready(&run, rotation_events);
	close(terminal[1]);
	rotation_write("10");
	close(terminal[0]);
	assert_int_equal(rotation_finish(&run, &err), 0);
	rotation_find(&lines, rotation_events);
	assert_int_equal(lines.events, 10);
	free(err);
}

int main(int argc, char **argv)
{
#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, rotation_folder_make, rotation_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_flood),       TEST(test_flood_with_losses),
		TEST(test_not_renamed), TEST(test_created_by_another),
		TEST(test_no_folder),   TEST(test_no_room),
		TEST(test_rules),       TEST(test_run_as),
		TEST(test_no_file),     TEST(test_terminal),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
