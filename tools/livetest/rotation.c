/* SPDX-License-Identifier: BSD-2-Clause */
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
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>
#include <zstd.h>

#include "tools/livetest/memory.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/rotation.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"

char rotation_folder[64], rotation_events[128], rotation_record[128];

int rotation_folder_make(void **state)
{
	(void)state;
	snprintf(rotation_folder, sizeof(rotation_folder), "/tmp/eventstrace-rotate-XXXXXX");
	if (!mkdtemp(rotation_folder))
		return -1;
	snprintf(rotation_events, sizeof(rotation_events), "%s/events", rotation_folder);
	snprintf(rotation_record, sizeof(rotation_record), "%s/record", rotation_folder);
	return 0;
}

const char *rotation_path(const char *path, int number)
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

/* eventstrace of the current test, for rotation_folder_remove() after a failure; 0: none. */
static pid_t running;

int rotation_folder_remove(void **state)
{
	(void)state;
	if (running) {
		kill(running, SIGKILL);
		(void)waitpid(running, NULL, 0);
		running = 0;
	}
	(void)umount2(rotation_folder, MNT_DETACH);
	for (int i = 0; i < ROTATION_FILES_MAX; i++) {
		(void)unlink(rotation_path(rotation_events, i));
		(void)unlink(rotation_path(rotation_record, i));
	}
	return rmdir(rotation_folder);
}

bool rotation_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

struct rotation_process rotation_start(const char *const *flags, int (*prepare)(void *))
{
	char tree[32];
	const char *argv[24] = { runfiles_tool(),   "-s", "-e", "tty-write", tree, "--fields",
				 "event_type,ts_ns" };
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	struct rotation_process run;
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
	run.err = memfd_create("stderr", MFD_CLOEXEC);
	assert_true(run.err >= 0);
	proc.err = run.err;
	assert_int_equal(proc_spawn(&proc, &run.pid), 0);
	running = run.pid;
	return run;
}

/* Standard error up to now, for free(3). */
static char *said(const struct rotation_process *run)
{
	struct stat st;
	char *text;

	assert_int_equal(fstat(run->err, &st), 0);
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	assert_int_equal(pread(run->err, text, (size_t)st.st_size, 0), st.st_size);
	text[st.st_size] = '\0';
	return text;
}

static uint64_t deadline(void)
{
	return proc_now_ns() + (uint64_t)proc_scaled_ms(ROTATION_HANGS_MS) * 1000000;
}

void rotation_wait_said(const struct rotation_process *run, const char *words)
{
	uint64_t end = deadline();
	bool found = false;

	while (!found) {
		char *text = said(run);

		found = strstr(text, words) != NULL;
		if (!found && proc_now_ns() > end)
			fail_msg("it does not say \"%s\": %s", words, text);
		free(text);
		usleep(500);
	}
}

void rotation_wait_events(const char *path, size_t count)
{
	static const char member[] = "\"event_type\":";
	uint64_t end = deadline();
	size_t found = 0;

	while (found < count) {
		char *text = output_file(path, NULL);

		found = 0;
		for (const char *at = text; (at = strstr(at, member)); at++)
			found++;
		free(text);
		if (proc_now_ns() > end)
			fail_msg("%s has %zu events, not %zu", path, found, count);
		usleep(500);
	}
}

void rotation_wait_ready(const struct rotation_process *run, const char *path)
{
	struct stat st = { 0 };
	int status;

	while (stat(path, &st) < 0 || !st.st_size) {
		if (waitpid(run->pid, &status, WNOHANG) != 0)
			fail_msg("it ended with status 0x%x: %s", (unsigned int)status, said(run));
		usleep(1000);
	}
}

int rotation_finish(struct rotation_process *run, char **ret_err)
{
	int status = 0;

	assert_int_equal(proc_wait(run->pid, ROTATION_HANGS_MS, &status), 0);
	*ret_err = said(run);
	close(run->err);
	running = 0;
	if (!WIFEXITED(status))
		fail_msg("wait status 0x%x: %s", (unsigned int)status, *ret_err);
	return WEXITSTATUS(status);
}

