/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flood of events by one user must not cause losses for another user, the victim.
 *
 * The result does not depend on the load of the machine:
 *
 * - While the reader is stopped, the flood makes several times as many events as a ring has room
 *   for. Then the victim's programs start. So the result shows shares of the ring, and not the
 *   speed of the reader.
 * - If the reader runs, it may be slow: all programs of the victim together fit into its share.
 * - Other processes are not recorded, because their events would take a part of root's share.
 *
 * No step lasts for a fixed time. A step ends when the flood has made a number of system calls, or
 * when the reader has printed an event.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* Time-out in ms that only a hanging eventstrace or flood reaches. */
#define HANGS_MS 60000

/*
 * Rounds of a test, and programs of the victim in each. The records of a round's programs take less
 * than 1/18 of the ring. While one user floods, the share of another user is at least as large.
 * When the BPF programs first see that half of the ring is full, CPUs can have filled up to 1/8
 * more. Then 1/12 is free for users other than root, so that used <= 2 * (1/12 - used).
 *
 * A program has a fork, an exec and an exit record. Together, they take 1,200 to 1,800 bytes, which
 * depends on the working directory, or 103 KiB in fixed slots.
 */
#define ROUNDS   4
#define PROGRAMS 8

/*
 * Execs of the flood that fill a ring in each round. The largest ring has room for 230 records of
 * these execs.
 */
#define FILLS 1000

/* Number of flooding processes, and their first user id. */
#define WORKERS 22
#define USER    65534

/* A user without privileges, other than those of the flood. */
#define VICTIM 1000

/* Bytes of arguments in each exec of the flood. */
#define LENGTH 20000

/* Real user of the victim: none of its events may be lost. */
static uid_t victim;

/* ---- received events ----------------------------------------------------------------------- */

#define PIDS (1 << 22)

enum { EXEC = 1, FORK = 2, EXIT = 4 };

struct tally {
	/* by process number: which events of the victim's processes were received */
	_Atomic unsigned char seen[PIDS];
	uint64_t floods;       /* received events of other users */
	uint64_t lost;         /* events that LOST lines report */
	uint64_t lost_shares;  /* events of `lost` with the cause USER_SHARE */
	uint64_t lost_of_user; /* events of `lost_shares` that USER lost */
};

static bool has(const char *line, size_t len, const char *text)
{
	return memmem(line, len, text, strlen(text));
}

static uint64_t number_behind(const char *line, size_t len, const char *text)
{
	const char *at = memmem(line, len, text, strlen(text));

	return at ? strtoull(at + strlen(text), NULL, 10) : UINT64_MAX;
}

/*
 * The numbers that this function searches for come before arguments and paths in a line. So it
 * reads only the beginning of a long line.
 */
static void on_line(void *ctx, const char *line, size_t len)
{
	static const char fork[] = "{\"event_type\":\"PROCESS_FORK\"";
	static const char exec[] = "{\"event_type\":\"PROCESS_EXEC\"";
	static const char exit[] = "{\"event_type\":\"PROCESS_EXIT\"";
	static const char lost[] = "{\"event_type\":\"LOST\"";
	struct tally *t = ctx;
	const char *who = "\"pids\":{\"tid\":";
	uint64_t pid;
	int what;

	if (!strncmp(line, lost, sizeof(lost) - 1)) {
		uint64_t count = number_behind(line, len, "\"count\":");

		t->lost += count;
		if (has(line, len, "\"cause\":\"USER_SHARE\""))
			t->lost_shares += count;
		if (number_behind(line, len, "\"uid\":") == USER)
			t->lost_of_user += count;
		return;
	}
	if (!strncmp(line, exec, sizeof(exec) - 1)) {
		what = EXEC;
	} else if (!strncmp(line, exit, sizeof(exit) - 1)) {
		what = EXIT;
	} else if (!strncmp(line, fork, sizeof(fork) - 1)) {
		what = FORK;
		who = "\"child_pids\":{\"tid\":";
	} else {
		t->floods++;
		return;
	}
	if (len > 1500)
		len = 1500;
	if (number_behind(line, len, "\"ruid\":") != victim) {
		t->floods++;
		return;
	}
	pid = number_behind(line, len, who);
	if (pid < PIDS)
		t->seen[pid] |= what;
}

/* ---- the flood ------------------------------------------------------------------------------ */

