/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files are renamed while events are recorded, as logrotate(8) does. No event is lost or written
 * twice. Each line and each record is whole in one file. Each recording can be replayed alone.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>
#include <zstd.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"

/* Time-out in ms that only a hanging eventstrace reaches. */
#define HANGS_MS 60000

#define NOBODY 65534

/* More files than any test makes. */
#define FILES_MAX 100

/* ---- files --------------------------------------------------------------------------------- */

static char folder[64], events_path[128], record_path[128];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/eventstrace-rotate-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(events_path, sizeof(events_path), "%s/events", folder);
	snprintf(record_path, sizeof(record_path), "%s/record", folder);
	return 0;
}

/* The path of a file: @path, or @path.@number if @number is not 0. */
static const char *numbered(const char *path, int number)
{
	static char names[2][160];
	static int next;

	next = !next;
	if (number)
		snprintf(names[next], sizeof(names[next]), "%s.%d", path, number);
	else
		snprintf(names[next], sizeof(names[next]), "%s", path);
	return names[next];
}

/* eventstrace of the current test, for remove_folder() after a failure; 0: none. */
static pid_t left;

static int remove_folder(void **state)
{
	(void)state;
	if (left) {
		kill(left, SIGKILL);
		(void)waitpid(left, NULL, 0);
		left = 0;
	}
	(void)umount2(folder, MNT_DETACH);
	for (int i = 0; i < FILES_MAX; i++) {
		(void)unlink(numbered(events_path, i));
		(void)unlink(numbered(record_path, i));
	}
	return rmdir(folder);
}

static char *read_file(const char *path, size_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;

	if (fd < 0 || fstat(fd, &st) < 0)
		fail_msg("%s: %s", path, strerror(errno));
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	assert_int_equal(read(fd, text, (size_t)st.st_size), st.st_size);
	close(fd);
	text[st.st_size] = '\0';
	*ret_size = (size_t)st.st_size;
	return text;
}

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* ---- eventstrace --------------------------------------------------------------------------- */

struct run {
	pid_t pid;
	int err[2];
};

/*
 * Start eventstrace. It records terminal writes of this process's descendants only, as short lines.
 */
static struct run start(const char *const *flags, int (*prepare)(void *))
{
	char tree[32];
	const char *argv[24] = { runfiles_tool(),   "-s", "-e", "tty-write", tree, "--fields",
				 "event_type,ts_ns" };
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	struct run run;
	size_t argc = 7;
	bool compressed = false;

	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	while (*flags) {
		compressed |= !strncmp(*flags, "--compress", 10);
		argv[argc++] = *flags++;
	}
	/*
	 * This option prints a first line, so the test sees that eventstrace has attached its
	 * programs.
	 */
	argv[argc++] = compressed ? "--header" : "-i";
	assert_int_equal(pipe2(run.err, O_CLOEXEC), 0);
	proc.err = run.err[1];
	assert_int_equal(proc_spawn(&proc, &run.pid), 0);
	close(run.err[1]);
	left = run.pid;
	return run;
}

/* Wait until the first line is in the file @path. */
static void wait_until_ready(const struct run *run, const char *path)
{
	struct stat st = { 0 };
	int status;

	while (stat(path, &st) < 0 || !st.st_size) {
		if (waitpid(run->pid, &status, WNOHANG) != 0)
			fail_msg("it ended with status 0x%x: %s", (unsigned int)status,
				 proc_read_all(run->err[0], 100));
		usleep(1000);
	}
}

/* Return: the exit status; *@ret_err: the standard error, for free(3). */
static int finish(struct run *run, char **ret_err)
{
	int status = 0;

	*ret_err = proc_read_all(run->err[0], HANGS_MS);
	close(run->err[0]);
	assert_int_equal(proc_wait(run->pid, HANGS_MS, &status), 0);
	left = 0;
	if (!WIFEXITED(status))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, *ret_err);
	return WEXITSTATUS(status);
}

/* Wait until the file @path exists. */
static void wait_for(const char *path)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(5000) * 1000000;

	while (!exists(path)) {
		if (proc_now_ns() > end)
			fail_msg("there is no %s", path);
		usleep(500);
	}
}