void rotation_wait_for(const char *path)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(5000) * 1000000;

	while (!rotation_exists(path)) {
		if (proc_now_ns() > end)
			fail_msg("there is no %s", path);
		usleep(500);
	}
}

/* All events come from one CPU, so the sequence numbers of one lane show each missing event. */
static int stay_on_cpu(void *ctx)
{
	cpu_set_t set;

	(void)ctx;
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? errno : 0;
}

pid_t rotation_flood(const char *count)
{
	const char *argv[] = { runfiles_case("tty_flood"), count, "1", NULL };
	struct proc_options proc = { .argv = argv, .prepare = stay_on_cpu };
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	return pid;
}

void rotation_write(const char *count)
{
	int status;

	assert_int_equal(proc_wait(rotation_flood(count), ROTATION_HANGS_MS, &status), 0);
	assert_int_equal(status, 0);
}

static void find_line(struct rotation_found *found, const char *line, size_t size)
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

void rotation_find_lines(struct rotation_found *found, const char *text)
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

void rotation_find(struct rotation_found *found, const char *path)
{
	size_t size;
	char *text = output_file(path, &size);

	if (!memcmp(text, "\x28\xb5\x2f\xfd", 4))
		text = decompress(text, &size);
	assert_int_equal(strlen(text), size);
	rotation_find_lines(found, text);
	free(text);
}

uint64_t rotation_replay(struct rotation_found *found, const char *path)
{
	const char *argv[] = { runfiles_tool(), "--replay",         path, "-s",
			       "--fields",      "event_type,ts_ns", NULL };
	struct proc_options proc = { .argv = argv };
	struct rotation_found here = { .last_ns = found->last_ns };
	uint64_t attempted;
	yyjson_val *root;
	yyjson_doc *doc;
	char *out, *err;
	int status;

	status = output_of(&proc, &out, &err);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("%s: wait status 0x%x: %s", path, (unsigned int)status, err);
	rotation_find_lines(&here, out);
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
static char *replay_together(struct rotation_found *found, int files, int without, int *ret_status)
{
	static char paths[ROTATION_FILES_MAX][160];
	const char *argv[ROTATION_FILES_MAX + 8] = { runfiles_tool(), "-s", "--fields",
						     "event_type,ts_ns", "--replay" };
	struct proc_options proc = { .argv = argv };
	char *out, *err;
	size_t argc = 5;

	for (int i = 1; i <= files + 1; i++) {
		if (i == without)
			continue;
		snprintf(paths[i - 1], sizeof(paths[0]), "%s",
			 rotation_path(rotation_record, i <= files ? i : 0));
		argv[argc++] = paths[i - 1];
	}
	*ret_status = output_of(&proc, &out, &err);
	rotation_find_lines(found, out);
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
		struct rotation_found here = { 0 };

		rotation_replay(&here, rotation_path(rotation_record, i <= files ? i : 0));
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

static void check_together(int files, const struct rotation_found *records, uint64_t attempted)
{
	struct rotation_found all = { 0 }, some = { 0 }, missing = { 0 };
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
	rotation_replay(&missing, rotation_path(rotation_record, middle));
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

void rotation_check(const char *err, int files, bool loses)
{
	const uint64_t writes = strtoul(ROTATION_WRITES, NULL, 10);
	struct rotation_found lines = { 0 }, records = { 0 };
	uint64_t attempted = 0;

	for (int i = 1; rotation_exists(rotation_path(rotation_events, i)); i++)
		rotation_find(&lines, rotation_path(rotation_events, i));
	rotation_find(&lines, rotation_events);
	for (int i = 1; i <= files; i++)
		attempted += rotation_replay(&records, rotation_path(rotation_record, i));
	attempted += rotation_replay(&records, rotation_record);

	assert_int_equal(summary_total(err, "attempted"), writes);
	assert_int_equal(summary_total(err, "written"), lines.events);
	assert_int_equal(lines.events + lines.lost, writes);
	assert_int_equal(records.events, lines.events);
	assert_int_equal(records.lost, lines.lost);
	assert_int_equal(attempted, writes);
	assert_true(!loses || lines.lost);
	check_together(files, &records, attempted);
}
