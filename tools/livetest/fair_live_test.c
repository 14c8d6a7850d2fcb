/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A flood of events by one user must not cause losses for another user. All programs of root, or of
 * another user, are recorded. The reader drains the rings in time, or is stopped repeatedly.
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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <yyjson.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/tracer.h"

/* Duration of a flood in seconds, unless LIVETEST_FLOOD_S in the environment is set. */
#define LONG_S  20
#define SHORT_S 8
#define MOST_S  600

/* Programs that the victim starts in each second. */
#define RATE 18

#define NS 1000000000ULL

/* Number of flooding processes, and their first user id. */
#define WORKERS 22
#define USER    65534

/* A user without privileges, other than those of the flood. */
#define VICTIM 1000

/* Bytes of arguments in each exec of the flood. */
#define LENGTH 20000

static unsigned int scaled_s(unsigned int by_default)
{
	const char *wanted = getenv("LIVETEST_FLOOD_S");
	unsigned long s = wanted ? strtoul(wanted, NULL, 10) : by_default;

	return s < MOST_S ? (unsigned int)s : MOST_S;
}

/* Real user of the victim: none of its events may be lost. */
static uid_t victim;

/* ---- received events ----------------------------------------------------------------------- */

#define PIDS (1 << 22)

enum { EXEC = 1, FORK = 2, EXIT = 4, ALL = 7 };