/* Rename the files to @path.@number and request new ones, as logrotate(8) does. */
static void rotate(const struct run *run, int number, bool recorded)
{
	assert_int_equal(rename(events_path, numbered(events_path, number)), 0);
	if (recorded)
		assert_int_equal(rename(record_path, numbered(record_path, number)), 0);
	assert_int_equal(kill(run->pid, SIGHUP), 0);
	wait_for(events_path);
	if (recorded)
		wait_for(record_path);
}

/* ---- a flood ------------------------------------------------------------------------------- */

/* All events come from one CPU, so the sequence numbers of one lane show each missing event. */
static int stay_on_cpu(void *ctx)
{
	cpu_set_t set;

	(void)ctx;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? errno : 0;
}

static pid_t flood(const char *count)
{
	const char *argv[] = { runfiles_case("tty_flood"), count, "1", NULL };
	struct proc_options proc = { .argv = argv, .prepare = stay_on_cpu };
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	return pid;
}

static void write_some(const char *count)
{
	int status;

	assert_int_equal(proc_wait(flood(count), HANGS_MS, &status), 0);
	assert_int_equal(status, 0);
}

static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

/* ---- contents of the files ----------------------------------------------------------------- */

struct found {
	uint64_t events, lost;
	uint64_t last_ns; /* time of the last event */
};

static void find_line(struct found *found, const char *line, size_t size)
{
	yyjson_doc *doc = yyjson_read(line, size, 0);
	yyjson_val *root = yyjson_doc_get_root(doc);
	const char *type = yyjson_get_str(yyjson_obj_get(root, "event_type"));
	uint64_t ts = yyjson_get_uint(yyjson_obj_get(root, "ts_ns"));

	if (!doc)
		fail_msg("no JSON: %.*s", (int)size, line);
	if (type && !strcmp(type, "LOST")) {
		found->lost += yyjson_get_uint(yyjson_obj_get(root, "count"));
	} else if (type) {
		/*
		 * One thread makes all writes, so times increase. An event that is written twice
		 * would not be later than the one before.
		 */
		if (ts <= found->last_ns)
			fail_msg("%.*s comes after %llu", (int)size, line,
				 (unsigned long long)found->last_ns);
		found->last_ns = ts;
		found->events++;
	} else {
		assert_true(yyjson_obj_get(root, "probes_initialized") ||
			    yyjson_obj_get(root, "header"));
	}
	yyjson_doc_free(doc);
}

/* Read the lines of a file, which must all be whole. */
static void find_lines(struct found *found, const char *text)
{
	while (*text) {
		const char *end = strchr(text, '\n');

		if (!end)
			fail_msg("a part of a line: %s", text);
		find_line(found, text, (size_t)(end - text));
		text = end + 1;
	}
}

/* Decompress a file of complete frames. */
static char *decompress(char *bytes, size_t *size)
{
	const size_t room = 1 << 28;
	char *text = must_realloc(NULL, room);
	size_t len = ZSTD_decompress(text, room - 1, bytes, *size);

	if (ZSTD_isError(len))
		fail_msg("%s", ZSTD_getErrorName(len));
	free(bytes);
	text[len] = '\0';
	*size = len;
	return text;
}

static void find_in(struct found *found, const char *path)
{
	size_t size;
	char *text = read_file(path, &size);

	if (!memcmp(text, "\x28\xb5\x2f\xfd", 4))
		text = decompress(text, &size);
	assert_int_equal(strlen(text), size);
	find_lines(found, text);
	free(text);
}

/* Replay one recording. Return: the attempted events of its account. */
static uint64_t replay(struct found *found, const char *path)
{
	const char *argv[] = { runfiles_tool(), "--replay",         path, "-s",
			       "--fields",      "event_type,ts_ns", NULL };
	struct proc_options proc = { .argv = argv };
	struct found here = { .last_ns = found->last_ns };
	uint64_t attempted;
	yyjson_val *root;
	yyjson_doc *doc;
	char *out, *err;
	int status;

	status = output_of(&proc, &out, &err);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("%s: wait status 0x%x: %s", path, (unsigned int)status, err);
	find_lines(&here, out);
	doc = summary_read(err);
	root = yyjson_doc_get_root(doc);
	if (!yyjson_get_bool(yyjson_obj_get(root, "accounted")) ||
	    !yyjson_get_bool(yyjson_obj_get(root, "whole")))
		fail_msg("%s is not accounted for: %s", path, err);
	yyjson_doc_free(doc);
	/* The account of a recording contains only its own events and losses. */
	attempted = summary_total(err, "attempted");
	assert_int_equal(summary_total(err, "sent"), here.events);
	assert_int_equal(summary_total(err, "lost"), here.lost);
	assert_int_equal(attempted, here.events + here.lost);
	found->events += here.events;
	found->lost += here.lost;
	found->last_ns = here.last_ns;
	free(out);
	free(err);
	return attempted;
}

