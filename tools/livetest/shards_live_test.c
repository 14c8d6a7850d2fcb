/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sixteen shards of each ring class. The CPUs write into different rings, and events are printed in
 * the order of their times. A replay prints the same lines, and each event is accounted for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/cases/pty.h"
#include "tools/livetest/mismatches.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/suite.h"
#include "tools/livetest/tracer.h"

/* Number of terminal writes of all players together. The players write in turns. */
static int turns(void)
{
	return proc_scaled_ms(1) > 1 ? 500 : 10000;
}

/* ---- players: they write to a terminal in turns --------------------------------------------- */

#define PLAYERS 4

static struct pty pty;
static int pipes[PLAYERS][2]; /* index: the player that writes when it reads a byte */

/* Change to another CPU in each turn, so that all CPUs write. */
static void hop(int turn)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((unsigned int)(turn % cpus), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void play(int player)
{
	char text[16], byte;

	for (int turn = player; turn < turns(); turn += PLAYERS) {
		hop(turn);
		if (read(pipes[player][0], &byte, 1) != 1)
			_exit(1);
		snprintf(text, sizeof(text), "turn%08d", turn);
		if (write(pty.slave, text, 12) != 12)
			_exit(2);
		/* No player reads the byte of the last turn, so its write may fail. */
		if (write(pipes[(player + 1) % PLAYERS][1], "", 1) != 1 && turn + 1 < turns())
			_exit(3);
	}
	_exit(0);
}

static void play_all(void)
{
	pid_t pids[PLAYERS];
	int status;

	pty_open(&pty);
	pty_drain(&pty);
	for (int i = 0; i < PLAYERS; i++)
		assert_int_equal(pipe2(pipes[i], O_CLOEXEC), 0);
	for (int i = 0; i < PLAYERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i])
			play(i);
	}
	assert_int_equal(write(pipes[0][1], "", 1), 1);
	for (int i = 0; i < PLAYERS; i++) {
		assert_int_equal(proc_wait(pids[i], 30000, &status), 0);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < PLAYERS; i++) {
		close(pipes[i][0]);
		close(pipes[i][1]);
	}
	pty_close(&pty);
}

/* ---- received events ------------------------------------------------------------------------ */

/* Check that each turn was printed once, and that turns are in order. */
static void check_turns(const char *events)
{
	const char *mark = "\"turn", *at = events;
	int next = 0, wrong = 0;

	while ((at = strstr(at, mark))) {
		at += strlen(mark);
		wrong += atoi(at) != next++;
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(next, turns());
}

static void check_replay(const char *recording, const char *events)
{
	const char *const argv[] = { runfiles_tool(), "--replay", recording, NULL };
	const struct proc_options opts = { .argv = argv };
	char *out, *err;

	assert_int_equal(output_of(&opts, &out, &err), 0);
	assert_string_equal(out, events);
	free(out);
	free(err);
}

/* Check ring_shards of the summary. */
static void check_rings(const struct tracer_result *result, unsigned int count, uint64_t bytes)
{
	static const char *const kinds[] = { "lifecycle", "bulk" };
	yyjson_doc *doc = tracer_summary(result);
	yyjson_val *shards = yyjson_obj_get(yyjson_doc_get_root(doc), "ring_shards");

	assert_non_null(shards);
	for (size_t i = 0; i < 2; i++) {
		yyjson_val *kind = yyjson_obj_get(shards, kinds[i]);

		assert_int_equal(yyjson_get_uint(yyjson_obj_get(kind, "count")), count);
		assert_int_equal(yyjson_get_uint(yyjson_obj_get(kind, "bytes")), bytes);
	}
	yyjson_doc_free(doc);
}

static char folder[] = "/tmp/et-shards-XXXXXX";
static char events_path[64], recording_path[64];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(events_path, sizeof(events_path), "%s/events", folder);
	snprintf(recording_path, sizeof(recording_path), "%s/recording", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(events_path);
	unlink(recording_path);
	return rmdir(folder);
}

/* Wait until eventstrace has written the first line, which -i prints. */
static void wait_ready(void)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(30000) * 1000000;
	struct stat st;

	while ((stat(events_path, &st) < 0 || !st.st_size) && proc_now_ns() < end)
		usleep(10000);
	assert_true(st.st_size > 0);
}

static void run(const char *shards, unsigned int count, uint64_t bytes)
{
	char tree[32];
	const char *const argv[] = { runfiles_tool(),
				     "-is",
				     "-eprocess-fork,process-exit,process-tty-write",
				     "--ring-size=16M",
				     shards,
				     tree,
				     "-o",
				     events_path,
				     "--record",
				     recording_path,
				     NULL };
	struct proc_options proc = { .argv = argv };
	struct tracer_result result = { 0 };
	struct mismatches r = { 0 };
	char *events, *second;
	int err[2];
	pid_t pid;

	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	unlink(events_path);
	unlink(recording_path);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	proc.err = err[1];
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(err[1]);
	wait_ready();
	play_all();
	kill(pid, SIGTERM);
	result.err = proc_read_all(err[0], 30000);
	close(err[0]);
	assert_int_equal(proc_wait(pid, 10000, &result.status), 0);
	suite_check_end(&result, &r);
	if (r.faults)
		fail_msg("%s", mismatches_text(&r));
	check_rings(&result, count, bytes);

	events = output_file(events_path, NULL);
	/* The line that -i prints is not in the recording. */
	second = strchr(events, '\n') + 1;
	check_turns(second);
	check_replay(recording_path, second);
	free(events);
	free(result.err);
	mismatches_free(&r);
}

static void test_sixteen(void **state)
{
	(void)state;
	run("--ring-shards=16", 16, 1 << 20);
}

static void test_two(void **state)
{
	(void)state;
	run("--ring-shards=2", 2, 8 << 20);
}

/* If the rings would be too small, eventstrace makes fewer shards and prints a warning. */
static void test_too_small(void **state)
{
	static const char *const argv[] = {
		"eventstrace",      "-d0.01",           "-s", "--process-setsid",
		"--ring-shards=16", "--ring-size=512K", NULL
	};
	const char *args[sizeof(argv) / sizeof(argv[0])];
	const struct proc_options opts = { .argv = args };
	struct tracer_result result = { 0 };
	char *out;

	(void)state;
	memcpy(args, argv, sizeof(argv));
	args[0] = runfiles_tool();
	assert_int_equal(output_of(&opts, &out, &result.err), 0);
	assert_non_null(strstr(result.err, "rings for bulk events: 2 in place of 16"));
	check_rings(&result, 2, 256 << 10);
	free(out);
	free(result.err);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sixteen),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_too_small),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
