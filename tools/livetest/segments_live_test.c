/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --record=DIR/ and --replay=DIR/: a folder of segments. Its replay prints what was printed live,
 * and each event that was counted is in the folder or in a LOST record of it.
 */
#define _GNU_SOURCE
#include <dirent.h>
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
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/segments/verify.h"
#include "tools/livetest/caserun.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/summary.h"
#include "tools/livetest/tracer.h"

/* Longer than any test takes that does not hang. */
#define HANGS_MS 60000

/* ---- the folder ---------------------------------------------------------------------------- */

static char folder[64], record[80], replay_of[80];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/eventstrace-segments-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(record, sizeof(record), "--record=%s/", folder);
	snprintf(replay_of, sizeof(replay_of), "--replay=%s/", folder);
	return 0;
}

static bool is_segment(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcmp(dot, ".etr");
}

/* Call @fn with the path of each file in the folder. */
static void each_file(void (*fn)(void *ctx, const char *path), void *ctx)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char path[sizeof(folder) + sizeof(entry->d_name) + 1];

	if (!dir)
		abort();
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		fn(ctx, path);
	}
	closedir(dir);
}

struct measured {
	size_t count;
	uint64_t size;
};

static void measure_file(void *ctx, const char *path)
{
	struct measured *measured = ctx;
	struct stat st;

	if (!is_segment(path) || stat(path, &st) < 0)
		return;
	assert_int_equal(st.st_mode & 07777, 0640);
	measured->size += (uint64_t)st.st_size;
	measured->count++;
}

/* Return: the number of segments; *@ret_size: their size together. */
static size_t measure(uint64_t *ret_size)
{
	struct measured measured = { .count = 0 };

	each_file(measure_file, &measured);
	*ret_size = measured.size;
	return measured.count;
}

static void remove_file(void *ctx, const char *path)
{
	(void)ctx;
	(void)unlink(path);
}

static int remove_folder(void **state)
{
	(void)state;
	(void)umount2(folder, MNT_DETACH);
	each_file(remove_file, NULL);
	return rmdir(folder);
}

/* ---- eventstrace --------------------------------------------------------------------------- */

#define FLAGS_MAX 16

/* Only writes to terminals by this process's descendants. */
static struct tracer *start(const char *const *more)
{
	char tree[32];
	const char *flags[FLAGS_MAX] = { "-s", "-e", "tty-write", tree, record };
	const struct tracer_options opts = { .flags = flags };
	struct tracer *tracer = NULL;
	size_t count = 5;

	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	while (*more)
		flags[count++] = *more++;
	assert_true(count < FLAGS_MAX);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

static void flood(const char *count)
{
	const char *argv[] = { runfiles_case("tty_flood"), count, "1", NULL };
	struct proc_options proc = { .argv = argv };

	assert_int_equal(proc_run(&proc, HANGS_MS), 0);
}

static void stop(struct tracer *tracer, int sig, struct tracer_result *ret)
{
	assert_int_equal(tracer_stop(tracer, sig, ret), 0);
	if (sig != SIGKILL && ret->status)
		fail_msg("wait status 0x%x: %s", (unsigned int)ret->status, ret->err);
}

/* The number of events that the tracer has counted. */
static uint64_t attempted(const struct tracer_result *result)
{
	yyjson_doc *doc = tracer_summary(result);
	yyjson_val *root = yyjson_doc_get_root(doc);

	if (!yyjson_get_bool(yyjson_obj_get(root, "accounted")))
		fail_msg("not accounted: %s", result->err);
	yyjson_doc_free(doc);
	return summary_total(result->err, "attempted");
}

/* ---- replays ------------------------------------------------------------------------------- */

struct found {
	uint64_t events, lost;
	uint64_t behind; /* lost events that the session had received */
	char *out, *err;
	int status;
};

/*
 * A loss behind the rings has the cause @cause, and names the type of its events. A busy CPU can
 * cause others, of no known type.
 */
static void find_line(struct found *found, const char *line, size_t size, const char *cause)
{
	yyjson_doc *doc = yyjson_read(line, size, 0);
	yyjson_val *root = yyjson_doc_get_root(doc), *type;
	uint64_t count = yyjson_get_uint(yyjson_obj_get(root, "count"));

	if (!doc)
		fail_msg("no JSON: %.*s", (int)size, line);
	type = yyjson_obj_get(root, "lost_type");
	if (!yyjson_equals_str(yyjson_obj_get(root, "event_type"), "LOST")) {
		found->events++;
	} else if (cause && yyjson_equals_str(yyjson_obj_get(root, "cause"), cause)) {
		if (!yyjson_equals_str(type, "PROCESS_TTY_WRITE"))
			fail_msg("lost: %.*s", (int)size, line);
		found->behind += count;
		found->lost += count;
	} else if (!yyjson_equals_str(type, "UNKNOWN")) {
		fail_msg("lost: %.*s", (int)size, line);
	} else {
		found->lost += count;
	}
	yyjson_doc_free(doc);
}

/* Replay the folder. @cause: of all losses behind the rings; NULL: there are none. */
static struct found replay(const char *cause)
{
	const char *argv[] = { runfiles_tool(), replay_of, "-s", NULL };
	struct proc_options proc = { .argv = argv };
	struct found found = { 0 };
	int status = output_of(&proc, &found.out, &found.err);

