/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several shards of each ring class. The CPUs write into different rings, in turns and then all at
 * the same time. Events are printed in the order in which they happened. A replay prints the same
 * lines, and each event is accounted for. A guest can have more CPUs than this machine:
 * docs/virtual-machines.md.
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

/* ---- writers: one on each CPU, all at the same time ------------------------------------------ */

#define WRITERS_MAX 512

/*
 * Number of terminal writes of each writer. The rings of a class have 16 MiB together, which is
 * room for 100,000 of these events. So none is lost even if the reader gets no CPU meanwhile.
 */
static int flood_writes(int writers)
{
	int most = proc_scaled_ms(1) > 1 ? 200 : 2000, share = 60000 / writers;

	return share < most ? share : most;
}

static int count_cpus(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	assert_in_range(cpus, 1, WRITERS_MAX);
	return (int)cpus;
}

/* Each writer has its own terminal, because the kernel lets only one task write to a terminal. */
static void write_flood(int cpu, int writers, const int go[2], int ready)
{
	char text[32], byte = 0;

	close(go[1]);
	pty_open(&pty);
	pty_drain(&pty);
	hop(cpu);
	if (write(ready, &byte, 1) != 1 || read(go[0], &byte, 1) != 0)
		_exit(1);
	for (int i = 0; i < flood_writes(writers); i++) {
		ssize_t len = snprintf(text, sizeof(text), "flood%03d:%06d", cpu, i);

		if (write(pty.slave, text, (size_t)len) != len)
			_exit(2);
	}
	_exit(0);
}

static void flood_all(void)
{
	int writers = count_cpus(), go[2], ready[2], status;
	static pid_t pids[WRITERS_MAX];
	char byte;

	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	for (int i = 0; i < writers; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i])
			write_flood(i, writers, go, ready[1]);
	}
	close(ready[1]);
	for (int i = 0; i < writers; i++)
		assert_int_equal(read(ready[0], &byte, 1), 1);
	close(go[1]);
	for (int i = 0; i < writers; i++) {
		assert_int_equal(proc_wait(pids[i], 30000, &status), 0);
		assert_int_equal(status, 0);
	}
	close(go[0]);
	close(ready[0]);
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

/* What was printed of a writer. */
struct written {
	int count;
	/*
	 * The latest time of all events that were printed before the writer's last event, in ns.
	 */
	uint64_t before;
};

/*
 * Check the order of a flood. The events of a writer are in its order. An event may be printed
 * before an earlier one of another CPU, if that CPU had not committed it yet. But a writer's write
 * is committed before the writer's next write begins. So if B is printed before A, the next event
 * of the writer of A must be later than B.
 */
static void check_flood(const char *events)
{
	static struct written writers[WRITERS_MAX];
	int cpus = count_cpus(), total = 0, swapped = 0, wrong = 0;
	uint64_t latest = 0;

	memset(writers, 0, sizeof(writers));
	for (const char *line = events; *line; line += strcspn(line, "\n") + 1) {
		yyjson_doc *doc = yyjson_read(line, strcspn(line, "\n"), 0);
		yyjson_val *event = yyjson_doc_get_root(doc);
		const char *text = yyjson_get_str(yyjson_obj_get(event, "tty_out"));
		uint64_t time = yyjson_get_uint(yyjson_obj_get(event, "ts_ns"));
		int cpu, number;

		assert_non_null(doc);
		if (text && sscanf(text, "flood%d:%d", &cpu, &number) == 2) {
			assert_in_range(cpu, 0, cpus - 1);
			wrong += number != writers[cpu].count++ || time < writers[cpu].before;
			writers[cpu].before = latest;
			swapped += time < latest;
			latest = time > latest ? time : latest;
			total++;
		}
		yyjson_doc_free(doc);
	}
	print_message("%d CPUs, %d events, %d printed after a later one\n", cpus, total, swapped);
	assert_int_equal(wrong, 0);
	for (int i = 0; i < cpus; i++)
		assert_int_equal(writers[i].count, flood_writes(cpus));
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
	flood_all();
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
	check_flood(second);
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

/* The default is the smallest power of two with which at most four CPUs share a ring. */
static void test_auto(void **state)
{
	unsigned int rings = 1;

	(void)state;
	while (rings < 64 && (int)rings * 4 < count_cpus())
		rings *= 2;
	run("--ring-shards=auto", rings, (16 << 20) / rings);
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
		cmocka_unit_test(test_auto),
		cmocka_unit_test(test_too_small),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
