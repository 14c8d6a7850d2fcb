/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate_live_test GATE EVENTSTRACE: the gate passes on this tree, and fails if a figure got worse.
 * EVENTSTRACE is the program that GATE measures.
 *
 * gate_live_test GATE EVENTSTRACE worse: GATE is a build that is worse on purpose (ET_WORSE), and
 * EVENTSTRACE is the usual program.
 */
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/gate/figures.h"

static const char *program, *tool;

#define FLAGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* Run the gate. Check its exit status. If @words is set, check that the output contains @words. */
static void gate(const char *const *flags, int status, const char *words)
{
	static char text[65536];
	const char *argv[16] = { program };
	int fds[2], n = 1, got;
	size_t len = 0;
	ssize_t r;
	pid_t pid;

	while (*flags && n < 15)
		argv[n++] = *flags++;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		if (dup2(fds[1], 1) < 0 || dup2(fds[1], 2) < 0)
			_exit(127);
		execv(program, (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	while (len < sizeof(text) - 1 && (r = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)r;
	text[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &got, 0), pid);
	if (!WIFEXITED(got) || WEXITSTATUS(got) != status || (words && !strstr(text, words)))
		fail_msg("wait status 0x%x in place of exit status %d and \"%s\":\n%s",
			 (unsigned int)got, status, words ? words : "", text);
}

/*
 * --save stores the kind of machine, because times are compared only with those of the same kind.
 */
static void check_machine(const char *path)
{
	struct figures here = { 0 }, saved = { 0 };

	assert_int_equal(figures_read(path, &saved), 0);
	unlink(path);
	figures_of_here(&here);
	assert_true(*here.machine);
	assert_string_equal(saved.machine, here.machine);
	assert_string_equal(saved.kernel, here.kernel);
	assert_int_equal(saved.cpus, here.cpus);
	figures_free(&saved);
}

static void passes(void **state)
{
	const char *folder = getenv("TEST_TMPDIR");
	char path[256], save[300];

	(void)state;
	snprintf(path, sizeof(path), "%s/figures-%d.json", folder ? folder : "/tmp", (int)getpid());
	snprintf(save, sizeof(save), "--save=%s", path);
	/*
	 * CI runs the gate itself, with all formats and times. Here is what does not depend on the
	 * load of the machine, in the format that every kernel has.
	 */
	gate(FLAGS("--only=exact", "--format=varlen", save), 0, "nothing got worse");
	check_machine(path);
	gate(FLAGS("--figure=wakeups/tty-flood-1", "--quick"), 0, "nothing got worse in 2 figures");
}

/* The table has all figures, also if no figure got worse. */
static void against_itself(void **state)
{
	char against[PATH_MAX + 16];

	(void)state;
	snprintf(against, sizeof(against), "--against=%s", tool);
	gate(FLAGS(against, "-w", "tty-flood-1", "--pairs=10"), 0,
	     "nothing got worse in 3 figures");
	gate(FLAGS(against, "--only=timed", "--pairs=10", "--tool-flag=--no-such-flag"), 4,
	     "no-such-flag");
}

static void doubled_ring(void **state)
{
	(void)state;
	gate(FLAGS("--figure=locked/rings", "--format=varlen",
		   "--tool-flag=--ring-size=lifecycle=2M,bulk=4M"),
	     1, "locked/rings/varlen");
}

/*
 * A write of 10,000 bytes never fits into a ring of 4,096 bytes, so its event is always lost. A
 * fast reader could receive all events of smaller writes.
 */
static void lost_events(void **state)
{
	(void)state;
	gate(FLAGS("--figure=lost/tty-flood-10000", "--format=varlen",
		   "--tool-flag=--ring-size=4096"),
	     1, "lost/tty-flood-10000/varlen");
}

static void wakeup_on_every_event(void **state)
{
	(void)state;
	gate(FLAGS("--figure=wakeups/tty-flood-1/auto", "--quick", "--tool-flag=--wakeup=always"),
	     1, "wakeups/tty-flood-1/auto");
}

/* The reader is woken for each event, so the latency budget has no effect. */
static void no_naps(void **state)
{
	(void)state;
	gate(FLAGS("--figure=wakeups/rate-exec-300/auto", "--tool-flag=--wakeup=always"), 1,
	     "wakeups/rate-exec-300/auto");
}

#define SAVED 5

/* Write a file as --save does, with one timed figure. @ret receives the flag --from. */
static void save(size_t i, const char *machine, double value, char ret[300])
{
	const char *folder = getenv("TEST_TMPDIR");
	struct figures f = { .cpus = 2, .kernel = "6.1" };

	snprintf(ret, 300, "--from=%s/saved-%d-%zu.json", folder ? folder : "/tmp", (int)getpid(),
		 i);
	snprintf(f.machine, sizeof(f.machine), "%s", machine);
	assert_int_equal(figures_add(&f, FIGURES_TIMED, value, "worst/rate/auto/always"), 0);
	assert_int_equal(figures_write(&f, ret + strlen("--from=")), 0);
	figures_free(&f);
}

/* Five saved measurements make a baseline, if they are of machines of one kind. */
static void update_from_files(void **state)
{
	char from[SAVED + 1][300], baseline[300], path[300];

	(void)state;
	for (size_t i = 0; i < SAVED; i++)
		save(i, "2 x Here", 1.0 + 0.01 * (double)i, from[i]);
	save(SAVED, "2 x Elsewhere", 1.0, from[SAVED]);
	snprintf(path, sizeof(path), "%s.baseline", from[0] + strlen("--from="));
	snprintf(baseline, sizeof(baseline), "--baseline=%s", path);
	gate(FLAGS("--update", "--only=timed", baseline, from[0], from[1], from[2], from[3],
		   from[SAVED]),
	     4, "measure all on one machine");
	assert_int_equal(access(path, F_OK), -1);
	gate(FLAGS("--update", "--only=timed", baseline, from[0], from[1], from[2], from[3],
		   from[4]),
	     0, "wrote");
	/* The median is 1.02. The allowance of this figure is 1.3. */
	save(0, "2 x Here", 1.29, from[0]);
	gate(FLAGS("--only=timed", baseline, from[0]), 0, "nothing got worse in 1 figures");
	save(0, "2 x Here", 1.31, from[0]);
	gate(FLAGS("--only=timed", baseline, from[0]), 1, "1.02");
	unlink(path);
	for (size_t i = 0; i <= SAVED; i++)
		unlink(from[i] + strlen("--from="));
}

static void usage(void **state)
{
	(void)state;
	gate(FLAGS("--only=nothing"), 2, "exact or timed");
	gate(FLAGS("--figure=bytes/nothing"), 2, "see --help");
	gate(FLAGS("--figure=wakeups", "--only=exact"), 2, "see --help");
	gate(FLAGS("--format=json"), 2, "fixed, varlen or direct");
	gate(FLAGS("--baseline=/nowhere"), 4, "/nowhere");
	gate(FLAGS("--update", "--only=timed", "--from=/nowhere"), 2, "see --help");
	gate(FLAGS("--from=/nowhere", "--from=/nowhere"), 2, "see --help");
	gate(FLAGS("--against=/nowhere"), 2, "/nowhere");
	gate(FLAGS("--against=/nowhere", "--update"), 2, "see --help");
	gate(FLAGS("--against=/nowhere", "--pairs=9"), 2, "10 to 100");
	gate(FLAGS("--against=/nowhere", "-w", "tty-flood-10000"), 2, "see --help");
	gate(FLAGS("--against=/nowhere", "--figure=rate"), 2, "see --help");
	gate(FLAGS("--base=HEAD"), 2, "./bazelw run //bench:gate");
}

/* The flag --against with the usual program. */
static const char *usual(void)
{
	static char flag[PATH_MAX + 16];

	snprintf(flag, sizeof(flag), "--against=%s", tool);
	return flag;
}

/* 8 bytes more in each record, in comparison with the baseline and with another build. */
static void larger_records(void **state)
{
	(void)state;
	gate(FLAGS("--figure=bytes/tty-flood-1", "--format=varlen"), 1,
	     "bytes/tty-flood-1/process-tty-write/varlen");
	gate(FLAGS(usual(), "--figure=bytes/tty-flood-1"), 1,
	     "bytes/tty-flood-1/process-tty-write/varlen");
}

/* About a tenth more time in the BPF programs of fork, exec and exit. */
static void more_time(void **state)
{
	(void)state;
	gate(FLAGS(usual(), "--figure=ns/exec-spam", "--pairs=10"), 1, "1 of 1 figures got worse");
}

/* One more wake-up in 100 events of terminal writes. */
static void more_wakeups(void **state)
{
	(void)state;
	gate(FLAGS(usual(), "--figure=wakeups/tty-flood-1", "--pairs=10"), 1,
	     "1 of 1 figures got worse");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes),
		cmocka_unit_test(against_itself),
		cmocka_unit_test(doubled_ring),
		cmocka_unit_test(lost_events),
		cmocka_unit_test(wakeup_on_every_event),
		cmocka_unit_test(no_naps),
		cmocka_unit_test(update_from_files),
		cmocka_unit_test(usage),
	};
	static const struct CMUnitTest worse[] = {
		cmocka_unit_test(larger_records),
		cmocka_unit_test(more_time),
		cmocka_unit_test(more_wakeups),
	};

	if (argc < 3) {
		fprintf(stderr, "usage: gate_live_test GATE EVENTSTRACE [worse]\n");
		return 2;
	}
	program = argv[1];
	tool = argv[2];
	if (argc > 3 && !strcmp(argv[3], "worse"))
		return cmocka_run_group_tests(worse, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