	assert_true(WIFEXITED(status));
	found.status = WEXITSTATUS(status);
	for (const char *line = found.out; *line;) {
		size_t size = strcspn(line, "\n");

		assert_true(line[size] == '\n');
		find_line(&found, line, size, cause);
		line += size + 1;
	}
	return found;
}

/* The folder lacks events because of @cause alone. The tracer has counted each of them once. */
static void check_not_recorded(const struct tracer_result *result, const struct found *found,
			       const char *cause)
{
	const uint64_t lacking = summary_total(result->err, "received") - found->events;
	yyjson_doc *doc = tracer_summary(result);
	char pointer[80];

	snprintf(pointer, sizeof(pointer), "/not_recorded_by_event/process-tty-write/%s", cause);
	assert_int_equal(yyjson_get_uint(yyjson_doc_ptr_get(doc, pointer)), lacking);
	assert_int_equal(yyjson_get_uint(yyjson_doc_ptr_get(doc, "/not_recorded")), lacking);
	yyjson_doc_free(doc);
}

static void free_found(struct found *found)
{
	free(found->out);
	free(found->err);
}

/* The accounts of the segments add up, and say the same as their records. */
static void check_account(const struct found *found, uint64_t expected)
{
	yyjson_doc *doc = summary_read(found->err);
	yyjson_val *root = yyjson_doc_get_root(doc);

	if (found->status || !yyjson_get_bool(yyjson_obj_get(root, "accounted")) ||
	    !yyjson_get_bool(yyjson_obj_get(root, "whole")))
		fail_msg("status %d: %s", found->status, found->err);
	yyjson_doc_free(doc);
	assert_int_equal(summary_total(found->err, "attempted"), expected);
	assert_int_equal(summary_total(found->err, "received"), found->events);
	assert_int_equal(summary_total(found->err, "lost"), found->lost);
	assert_int_equal(found->events + found->lost, expected);
}

/* ---- verify -------------------------------------------------------------------------------- */

static void on_finding(void *ctx, const struct et_finding *finding)
{
	if (finding->is_fault)
		memcpy(ctx, finding->message, sizeof(finding->message));
}

/* Verify the folder. @fault: its only fault; NULL: none. @count: attempted of all sessions. */
static void verify(const char *fault, uint64_t count)
{
	const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char message[sizeof(((struct et_finding *)NULL)->message)] = "no fault";
	struct et_verify *verify = NULL;
	struct et_verified session;
	uint64_t attempted = 0;
	int faults;

	assert_true(fd >= 0);
	assert_int_equal(et_verify_new(on_finding, message, &verify), 0);
	faults = et_verify_folder(verify, fd);
	if (faults != (fault ? 1 : 0) || (fault && !strstr(message, fault)))
		fail_msg("%d faults: %s", faults, message);
	for (size_t i = 0; et_verify_session(verify, i, &session); i++) {
		assert_int_equal(session.attempted, session.received + session.lost);
		attempted += session.attempted;
	}
	/* The events of a segment without an end are in no account. */
	if (!fault)
		assert_int_equal(attempted, count);
	et_verify_free(verify);
	close(fd);
}

/* ---- tests --------------------------------------------------------------------------------- */

/* The lines of a tracer behind its first, which says that it has begun. */
static void expect_lines(const struct tracer_result *result, const char *text)
{
	for (size_t i = 1; i < result->count; i++) {
		if (strncmp(text, result->lines[i], result->lens[i]) != 0 ||
		    text[result->lens[i]] != '\n')
			fail_msg("line %zu is \"%s\", and replayed \"%.200s\"", i, result->lines[i],
				 text);
		text += result->lens[i] + 1;
	}
	assert_int_equal(*text, '\0');
}

static void test_replays_what_was_printed(void **state)
{
	const char *const flags[] = { "-o", "-", "--identity", "--segment-size=64K", NULL };
	const char *argv[] = { runfiles_tool(), replay_of, "--identity", NULL };
	struct proc_options proc = { .argv = argv };
	struct tracer_result result;
	struct found found;
	uint64_t size, count;
	char *out, *err;

	(void)state;
	struct tracer *tracer = start(flags);

	flood("5000");
	stop(tracer, SIGINT, &result);
	count = attempted(&result);
	assert_true(count >= 5000);
	assert_true(measure(&size) > 5);
	assert_int_equal(output_of(&proc, &out, &err), 0);
	expect_lines(&result, out);
	free(out);
	free(err);
	found = replay(NULL);
	check_account(&found, count);
	verify(NULL, count);
	free_found(&found);
	tracer_result_free(&result);
}

/* An old segment ends also while nothing happens. */
static void test_age(void **state)
{
	const char *const flags[] = { "--segment-age=0.2", NULL };
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(10000) * 1000000, size;
	struct tracer_result result;
	struct found found;

	(void)state;
	struct tracer *tracer = start(flags);

	flood("10");
	/* The first segment ends, and the next one begins. Without events it does not end. */
	while (measure(&size) < 2) {
		assert_true(proc_now_ns() < end);
		usleep(10000);
	}
	usleep(500000);
	assert_int_equal(measure(&size), 2);
	flood("10");
	stop(tracer, SIGINT, &result);
	found = replay(NULL);
	check_account(&found, attempted(&result));
	verify(NULL, attempted(&result));
	free_found(&found);
	tracer_result_free(&result);
}

static void test_killed(void **state)
{
	const char *const flags[] = { "--segment-size=64K", "--latency=1", NULL };
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(20000) * 1000000, before;
	struct tracer_result result;
	struct found found;

	(void)state;
	struct tracer *tracer = start(flags);

	flood("2000");
	/* Until all are written: it may be killed at any time, but then the number is not known. */
	do {
		assert_true(proc_now_ns() < end);
		found = replay(NULL);
		before = found.events;
		free_found(&found);
	} while (before < 2000);
	stop(tracer, SIGKILL, &result);
	tracer_result_free(&result);
	found = replay(NULL);
	/* Its last segment has no end. */
	assert_int_equal(found.status, 1);
	assert_non_null(strstr(found.err, ".etr was never finished"));
	assert_int_equal(found.events, before);
	free_found(&found);

	tracer = start(flags);
	flood("2000");
	stop(tracer, SIGINT, &result);
	found = replay(NULL);
	assert_int_equal(found.status, 1);
	assert_int_equal(found.events, before + attempted(&result));
	verify("its session ended without its end", 0);
	free_found(&found);
	tracer_result_free(&result);
}

static void test_spool_size(void **state)
{
	const char *const flags[] = { "--segment-size=64K", "--spool-size=256K", NULL };
	struct tracer_result result;
	struct found found;
	uint64_t size;

	(void)state;
	struct tracer *tracer = start(flags);

	flood("5000");
	stop(tracer, SIGINT, &result);
	assert_non_null(strstr(result.err, "the folder of segments has its largest size"));
	assert_in_range(measure(&size), 2, 8);
	assert_in_range(size, 64 * 1024, 256 * 1024);
	found = replay("SPOOL_FULL");
	assert_true(found.behind > 0);
	check_not_recorded(&result, &found, "SPOOL_FULL");
	check_account(&found, attempted(&result));
	verify(NULL, attempted(&result));
	free_found(&found);
	tracer_result_free(&result);
}

/* The folder is used as it is, so its permissions are its own. */
static void test_folder_of_all(void **state)
{
	const char *argv[] = { runfiles_tool(), "-d", "1", "-e", "setsid", record, NULL };
	struct proc_options proc = { .argv = argv };
	char *out, *err;
	int status;

	(void)state;
	assert_int_equal(chmod(folder, 0777), 0);
	status = output_of(&proc, &out, &err);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_non_null(strstr(err, "all other users can write in this folder"));
	free(out);
	free(err);
}

/* Wait until more than @bytes are used of the file system at the folder. */
static void wait_until_used(unsigned long bytes)
{
	struct statvfs st;

	for (int i = 0; i < HANGS_MS / 10; i++) {
		assert_int_equal(statvfs(folder, &st), 0);
		if ((st.f_blocks - st.f_bfree) * st.f_frsize > bytes)
			return;
		usleep(10000);
	}
	fail_msg("the folder does not grow");
}

/* The queue takes 8 MiB while the disk is full. It is written when there is room again. */
static void test_disk_full(void **state)
{
	const char *const flags[] = { "--segment-size=64K", "--ring-size=bulk=16M", NULL };
	struct tracer_result result;
	struct found found;

	(void)state;
	assert_int_equal(mount("tmpfs", folder, "tmpfs", 0, "mode=0750,size=512K"), 0);
	struct tracer *tracer = start(flags);

	flood("60000");
	assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=64M"), 0);
	/* The queue has room again when its thread has written most of it. */
	wait_until_used(4 << 20);
	flood("1000");
	stop(tracer, SIGINT, &result);
	assert_non_null(strstr(result.err, "segments cannot be written: No space left on device"));
	assert_non_null(strstr(result.err, "segments are written again"));
	found = replay("DISK_FULL");
	assert_true(found.behind > 0);
	check_not_recorded(&result, &found, "DISK_FULL");
	check_account(&found, attempted(&result));
	verify(NULL, attempted(&result));
	free_found(&found);
	tracer_result_free(&result);
}

static void test_two_tracers(void **state)
{
	const char *const none[] = { NULL };
	const char *argv[] = { runfiles_tool(), "-d", "1", "-e", "setsid", record, NULL };
	struct proc_options proc = { .argv = argv };
	struct tracer_result result;
	char *out, *err;
	int status;

	(void)state;
	struct tracer *tracer = start(none);

	status = output_of(&proc, &out, &err);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 5);
	assert_non_null(strstr(err, "another process writes segments into this folder"));
	free(out);
	free(err);
	stop(tracer, SIGINT, &result);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		TEST(test_replays_what_was_printed),
		TEST(test_age),
		TEST(test_killed),
		TEST(test_spool_size),
		TEST(test_disk_full),
		TEST(test_two_tracers),
		TEST(test_folder_of_all),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