/*
 * Replay all recordings together, except the one numbered @without; 0: all. Return: standard error.
 */
static char *replay_together(struct found *found, int files, int without, int *ret_status)
{
	static char paths[FILES_MAX][160];
	const char *argv[FILES_MAX + 8] = { runfiles_tool(), "-s", "--fields", "event_type,ts_ns",
					    "--replay" };
	struct proc_options proc = { .argv = argv };
	char *out, *err;
	size_t argc = 5;

	for (int i = 1; i <= files + 1; i++) {
		if (i == without)
			continue;
		snprintf(paths[i - 1], sizeof(paths[0]), "%s",
			 numbered(record_path, i <= files ? i : 0));
		argv[argc++] = paths[i - 1];
	}
	*ret_status = output_of(&proc, &out, &err);
	find_lines(found, out);
	free(out);
	return err;
}

/*
 * The number of a recording that has events, and between recordings that have events too; 0: there
 * is none.
 */
static int find_middle(int files)
{
	int middle = 0, seen = 0;

	for (int i = 1; i <= files + 1; i++) {
		struct found here = { 0 };

		replay(&here, numbered(record_path, i <= files ? i : 0));
		if (!here.events)
			continue;
		seen++;
		if (seen == 2)
			middle = i;
		if (seen == 3)
			return middle;
	}
	return 0;
}

static void check_together(int files, const struct found *records, uint64_t attempted)
{
	struct found all = { 0 }, some = { 0 }, missing = { 0 };
	int middle = find_middle(files);
	char *err = replay_together(&all, files, 0, &(int){ 0 });
	int status;
	yyjson_doc *doc = summary_read(err);

	assert_true(yyjson_get_bool(yyjson_obj_get(yyjson_doc_get_root(doc), "accounted")));
	yyjson_doc_free(doc);
	assert_int_equal(all.events, records->events);
	assert_int_equal(all.lost, records->lost);
	assert_int_equal(summary_total(err, "attempted"), attempted);
	free(err);

	/* Without a recording in the middle, the replay reports its events as missing. */
	assert_true(middle > 0);
	replay(&missing, numbered(record_path, middle));
	err = replay_together(&some, files, middle, &status);
	if (status)
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	assert_int_equal(some.events, records->events - missing.events);
	doc = summary_read(err);
	assert_false(yyjson_get_bool(yyjson_obj_get(yyjson_doc_get_root(doc), "accounted")));
	yyjson_doc_free(doc);
	assert_true(some.lost > records->lost - missing.lost);
	assert_true(some.lost <= records->lost + missing.events);
	free(err);
}

/* ---- tests --------------------------------------------------------------------------------- */

#define WRITES "200000"

/*
 * Check that the number of writes, the summary @err, the lines and the recordings agree. @files:
 * the files are numbered from 1, the oldest, on. The file without a number is the newest.
 */
static void check_account(const char *err, int files, bool loses)
{
	const uint64_t writes = strtoul(WRITES, NULL, 10);
	struct found lines = { 0 }, records = { 0 };
	uint64_t attempted = 0;

	for (int i = 1; exists(numbered(events_path, i)); i++)
		find_in(&lines, numbered(events_path, i));
	find_in(&lines, events_path);
	for (int i = 1; i <= files; i++)
		attempted += replay(&records, numbered(record_path, i));
	attempted += replay(&records, record_path);

	assert_int_equal(summary_total(err, "attempted"), writes);
	assert_int_equal(summary_total(err, "written"), lines.events);
	assert_int_equal(lines.events + lines.lost, writes);
	assert_int_equal(records.events, lines.events);
	assert_int_equal(records.lost, lines.lost);
	assert_int_equal(attempted, writes);
	assert_true(!loses || lines.lost);
	check_together(files, &records, attempted);
}

