/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace reports events that its programs missed, and a process tree that is larger than the
 * map.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/cases/pty.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/tracer.h"

#define BLOCKED 32
#define WRITES  5

/* ---- results ------------------------------------------------------------------------------ */

/* A number of the summary, which must exist. */
static uint64_t number(yyjson_doc *doc, const char *pointer)
{
	yyjson_val *val = yyjson_doc_ptr_get(doc, pointer);

	if (!yyjson_is_uint(val))
		fail_msg("the summary has no %s", pointer);
	return yyjson_get_uint(val);
}

/* ---- many calls wait in a probed function --------------------------------------------------- */

/* More bytes than the terminal's buffer holds. */
static char much[1 << 17];

/*
 * Start a process that waits in write(2), because no process reads the terminal. Return: its PID.
 */
static pid_t block(const struct pty *pty)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(write(pty->slave, much, sizeof(much)) < 0);
	return pid;
}

/* True if the process sleeps, state S. */
static bool waits(pid_t pid)
{
	char path[64], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (f)
		fclose(f);
	return state == 'S';
}

/*
 * Write from a child, because eventstrace omits the writes of its ancestors: they may relay its
 * terminal. This process is an ancestor.
 */
static pid_t write_some(const struct pty *pty)
{
	pid_t pid = fork();
	int status;

	for (int i = 0; pid == 0 && i < WRITES; i++)
		if (write(pty->slave, "one of five", 11) != 11)
			_exit(1);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

static uint64_t count_writes(const struct tracer_result *result, pid_t tgid)
{
	char pid[32];
	uint64_t n = 0;

	snprintf(pid, sizeof(pid), "\"tgid\":%d,", (int)tgid);
	for (size_t i = 0; i < result->count; i++)
		n += strstr(result->lines[i], pid) && strstr(result->lines[i], "\"one of five\"");
	return n;
}

/*
 * True if this kernel counts the calls that a kretprobe missed (since 6.7). A kretprobe has room
 * for a limited number of pending calls.
 */
static bool kernel_tells(void)
{
	struct utsname name;
	int major, minor;

	return uname(&name) == 0 && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 7));
}

static void test_blocked(void **state)
{
	char tree[32];
	/* Exclude other processes, because their writes would fill the ring. */
	const char *const flags[] = { "-s", "--process-tty-write", tree, NULL };
	struct pty mine, ptys[BLOCKED];
	struct tracer_result result;
	struct timespec soon = { .tv_nsec = 10000000 };
	struct tracer *tracer;
	pid_t pids[BLOCKED], writer;
	uint64_t seen, skipped;
	yyjson_doc *doc;

	(void)state;
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	tracer = tracer_begin(flags);
	for (int i = 0; i < BLOCKED; i++) {
		pty_open(&ptys[i]);
		pids[i] = block(&ptys[i]);
		assert_true(pids[i] > 0);
	}
	for (int i = 0; i < BLOCKED; i++)
		while (!waits(pids[i]))
			nanosleep(&soon, NULL);
	pty_open(&mine);
	pty_drain(&mine);
	writer = write_some(&mine);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	pty_close(&mine);
	for (int i = 0; i < BLOCKED; i++) {
		kill(pids[i], SIGKILL);
		assert_int_equal(waitpid(pids[i], NULL, 0), pids[i]);
		pty_close(&ptys[i]);
	}

	seen = count_writes(&result, writer);
	doc = tracer_summary(&result);
	skipped = number(doc, "/skipped");
	print_message("%u of %u writes were seen; %u times nothing was run\n", (unsigned int)seen,
		      WRITES, (unsigned int)skipped);
	if (strstr(result.err, "kretprobe/")) {
		/* If the kretprobe has missed no write, the test has tested nothing. */
		assert_true(seen < WRITES);
		if (kernel_tells())
			assert_true(seen + skipped >= WRITES);
	} else {
		assert_int_equal(seen, WRITES);
		assert_int_equal(skipped, 0);
	}
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

/* ---- a tree of more processes than the map has room for ------------------------------------- */

#define TREE 16384 /* ET_TREE_MAX of probes/core/filter.bpf.h */
#define MORE 100

/*
 * Start the root of a tree. It waits for @go, then forks children, which live until all of them
 * exist. Return: its PID.
 */
static pid_t plant(const int go[2])
{
	pid_t root = fork();
	int until[2];
	char byte;

	if (root)
		return root;
	close(go[1]);
	if (read(go[0], &byte, 1) != 1 || pipe(until) < 0)
		_exit(1);
	for (int i = 0; i < TREE + MORE - 1; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			close(until[1]);
			_exit(read(until[0], &byte, 1) != 0);
		}
		if (pid < 0)
			_exit(2);
	}
	close(until[1]);
	while (wait(NULL) > 0)
		;
	_exit(0);
}

static void test_full_tree(void **state)
{
	char tree[32];
	const char *const flags[] = { "-s", "--process-fork",  "--process-exit",
				      tree, "--ring-size=16M", NULL };
	struct tracer_result result;
	struct tracer *tracer;
	yyjson_doc *doc;
	int go[2], status;
	pid_t root;

	(void)state;
	assert_int_equal(pipe(go), 0);
	root = plant(go);
	assert_true(root > 0);
	snprintf(tree, sizeof(tree), "--tree=%d", (int)root);
	tracer = tracer_begin(flags);
	assert_int_equal(write(go[1], "g", 1), 1);
	assert_int_equal(waitpid(root, &status, 0), root);
	assert_int_equal(status, 0);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	close(go[0]);
	close(go[1]);

	doc = tracer_summary(&result);
	assert_int_equal(number(doc, "/tree_missed"), MORE);
	/*
	 * A fork is an event of the parent, which is in the map. The exit of a process that is not
	 * in the map is no event of the tree.
	 */
	assert_int_equal(number(doc, "/events/process-fork/attempted"), TREE + MORE - 1);
	assert_int_equal(number(doc, "/events/process-exit/attempted"), TREE);
	yyjson_doc_free(doc);
	tracer_result_free(&result);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocked),
		cmocka_unit_test(test_full_tree),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