struct tally {
	/* by process number: which events of the victim's processes were received */
	unsigned char seen[PIDS];
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

/* Call execv(2) for a missing program, in a loop. */
static void fail_execs(int program)
{
	char *const argv[] = { long_argument(), NULL };

	(void)program;
	for (;;)
		execv("/nonexistent", argv);
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

static void flood_end(const struct flood *f)
{
	int status;

	for (int i = 0; i < WORKERS; i++)
		kill(f->pids[i], SIGKILL);
	for (int i = 0; i < WORKERS; i++) {
		assert_int_equal(waitpid(f->pids[i], &status, 0), f->pids[i]);
		assert_true(WIFSIGNALED(status)); /* the worker ran until kill(2) */
	}
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

/*
 * Start RATE programs in each of @seconds seconds. With @stop_ms, the reader is stopped for the
 * first @stop_ms milliseconds of each second. All programs then start while the reader is stopped,
 * on a busy machine fewer than RATE. Return: the number of programs.
 */
static unsigned int run_programs(const struct tracer *tracer, unsigned int seconds,
				 unsigned int stop_ms, pid_t *pids)
{
	uint64_t end = proc_now_ns() + seconds * NS;
	unsigned int count = 0;

	while (proc_now_ns() < end) {
		uint64_t begin = proc_now_ns(), span = stop_ms ? stop_ms * (NS / 1000) : NS, now;

		if (stop_ms) {
			tracer_kill(tracer, SIGSTOP);
			usleep(stop_ms * 1000 / 2);
		}
		for (int i = 0; i < RATE && proc_now_ns() - begin < span; i++) {
			pids[count++] = run_program();
			if (!stop_ms)
				usleep(1000000 / RATE / 2);
		}
		now = proc_now_ns();
		if (now - begin < span)
			usleep((useconds_t)((span - (now - begin)) / 1000));
		if (stop_ms) {
			tracer_kill(tracer, SIGCONT);
			usleep(1000000 - stop_ms * 1000);
		}
	}
	return count;
}

/* ---- flood and victim ------------------------------------------------------------------------ */

struct plan {
	struct flood flood;
	unsigned int seconds, stop_ms;
	const char *const *flags;
};

struct outcome {
	yyjson_doc *summary;
	/* programs started; missing events of these programs */
	unsigned int programs, execs, forks, exits;
	uint64_t lost_shares, lost_of_user; /* sums of the LOST lines: struct tally */
};

static uint64_t number(const struct outcome *o, const char *pointer)
{
	return yyjson_get_uint(yyjson_doc_ptr_get(o->summary, pointer));
}

static void run(struct plan *plan, struct outcome *o)
{
	unsigned int seconds = scaled_s(plan->seconds);
	struct tally *tally = calloc(1, sizeof(*tally));
	pid_t *pids = calloc((MOST_S + 1) * RATE, sizeof(*pids));
	struct tracer_options opts = { .flags = plan->flags, .on_line = on_line, .ctx = tally };
	struct tracer_result result;
	struct tracer *tracer = NULL;

	assert_true(tally && pids);
	assert_int_equal(tracer_start(&opts, &tracer), 0);
	flood_start(&plan->flood);
	victim = plan->flood.victim;
	/*
	 * Shares are by real user. The effective user stays root, because the test must stop the
	 * reader.
	 */
	assert_int_equal(setresuid(victim, 0, 0), 0);
	*o = (struct outcome){ .programs = run_programs(tracer, seconds, plan->stop_ms, pids) };
	assert_int_equal(setresuid(0, 0, 0), 0);
	flood_end(&plan->flood);
	assert_int_equal(tracer_stop(tracer, SIGTERM, &result), 0);
	o->summary = tracer_summary(&result);
	if (!yyjson_is_true(yyjson_doc_ptr_get(o->summary, "/accounted")))
		fail_msg("not every event is accounted for: %s", result.err);
	for (unsigned int i = 0; i < o->programs; i++) {
		o->execs += !(tally->seen[pids[i]] & EXEC);
		o->forks += !(tally->seen[pids[i]] & FORK);
		o->exits += !(tally->seen[pids[i]] & EXIT);
	}
	o->lost_shares = tally->lost_shares;
	o->lost_of_user = tally->lost_of_user;
	print_message(
		"of %u programs of the victim: execs lost %u, forks %u, exits %u; of the flood "
		"%" PRIu64 " events came, %" PRIu64 " are lost, %" PRIu64 " of these for a share\n",
		o->programs, o->execs, o->forks, o->exits, tally->floods, number(o, "/total/lost"),
		tally->lost_shares);
	assert_int_equal(number(o, "/total/lost"), tally->lost);
	assert_true(o->programs > 0);
	tracer_result_free(&result);
	free(pids);
	free(tally);
}

static void spares_victim(struct plan *plan, struct outcome *o)
{
	run(plan, o);
	assert_int_equal(o->execs, 0);
	assert_int_equal(o->forks, 0);
	assert_int_equal(o->exits, 0);
	assert_int_equal(number(o, "/total/lost_by_cause/USER_SHARE"), o->lost_shares);
}

#define PROCESSES "-s", "-e", "process-fork,process-exec,process-exit,process-exec-failed"

static const char *const processes[] = { PROCESSES, NULL };

static void test_failed_execs(void **state)
{
	static const char *const flags[] = { "-s", "-a", NULL };
	struct plan plan = { { .act = fail_execs }, LONG_S, 0, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_execs(void **state)
{
	struct plan plan = { { .act = succeed }, LONG_S, 0, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_failed_execs_and_a_stopped_reader(void **state)
{
	struct plan plan = { { .act = fail_execs }, SHORT_S, 500, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec-failed/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

/* The summary lists refused events by user, the user with the most first: a user of the flood. */
static void test_execs_and_a_stopped_reader(void **state)
{
	struct plan plan = { { .act = succeed }, SHORT_S, 500, processes };
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
	struct plan plan = { { .act = succeed, .victim = VICTIM }, SHORT_S, 500, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

static void test_small_rings(void **state)
{
	static const char *const flags[] = { PROCESSES, "--ring-size=256K", NULL };
	struct plan plan = { { .act = succeed }, SHORT_S, 100, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_many_users(void **state)
{
	struct plan plan = { { .act = succeed, .users = true }, SHORT_S, 500, processes };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	yyjson_doc_free(o.summary);
}

static void test_built_in_scratch(void **state)
{
	static const char *const flags[] = { PROCESSES, "--wire-format=varlen", NULL };
	struct plan plan = { { .act = succeed }, SHORT_S, 500, flags };
	struct outcome o;

	(void)state;
	spares_victim(&plan, &o);
	assert_true(number(&o, "/events/process-exec/lost_by_cause/USER_SHARE") > 0);
	yyjson_doc_free(o.summary);
}

static void test_fixed_slots(void **state)
{
	static const char *const flags[] = { PROCESSES, "--wire-format=fixed", "--ring-size=16M",
					     NULL };
	struct plan plan = { { .act = succeed }, SHORT_S, 300, flags };
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
	struct plan plan = { { .act = succeed }, SHORT_S, 500, flags };
	struct outcome o;

	(void)state;
	run(&plan, &o);
	assert_true(o.execs > 0);
	assert_true(o.forks > 0);
	assert_true(o.exits > 0);
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