/* Several times during a flood, rename the files and send SIGHUP. */
static void check_flood(const char *ring_size, bool loses)
{
	const char *const flags[] = { "-o", events_path, "--record", record_path, ring_size, NULL };
	struct run run = start(flags, NULL);
	int files = 0, status;
	pid_t pid;
	char *err;

	wait_until_ready(&run, events_path);
	pid = flood(WRITES);
	while (!has_ended(pid) && files < FILES_MAX - 10) {
		usleep(30000);
		rotate(&run, ++files, true);
	}
	assert_int_equal(proc_wait(pid, HANGS_MS, &status), 0);
	assert_int_equal(status, 0);
	assert_true(files > 3);
	kill(run.pid, SIGTERM);
	status = finish(&run, &err);
	if (status)
		fail_msg("exit status %d: %s", status, err);
	check_account(err, files, loses);
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
	const char *const flags[] = { "-o", events_path, "--record", record_path, NULL };
	struct run run = start(flags, NULL);
	struct found lines = { 0 }, records = { 0 };
	char *err;

	(void)state;
	wait_until_ready(&run, events_path);
	write_some("10");
	kill(run.pid, SIGHUP);
	write_some("10");
	usleep(200000);
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	find_in(&lines, events_path);
	assert_int_equal(lines.events, 20);
	assert_int_equal(replay(&records, record_path), 20);
	free(err);
}

/*
 * logrotate's option "create" makes the file, with its own user and mode. eventstrace continues
 * that file.
 */
static void test_created_by_another(void **state)
{
	const char *const flags[] = { "-o", events_path, "--record", record_path, NULL };
	struct run run = start(flags, NULL);
	struct found lines = { 0 }, records = { 0 };
	char *err, *text;
	struct stat st;
	size_t size;
	int fd;

	(void)state;
	wait_until_ready(&run, events_path);
	write_some("10");
	usleep(200000);
	assert_int_equal(rename(events_path, numbered(events_path, 1)), 0);
	assert_int_equal(rename(record_path, numbered(record_path, 1)), 0);
	fd = open(events_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "{\"probes_initialized\":1", 23), 23);
	close(fd);
	/* The file for the recording exists and is not empty, so eventstrace refuses it. */
	fd = open(record_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, "precious", 8), 8);
	close(fd);
	kill(run.pid, SIGHUP);
	for (int i = 0; i < 50 && (stat(events_path, &st) || st.st_size < 30); i++) {
		write_some("1");
		usleep(100000);
	}
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "record again: the file is not empty"))
		fail_msg("it says: %s", err);
	free(err);

	assert_int_equal(stat(record_path, &st), 0);
	assert_int_equal(st.st_size, 8);
	replay(&records, numbered(record_path, 1));
	find_in(&lines, numbered(events_path, 1));
	assert_int_equal(lines.events, 10);
	/* eventstrace has ended the part of a line with a newline. */
	text = read_file(events_path, &size);
	assert_memory_equal(text, "{\"probes_initialized\":1\n{\"event_type\"", 37);
	find_lines(&lines, text + 24);
	free(text);
	assert_int_equal(lines.events, records.events);
}

/* The folder was removed. eventstrace prints a message, and continues the file that is open. */
static void test_no_folder(void **state)
{
	char inner[128], path[160], aside[160], *err;
	const char *const flags[] = { "-o", path, NULL };
	struct found lines = { 0 };
	struct run run;

	(void)state;
	snprintf(inner, sizeof(inner), "%s/inner", folder);
	snprintf(path, sizeof(path), "%s/events", inner);
	snprintf(aside, sizeof(aside), "%s/events", folder);
	assert_int_equal(mkdir(inner, 0700), 0);
	run = start(flags, NULL);
	wait_until_ready(&run, path);
	write_some("10");
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(rmdir(inner), 0);
	kill(run.pid, SIGHUP);
	usleep(300000);
	write_some("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "/inner/events again: No such file or directory: the file that was open "
			 "stays in use\n"))
		fail_msg("it says: %s", err);
	find_in(&lines, aside);
	assert_int_equal(lines.events, 20);
	assert_int_equal(summary_total(err, "written"), 20);
	free(err);
}

