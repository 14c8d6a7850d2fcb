/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * --record and --replay. A replay prints the same lines that eventstrace prints live. An unfinished
 * recording can be read up to its end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/memory.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

/* ---- files -------------------------------------------------------------------------------- */

static char recording[64];

static int make_name(void **state)
{
	int fd;

	(void)state;
	snprintf(recording, sizeof(recording), "/tmp/eventstrace-record-XXXXXX");
	fd = mkstemp(recording);
	return fd < 0 || close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(recording);
}

static char *read_file(int fd, size_t *ret_size)
{
	struct stat st;
	char *text;

	assert_int_equal(fstat(fd, &st), 0);
	text = must_realloc(NULL, (size_t)st.st_size + 1);
	assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
	text[st.st_size] = '\0';
	*ret_size = (size_t)st.st_size;
	return text;
}

static int temporary_file(void)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fail_msg("/tmp: %s", strerror(errno));
	return fd;
}

/* ---- replays ------------------------------------------------------------------------------ */

struct replay {
	int status; /* exit status; -1: a signal ended it */
	char *out, *err;
	size_t size; /* of out */
};

static int become_nobody(void *ctx)
{
	(void)ctx;
	if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return errno;
	return 0;
}

/* Replay as an unprivileged user that reads the file from standard input. */
static struct replay replay(const char *const *flags)
{
	const char *argv[16] = { "eventstrace", "--replay", "-" };
	struct proc_options proc = { .argv = argv, .prepare = become_nobody };
	struct replay ret = { .status = -1 };
	int status, rc;
	size_t size;
	pid_t pid;

	for (int i = 0; flags && flags[i]; i++)
		argv[3 + i] = flags[i];
	proc.program_fd = open(runfiles_tool(), O_RDONLY | O_CLOEXEC);
	proc.in = open(recording, O_RDONLY | O_CLOEXEC);
	proc.out = temporary_file();
	proc.err = temporary_file();
	if (proc.program_fd < 0 || proc.in < 0)
		fail_msg("%s, %s: %s", runfiles_tool(), recording, strerror(errno));
	rc = proc_spawn(&proc, &pid);
	if (rc)
		fail_msg("%s: %s", runfiles_tool(), strerror(-rc));
	assert_int_equal(proc_wait(pid, 60000, &status), 0);
	if (WIFEXITED(status))
		ret.status = WEXITSTATUS(status);
	ret.out = read_file(proc.out, &ret.size);
	ret.err = read_file(proc.err, &size);
	close(proc.program_fd);
	close(proc.in);
	close(proc.out);
	close(proc.err);
	return ret;
}