static void become(uid_t user)
{
	if (setgroups(0, NULL) || setresgid(USER, USER, USER) || setresuid(user, user, user))
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static char *long_argument(void)
{
	static char arg[LENGTH];

	memset(arg, 'x', sizeof(arg) - 1);
	return arg;
}

/* Number of execs of all flooding processes, in memory that they share with the test. */
static _Atomic uint64_t *execs;

/* Call execv(2) for a missing program, in a loop. */
static void fail_execs(int program)
{
	char *const argv[] = { long_argument(), NULL };

	(void)program;
	for (;;) {
		execv("/nonexistent", argv);
		++*execs;
	}
}

/* Execute @program in a new process, in a loop. */
static void succeed(int program)
{
	char *const argv[] = { "flood", long_argument(), NULL };
	char *const envp[] = { NULL };

	for (;;) {
		pid_t pid = fork();

		if (pid == 0) {
			fexecve(program, argv, envp);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
		++*execs;
	}
}

struct flood {
	void (*act)(int program);
	bool users;   /* true: each worker runs as a different user */
	uid_t victim; /* user whose programs run during the flood */
	pid_t pids[WORKERS];
};

static void flood_start(struct flood *f)
{
	int program = open(runfiles_case("noop"), O_RDONLY | O_CLOEXEC);

	assert_true(program >= 0);
	execs = mmap(NULL, sizeof(*execs), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	assert_true(execs != MAP_FAILED);
	for (int i = 0; i < WORKERS; i++) {
		f->pids[i] = fork();
		if (f->pids[i] == 0) {
			become(USER - (f->users ? (uid_t)i : 0));
			f->act(program);
			_exit(1);
		}
		assert_true(f->pids[i] > 0);
	}
	close(program);
}

static void flood_kill(const struct flood *f, int sig)
{
	for (int i = 0; i < WORKERS; i++)
		kill(f->pids[i], sig);
}

static uint64_t deadline(void)
{
	return proc_now_ns() + (uint64_t)proc_scaled_ms(HANGS_MS) * 1000000;
}

/* Wait until the flood has made @count further execs. */
static void flood_continue(uint64_t count)
{
	uint64_t until = *execs + count, end = deadline();

	while (*execs < until) {
		assert_true(proc_now_ns() < end);
		usleep(1000);
	}
}

static void flood_end(const struct flood *f)
{
	int status;

	flood_kill(f, SIGKILL);
	for (int i = 0; i < WORKERS; i++) {
		assert_int_equal(waitpid(f->pids[i], &status, 0), f->pids[i]);
		assert_true(WIFSIGNALED(status)); /* the worker ran until kill(2) */
	}
	munmap(execs, sizeof(*execs));
}

/* ---- the victim ------------------------------------------------------------------------------ */

static pid_t run_program(void)
{
	char *const argv[] = { "root", NULL }, *const envp[] = { NULL };
	int status;
	pid_t pid;

	assert_int_equal(posix_spawn(&pid, runfiles_case("noop"), NULL, NULL, argv, envp), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	return pid;
}

/* ---- flood and victim ------------------------------------------------------------------------ */

struct plan {
	struct flood flood;
	unsigned int between; /* execs of the flood before each program; 0: the reader is stopped */
	const char *const *flags;
};

struct outcome {
	yyjson_doc *summary;
	/* missing events of the victim's programs */
	unsigned int lost_execs, lost_forks, lost_exits;
	uint64_t lost_shares, lost_of_user; /* sums of the LOST lines: struct tally */
};

/*
 * Wait until the reader has printed all records in the rings. Events are printed in the order of
 * time, so they are printed before those of a later program. This program is repeated, because its
 * events are lost while the rings are full.
 */
static void wait_drained(const struct tally *tally)
{
	uint64_t end = deadline();

	for (;;) {
		pid_t pid = run_program();

		for (int i = 0; i < 100; i++) {
			if (tally->seen[pid] & EXIT)
				return;
			usleep(1000);
		}
		assert_true(proc_now_ns() < end);
	}
}

/*
 * Fill the rings while the reader is stopped, and start programs of the victim. Then stop the
 * flood until the rings are empty, so that all shares are unused again.
 */
static void run_round(const struct plan *plan, const struct tracer *tracer,
		      const struct tally *tally, pid_t pids[PROGRAMS])
{
	tracer_kill(tracer, SIGSTOP);
	flood_kill(&plan->flood, SIGCONT);
	flood_continue(FILLS);
	for (int i = 0; i < PROGRAMS; i++)
		pids[i] = run_program();
	flood_kill(&plan->flood, SIGSTOP);
	tracer_kill(tracer, SIGCONT);
	wait_drained(tally);
}

static void run_programs(const struct plan *plan, const struct tracer *tracer,
			 const struct tally *tally, pid_t pids[ROUNDS][PROGRAMS])
{
	for (int round = 0; round < ROUNDS; round++) {
		if (!plan->between) {
			run_round(plan, tracer, tally, pids[round]);
			continue;
		}
		for (int i = 0; i < PROGRAMS; i++) {
			flood_continue(plan->between);
			pids[round][i] = run_program();
		}
	}
}

static uint64_t number(const struct outcome *o, const char *pointer)
{
	return yyjson_get_uint(yyjson_doc_ptr_get(o->summary, pointer));
}

static struct tracer *start(const struct plan *plan, struct tally *tally)
{
	char tree[32];
	const char *flags[8] = { tree };
	struct tracer_options opts = { .flags = flags, .on_line = on_line, .ctx = tally };
	struct tracer *tracer = NULL;

	/* Only the events of this test. */
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	for (int i = 0; plan->flags[i]; i++)
		flags[i + 1] = plan->flags[i];
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	return tracer;
}

static void run(struct plan *plan, struct outcome *o)
{
	struct tally *tally = calloc(1, sizeof(*tally));
	pid_t pids[ROUNDS][PROGRAMS];
	struct tracer_result result;
	struct tracer *tracer;

	assert_non_null(tally);
	victim = plan->flood.victim;
	tracer = start(plan, tally);
	flood_start(&plan->flood);
	/*
	 * Shares are by real user. The effective user stays root, because the test must stop the
	 * reader.
	 */
	assert_int_equal(setresuid(victim, 0, 0), 0);
	run_programs(plan, tracer, tally, pids);
	assert_int_equal(setresuid(0, 0, 0), 0);
	flood_end(&plan->flood);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	*o = (struct outcome){ .summary = tracer_summary(&result) };
	if (!yyjson_is_true(yyjson_doc_ptr_get(o->summary, "/accounted")))
		fail_msg("not every event is accounted for: %s", result.err);
	for (int i = 0; i < ROUNDS * PROGRAMS; i++) {
		unsigned char seen = tally->seen[pids[i / PROGRAMS][i % PROGRAMS]];

		o->lost_execs += !(seen & EXEC);
		o->lost_forks += !(seen & FORK);
		o->lost_exits += !(seen & EXIT);
	}
	o->lost_shares = tally->lost_shares;
	o->lost_of_user = tally->lost_of_user;
	print_message(
		"of %d programs of the victim: execs lost %u, forks %u, exits %u; of the flood "
		"%" PRIu64 " events came, %" PRIu64 " are lost, %" PRIu64 " of these for a share\n",
		ROUNDS * PROGRAMS, o->lost_execs, o->lost_forks, o->lost_exits, tally->floods,
		number(o, "/total/lost"), tally->lost_shares);
	assert_int_equal(number(o, "/total/lost"), tally->lost);
	tracer_result_free(&result);
	free(tally);
}

static void spares_victim(struct plan *plan, struct outcome *o)
{
	run(plan, o);
	assert_int_equal(o->lost_execs, 0);
	assert_int_equal(o->lost_forks, 0);
	assert_int_equal(o->lost_exits, 0);
	assert_int_equal(number(o, "/total/lost_by_cause/USER_SHARE"), o->lost_shares);
}

#define PROCESSES "-s", "-e", "process-fork,process-exec,process-exit,process-exec-failed"

static const char *const processes[] = { PROCESSES, NULL };

static void test_failed_execs(void **state)
{
	static const char *const flags[] = { "-s", "-a", NULL };
	struct plan plan = { { .act = fail_execs }, 5000, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_execs(void **state)
{
	struct plan plan = { { .act = succeed }, 50, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_failed_execs_and_a_stopped_reader(void **state)
{
	struct plan plan = { { .act = fail_execs }, 0, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec-failed/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

/* The summary lists refused events by user, the user with the most first: a user of the flood. */
static void test_execs_and_a_stopped_reader(void **state)
{
	struct plan plan = { { .act = succeed }, 0, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	assert_int_equal(number(&o, "/refused_users/0/uid"), USER);
	assert_in_range(number(&o, "/refused_users/0/events"), 1, o.lost_shares);
	/* Each LOST line also names the user. */
	assert_int_equal(o.lost_of_user, o.lost_shares);
	yyjson_doc_free(o.summary);
}

/* The victim has no privileges, and no part of a ring is reserved for it. */
static void test_unprivileged_victim(void **state)
{
	struct plan plan = { { .act = succeed, .victim = VICTIM }, 0, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

static void test_small_rings(void **state)
{
	static const char *const flags[] = { PROCESSES, "--ring-size=256K", NULL };
	struct plan plan = { { .act = succeed }, 0, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_many_users(void **state)
{
	struct plan plan = { { .act = succeed, .users = true }, 0, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_built_in_scratch(void **state)
{
	static const char *const flags[] = { PROCESSES, "--wire-format=varlen", NULL };
	struct plan plan = { { .act = succeed }, 0, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

static void test_fixed_slots(void **state)
{
	static const char *const flags[] = { PROCESSES, "--wire-format=fixed", "--ring-size=16M",
					     "--ring-shards=1", NULL };
	struct plan plan = { { .act = succeed }, 0, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

/*
 * With --fair=off, the same flood causes losses for root. So the tests above can detect a missing
 * limit.
 */
static void test_off(void **state)
{
	static const char *const flags[] = { PROCESSES, "--fair=off", NULL };
	struct plan plan = { { .act = succeed }, 0, flags };
	struct outcome o;

	(void)state;
	run(&plan, &o);
	assert_true(o.lost_execs > 0);
	assert_true(o.lost_forks > 0);
	assert_true(o.lost_exits > 0);
	assert_int_equal(o.lost_shares, 0);
	yyjson_doc_free(o.summary);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failed_execs),
		cmocka_unit_test(test_execs),
		cmocka_unit_test(test_failed_execs_and_a_stopped_reader),
		cmocka_unit_test(test_execs_and_a_stopped_reader),
		cmocka_unit_test(test_unprivileged_victim),
		cmocka_unit_test(test_small_rings),
		cmocka_unit_test(test_many_users),
		cmocka_unit_test(test_built_in_scratch),
		cmocka_unit_test(test_fixed_slots),
		cmocka_unit_test(test_off),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