/* The new recording has no room for its header. eventstrace continues the old recording. */
static void test_no_room(void **state)
{
	const char *const flags[] = { "-o", "-", "--record", record_path, NULL };
	char filled[128], *err;
	struct found records = { 0 };
	struct run run;
	struct stat st;
	int fd;

	(void)state;
	assert_int_equal(mount("tmpfs", folder, "tmpfs", 0, "size=64k,mode=700"), 0);
	run = start(flags, NULL);
	while (stat(record_path, &st) < 0 || !st.st_size)
		usleep(1000);
	sleep(1);
	write_some("10");
	usleep(200000);
	assert_int_equal(rename(record_path, numbered(record_path, 1)), 0);
	snprintf(filled, sizeof(filled), "%s/fill", folder);
	fd = open(filled, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(fd, folder, sizeof(folder)) > 0)
		;
	close(fd);
	kill(run.pid, SIGHUP);
	usleep(300000);
	unlink(filled);
	write_some("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "/record again: No space left on device: the file that was open stays in "
			 "use\n"))
		fail_msg("it says: %s", err);
	free(err);
	replay(&records, numbered(record_path, 1));
	umount2(folder, MNT_DETACH);
	assert_int_equal(records.events, 20);
}

/*
 * The rules for links and for files of other users also apply to the new file, and so does --mode.
 */