static void replay_free(struct replay *r)
{
	free(r->out);
	free(r->err);
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* A filter for this process and its descendants. */
static const char *own_tree(void)
{
	static char flag[32];

	snprintf(flag, sizeof(flag), "--tree=%d", (int)getpid());
	return flag;
}

/* ---- recordings --------------------------------------------------------------------------- */

static struct tracer *start(const char *const *flags)
{
	struct tracer_options opts = { .flags = flags, .deferred = true };
	struct tracer *tracer;
	int rc;

	rc = tracer_start(&opts, &tracer);
	if (rc)
		fail_msg("eventstrace cannot be started: %s", strerror(-rc));
	return tracer;
}

static void run_case(const char *name, const char *const *args)
{
	struct caserun run;

	caserun_run(name, args, &run);
	assert_int_equal(run.rc, 0);
	assert_int_equal(run.status, 0);
	caserun_free(&run);
}

static void spawn_noop(int times)
{
	for (int i = 0; i < times; i++)
		run_case("noop", NULL);
}

/* All lines after the first, as printed. */
static char *printed(const struct tracer_result *result, size_t *ret_size)
{
	size_t size = 0;
	char *text;

	for (size_t i = 1; i < result->count; i++)
		size += result->lens[i] + 1;
	text = must_realloc(NULL, size + 1);
	size = 0;
	for (size_t i = 1; i < result->count; i++) {
		memcpy(text + size, result->lines[i], result->lens[i]);
		size += result->lens[i];
		text[size++] = '\n';
	}
	text[size] = '\0';
	*ret_size = size;
	return text;
}

/* Fail with the position of the first difference of two texts, if there is one. */
static void same(const char *a, size_t a_size, const char *b, size_t b_size)
{
	size_t at = 0, line = 1;

	while (at < a_size && at < b_size && a[at] == b[at])
		line += a[at++] == '\n';
	if (at < a_size || at < b_size)
		fail_msg("of %zu and %zu bytes, line %zu differs: %.200s | %.200s", a_size, b_size,
			 line, a + at, b + at);
}

static void stop(struct tracer *tracer, int sig, struct tracer_result *ret)
{
	if (tracer_stop(tracer, sig, ret))
		fail_msg("it had to be killed");
	if (!WIFEXITED(ret->status) || WEXITSTATUS(ret->status))
		fail_msg("wait status 0x%x; it says: %s", (unsigned int)ret->status, ret->err);
}

static void check_same(const struct tracer_result *result)
{
	struct replay again = replay(NULL);
	size_t size;
	char *text = printed(result, &size);

	if (again.status)
		fail_msg("exit status %d: %s", again.status, again.err);
	same(text, size, again.out, again.size);
	free(text);
	replay_free(&again);
}

/* ---- tests -------------------------------------------------------------------------------- */

static bool has_line(const struct tracer_result *result, const char *type)
{
	char begin[80];

	snprintf(begin, sizeof(begin), "{\"event_type\":\"%s\",", type);
	for (size_t i = 0; i < result->count; i++)
		if (!strncmp(result->lines[i], begin, strlen(begin)))
			return true;
	return false;
}

/* Print and record at the same time: several types of events, and many events of one type. */
static void test_same(void **state)
{
	/* The rings have room for all events of the test, even if the reader is late. */
	const char *const flags[] = { "-s", "--ring-size=16M", "--record", recording, "-o", "-",
				      NULL };
	static const char *const kinds[] = { "PROCESS_MEMFD_CREATE", "FILE_RENAME", "FILE_MODIFY",
					     "NETWORK_CONNECTION_CLOSED" };
	const char *const flood[] = { "20000", "1", NULL };
	const char *const large[] = { "200", "10000", NULL };
	const char *const execs[] = { "-s", "-n", "3", "-e", "exec", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	struct replay some;
	size_t size;
	char *text, *at;

	(void)state;
	tracer = start(flags);
	spawn_noop(50);
	run_case("exec_args", NULL);
	run_case("exec_failed", NULL);
	run_case("setuid", NULL);
	run_case("memfd_create", NULL);
	run_case("file_rename", NULL);
	run_case("file_modify", NULL);
	run_case("net_connect", NULL);
	run_case("tty_flood", flood);
	run_case("tty_flood", large);
	/* The session compares the clocks once a second, so two seconds contain two comparisons. */
	sleep(2);
	spawn_noop(50);
	stop(tracer, SIGTERM, &result);
	assert_true(result.count > 20000);
	check_same(&result);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!has_line(&result, kinds[i]))
			fail_msg("there is no %s", kinds[i]);

	/* A replay that selects some events. */
	some = replay(execs);
	assert_int_equal(some.status, 0);
	assert_int_equal(count(some.out, "\n"), 3);
	text = printed(&result, &size);
	at = some.out;
	for (char *line = text, *end; at < some.out + some.size; line = end) {
		end = strchr(line, '\n') + 1;
		if (!strstr(line, "\"event_type\":\"PROCESS_EXEC\",") ||
		    strstr(line, "\"event_type\":\"PROCESS_EXEC\",") > end)
			continue;
		assert_memory_equal(at, line, end - line);
		at += end - line;
	}
	assert_non_null(strstr(some.err, "\"replayed\":true"));
	replay_free(&some);
	free(text);
	tracer_result_free(&result);
}

/* With LOST lines between the events. */
static void test_same_with_losses(void **state)
{
	const char *const flags[] = { "-s", "--ring-size=4K", "--record", recording, "-o", "-",
				      "-e", "tty-write,exec", NULL };
	const char *const flood[] = { "20000", "100", NULL };
	const char *const never_fit[] = { "100", "10000", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	struct replay again;

	(void)state;
	tracer = start(flags);
	for (int i = 0; i < 5; i++) {
		run_case("tty_flood", flood);
		/*
		 * A quick reader may lose none of the writes above. The following writes are always
		 * lost, because the ring is too small for them.
		 */
		run_case("tty_flood", never_fit);
	}
	stop(tracer, SIGTERM, &result);
	check_same(&result);
	again = replay(NULL);
	assert_true(count(again.out, "\"event_type\":\"LOST\"") > 0);
	assert_non_null(strstr(again.err, "when it was recorded, every event was accounted for"));
	replay_free(&again);
	tracer_result_free(&result);
}

/*
 * Only a recording is written. It is complete whichever signal ends eventstrace, and it has the
 * account.
 */
static void test_alone(void **state)
{
	const char *const flags[] = { "-s", "--record", recording, "--process-exit", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	struct replay again;
	pid_t pids[100];

	(void)state;
	tracer = start(flags);
	for (int i = 0; i < 100; i++) {
		struct caserun run;

		caserun_run("noop", NULL, &run);
		assert_int_equal(run.status, 0);
		pids[i] = run.pid;
		caserun_free(&run);
	}
	stop(tracer, SIGINT, &result);
	assert_int_equal(result.count, 1); /* the line that -i prints */
	tracer_result_free(&result);
	again = replay(NULL);
	assert_int_equal(again.status, 0);
	for (int i = 0; i < 100; i++) {
		char who[64];

		snprintf(who, sizeof(who), "\"pids\":{\"tid\":%d,\"tgid\":%d,", pids[i], pids[i]);
		assert_int_equal(count(again.out, who), 1);
	}
	assert_non_null(strstr(again.err, "every event was accounted for"));
	replay_free(&again);
}

/* Number of attempts. */
#define LOOKS 5

/*
 * Records are in the file soon, not only at the end, and remain after SIGKILL. Some of the attempts
 * may be slow, because another process may use the CPU.
 */
static void test_live_and_killed(void **state)
{
	/* Exclude other processes, so that eventstrace is not writing when it is killed. */
	const char *const flags[] = { "--record", recording, "--process-exec", own_tree(), NULL };
	const uint64_t give_up = (uint64_t)proc_scaled_ms(30000) * 1000000;
	char name[4200];
	struct tracer_result result;
	struct tracer *tracer;
	struct replay again = { 0 };
	unsigned int soon = 0;
	uint64_t begin;
	off_t size;
	int fd;

	(void)state;
	snprintf(name, sizeof(name), "\"filename\":\"%s\"", runfiles_case("noop"));
	tracer = start(flags);
	for (size_t i = 1; i <= LOOKS; i++) {
		begin = proc_now_ns();
		spawn_noop(1);
		do {
			replay_free(&again);
			again = replay(NULL);
			/* eventstrace still writes the file, so the recording has no end yet. */
			assert_int_equal(again.status, 1);
		} while (count(again.out, name) < i && proc_now_ns() - begin < give_up);
		assert_int_equal(count(again.out, name), i);
		soon += proc_now_ns() - begin < (uint64_t)proc_scaled_ms(500) * 1000000;
		replay_free(&again);
		again = (struct replay){ 0 };
	}
	assert_true(soon > LOOKS / 2);
	tracer_stop(tracer, SIGKILL, &result);
	tracer_result_free(&result);

	again = replay(NULL);
	assert_int_equal(again.status, 1);
	assert_int_equal(count(again.out, name), LOOKS);
	if (!strstr(again.err, "eventstrace: stdin was never finished at byte "))
		fail_msg("it says: %s", again.err);
	replay_free(&again);

	/* Cut the file inside a record, as a crash of the host may do. */
	fd = open(recording, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	size = lseek(fd, 0, SEEK_END);
	assert_int_equal(ftruncate(fd, size - 1), 0);
	close(fd);
	again = replay(NULL);
	assert_int_equal(again.status, 1);
	assert_in_range(count(again.out, name), LOOKS - 1, LOOKS);
	if (!strstr(again.err, "eventstrace: stdin is cut off at byte "))
		fail_msg("it says: %s", again.err);
	replay_free(&again);
}

/* ---- no room ------------------------------------------------------------------------------ */

/* All parts of a recording begin at a multiple of 8 bytes, so this limit cuts one part. */
static int limit_files(void *ctx)
{
	const struct rlimit limit = { 100001, 100001 };

	(void)ctx;
	return setrlimit(RLIMIT_FSIZE, &limit) ? errno : 0;
}

static int run_tool(const char *const *argv, int (*prepare)(void *), char **ret_err)
{
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	int status, rc;
	size_t size;
	pid_t pid;

	proc.out = temporary_file();
	proc.err = temporary_file();
	rc = proc_spawn(&proc, &pid);
	if (rc)
		fail_msg("%s: %s", argv[0], strerror(-rc));
	/* Cause events to record. */
	while (!(rc = waitpid(pid, &status, WNOHANG)))
		spawn_noop(5);
	assert_int_equal(rc, pid);
	*ret_err = read_file(proc.err, &size);
	close(proc.out);
	close(proc.err);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_no_room(void **state)
{
	const char *const full[] = { runfiles_tool(), "--record", "/dev/full", "-d", "60", NULL };
	const char *const nowhere[] = { runfiles_tool(), "--record", "/nonexistent/file", NULL };
	/* Exclude other processes, because their events would fill the file. */
	const char *const limited[] = { runfiles_tool(), "--record", recording, "-d", "60",
					own_tree(),      NULL };
	struct replay again;
	char *err;

	(void)state;
	assert_int_equal(run_tool(full, NULL, &err), 5);
	assert_string_equal(err, "eventstrace: cannot write /dev/full: No space left on device\n");
	free(err);
	assert_int_equal(run_tool(nowhere, NULL, &err), 5);
	assert_non_null(strstr(err, "/nonexistent/file: No such file or directory\n"));
	free(err);

	/* The disk is full after some records: these records are valid. */
	assert_int_equal(run_tool(limited, limit_files, &err), 5);
	assert_non_null(strstr(err, ": File too large\n"));
	assert_non_null(strstr(err, recording));
	free(err);
	again = replay(NULL);
	assert_int_equal(again.status, 1);
	assert_true(count(again.out, "\"comm\":\"noop\"") > 0);
	assert_non_null(strstr(again.err, "stdin is cut off at byte "));
	replay_free(&again);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_name, remove_file)
	const struct CMUnitTest tests[] = {
		TEST(test_same),    TEST(test_same_with_losses),
		TEST(test_alone),   TEST(test_live_and_killed),
		TEST(test_no_room),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