static void test_rules(void **state)
{
	const char *const flags[] = { "-o", events_path, "--mode=0640", NULL };
	struct found lines = { 0 };
	struct run run;
	struct stat st;
	char *err;

	(void)state;
	assert_int_equal(chmod(folder, 0777), 0);
	run = start(flags, NULL);
	wait_until_ready(&run, events_path);
	write_some("10");
	assert_int_equal(rename(events_path, numbered(events_path, 1)), 0);
	assert_int_equal(symlink("/tmp/eventstrace-rotate-link", events_path), 0);
	kill(run.pid, SIGHUP);
	usleep(300000);
	write_some("10");
	usleep(200000);
	assert_int_equal(unlink(events_path), 0);
	assert_int_equal(rename(numbered(events_path, 1), events_path), 0);
	rotate(&run, 2, false);
	assert_int_equal(stat(events_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	/* A file of another user is refused. */
	assert_int_equal(rename(events_path, numbered(events_path, 3)), 0);
	close(open(events_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	assert_int_equal(chown(events_path, NOBODY, NOBODY), 0);
	assert_int_equal(chmod(events_path, 0666), 0);
	kill(run.pid, SIGHUP);
	usleep(300000);
	write_some("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "/events again: a symbolic link in a directory that others can write") ||
	    !strstr(err, "/events again: in a directory that others can write, no file is used"))
		fail_msg("it says: %s", err);
	assert_false(exists("/tmp/eventstrace-rotate-link"));
	assert_int_equal(stat(events_path, &st), 0);
	assert_int_equal(st.st_size, 0);
	find_in(&lines, numbered(events_path, 2));
	find_in(&lines, numbered(events_path, 3));
	assert_int_equal(lines.events, 30);
	free(err);
}

/* With --run-as, new files can be made in a folder of that user, and in no other. */
static void test_run_as(void **state)
{
	const char *const flags[] = { "-o", events_path, "--run-as=65534:65534", NULL };
	struct found lines = { 0 };
	struct run run;
	struct stat st;
	char *err;

	(void)state;
	run = start(flags, NULL);
	wait_until_ready(&run, events_path);
	assert_int_equal(rename(events_path, numbered(events_path, 1)), 0);
	kill(run.pid, SIGHUP);
	usleep(300000);
	write_some("10");
	assert_false(exists(events_path));
	assert_int_equal(chown(folder, NOBODY, NOBODY), 0);
	kill(run.pid, SIGHUP);
	wait_for(events_path);
	write_some("10");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "/events again: Permission denied: the file that was open stays in use\n"))
		fail_msg("it says: %s", err);
	assert_int_equal(stat(events_path, &st), 0);
	assert_int_equal(st.st_uid, NOBODY);
	find_in(&lines, numbered(events_path, 1));
	find_in(&lines, events_path);
	assert_int_equal(lines.events, 20);
	free(err);
}

/* If no file is written, SIGHUP stops eventstrace. */
static void test_no_file(void **state)
{
	const char *argv[] = { runfiles_tool(), "-i", "-s", "-e", "exec", NULL };
	struct proc_options proc = { .argv = argv };
	int out[2], status;
	struct run run;
	char *err, c;

	(void)state;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(run.err, O_CLOEXEC), 0);
	proc.out = out[1];
	proc.err = run.err[1];
	assert_int_equal(proc_spawn(&proc, &run.pid), 0);
	close(out[1]);
	close(run.err[1]);
	assert_int_equal(read(out[0], &c, 1), 1);
	kill(run.pid, SIGHUP);
	status = finish(&run, &err);
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
	const char *const flags[] = { "-o", events_path, NULL };
	struct found lines = { 0 };
	struct run run;
	char *err;

	(void)state;
	terminal[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal[0] >= 0);
	assert_int_equal(grantpt(terminal[0]) || unlockpt(terminal[0]), 0);
	terminal[1] = open(ptsname(terminal[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(terminal[1] >= 0);
	run = start(flags, on_terminal);
	wait_until_ready(&run, events_path);
	close(terminal[1]);
	write_some("10");
	close(terminal[0]);
	assert_int_equal(finish(&run, &err), 0);
	find_in(&lines, events_path);
	assert_int_equal(lines.events, 10);
	free(err);
}

/* ---- --rotate-size ------------------------------------------------------------------------- */

/* Return: the number of the oldest file. Check that no file is larger than @max bytes. */
static int oldest(const char *path, off_t max)
{
	struct stat st;
	int n = 0;

	while (stat(numbered(path, n), &st) == 0) {
		if (st.st_size > max)
			fail_msg("%s has %lld bytes", numbered(path, n), (long long)st.st_size);
		/* A full file has no room for one more event and the end of the account. */
		if (n && st.st_size < max - 20000)
			fail_msg("%s has only %lld bytes", numbered(path, n),
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
	const char *const flags[] = { "-o",        events_path,        "--record",
				      record_path, "--rotate-keep=90", rotate,
				      ring_size,   compress,           NULL };
	struct run run;
	int files, records, status;
	char *err;

	snprintf(rotate, sizeof(rotate), "--rotate-size=%lldK", (long long)size >> 10);
	run = start(flags, NULL);
	wait_until_ready(&run, events_path);
	write_some(WRITES);
	kill(run.pid, SIGTERM);
	status = finish(&run, &err);
	if (status)
		fail_msg("exit status %d: %s", status, err);
	files = oldest(events_path, size);
	records = oldest(record_path, size);
	if (!loses && !compress)
		assert_true(files > 5 && records > 10);
	assert_true(records > 1);
	turn_around(events_path, files);
	turn_around(record_path, records);
	check_account(err, records, loses);
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
	const char *const flags[] = { "-o",        events_path,       "--record",
				      record_path, "--compress=zstd", NULL };
	const char *const more[] = {
		runfiles_tool(), "-e",       "tty-write",       "-d", "0.1", "-o",
		events_path,     "--append", "--compress=zstd", NULL
	};
	const char *argv[] = { runfiles_tool(), "--replay", record_path, NULL };
	struct proc_options proc = { .argv = argv };
	struct run run = start(flags, NULL);
	struct found lines = { 0 };
	char *err, *out;
	struct stat st;
	int status;

	(void)state;
	wait_until_ready(&run, events_path);
	write_some("100");
	usleep(300000);
	kill(run.pid, SIGKILL);
	free(proc_read_all(run.err[0], HANGS_MS));
	close(run.err[0]);
	assert_int_equal(proc_wait(run.pid, HANGS_MS, &status), 0);
	status = output_of(&proc, &out, &err);
	assert_int_equal(WEXITSTATUS(status), 1);
	if (!strstr(err, "was never finished at byte ") || !strstr(err, "uncompressed"))
		fail_msg("it says: %s", err);
	find_lines(&lines, out);
	assert_int_equal(lines.events, 100);
	free(out);
	free(err);

	/* Cut the last frame. Its lines cannot be read, and the next run removes them. */
	assert_int_equal(stat(events_path, &st), 0);
	assert_int_equal(truncate(events_path, st.st_size - 1), 0);
	proc.argv = more;
	status = output_of(&proc, NULL, &err);
	if (status || !strstr(err, " ended in the middle of a frame: its last "))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
	lines = (struct found){ 0 };
	find_in(&lines, events_path);
	assert_in_range(lines.events, 0, 99);
}

/* --rotate-keep limits the number of files. Older files are removed, also those of earlier runs. */
static void test_keep(void **state)
{
	/* The ring holds all events, also if the reader gets no CPU for a while. */
	const char *const flags[] = { "-o",
				      events_path,
				      "--rotate-size=64k",
				      "--rotate-keep=2",
				      "--append",
				      "--ring-size=bulk=16M",
				      NULL };
	struct found lines = { 0 };
	struct run run;
	struct stat st;
	char *err;

	(void)state;
	for (int i = 1; i < 5; i++)
		close(open(numbered(events_path, i), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	run = start(flags, NULL);
	wait_until_ready(&run, events_path);
	write_some("20000");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	assert_int_equal(summary_total(err, "written"), 20000);
	free(err);
	assert_int_equal(oldest(events_path, 64 << 10), 2);
	for (int i = 3; i < 6; i++)
		assert_false(exists(numbered(events_path, i)));
	assert_int_equal(stat(numbered(events_path, 1), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* The remaining lines are the newest ones, without a gap. */
	for (int i = 2; i >= 0; i--)
		find_in(&lines, numbered(events_path, i));
	assert_true(lines.events > 2000);
	assert_int_equal(lines.lost, 0);
}

/* A file cannot be renamed. eventstrace prints a message, continues the file, and loses nothing. */
static void test_cannot_rename(void **state)
{
	const char *const flags[] = { "-o", events_path, "--rotate-size=64k", NULL };
	struct found lines = { 0 };
	struct run run;
	char inside[160], *err;

	(void)state;
	run = start(flags, NULL);
	wait_until_ready(&run, events_path);
	assert_int_equal(mkdir(numbered(events_path, 1), 0700), 0);
	assert_int_equal(mkdir(numbered(events_path, 2), 0700), 0);
	snprintf(inside, sizeof(inside), "%s.2/inside", events_path);
	assert_int_equal(mkdir(inside, 0700), 0);
	write_some("3000");
	kill(run.pid, SIGTERM);
	assert_int_equal(finish(&run, &err), 0);
	if (!strstr(err, "eventstrace: cannot rotate ") || !strstr(err, "stays in use\n"))
		fail_msg("it says: %s", err);
	assert_int_equal(rmdir(inside), 0);
	rmdir(numbered(events_path, 1));
	assert_int_equal(rmdir(numbered(events_path, 2)), 0);
	find_in(&lines, events_path);
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
				     events_path,
				     "--",
				     runfiles_case("tty_flood"),
				     "3000",
				     "1",
				     NULL };
	const char *const device[] = { runfiles_tool(), "--rotate-size=64k", "-o", "/dev/null",
				       NULL };
	struct proc_options proc = { .argv = argv };
	struct found lines = { 0 };
	int status, files;
	char *err;

	(void)state;
	status = output_of(&proc, NULL, &err);
	if (status)
		fail_msg("wait status 0x%x: %s", (unsigned int)status, err);
	free(err);
	files = oldest(events_path, 64 << 10);
	assert_int_equal(files, 2);
	for (int i = files; i >= 0; i--)
		find_in(&lines, numbered(events_path, i));
	assert_int_equal(lines.events + lines.lost, 3000);

	proc.argv = device;
	status = output_of(&proc, NULL, &err);
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_string_equal(err, "eventstrace: --rotate-size: /dev/null is no regular file\n");
	free(err);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(test_flood),
		TEST(test_flood_with_losses),
		TEST(test_not_renamed),
		TEST(test_no_folder),
		TEST(test_created_by_another),
		TEST(test_no_room),
		TEST(test_rules),
		TEST(test_run_as),
		TEST(test_no_file),
		TEST(test_terminal),
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
