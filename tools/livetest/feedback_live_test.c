/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace prints events on a terminal whose writes it records. It omits the writes of its own
 * output, or each would cause the next. It prints on the terminal itself, or through a pipeline.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/screen.h"

/* Another process writes to the terminal. */
static void write_elsewhere(const struct screen *s)
{
	const char *const argv[] = { runfiles_case("copy"), NULL };
	struct proc_options proc = { .argv = argv, .out = s->slave };
	int in[2], status;
	pid_t pid;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	proc.in = in[0];
	assert_int_equal(write(in[1], "from elsewhere\n", 15), 15);
	close(in[1]);
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	close(in[0]);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
	assert_int_equal(status, 0);
}

/*
 * Check that eventstrace does not record its own writes to the terminal, whichever event it prints.
 * Then another process writes to the terminal once: @of_others is the expected number of events of
 * this write.
 */
static void check_quiet(struct screen *s, size_t of_others)
{
	static const char comm[] = "\"comm\":\"tty_master\"";
	char own[64];
	size_t before;

	snprintf(own, sizeof(own), "\"tty\":{\"major\":136,\"minor\":%u,", s->number);
	screen_watch_until(s, 60000, "probes_initialized", 1);
	if (!screen_lines_with(s, "probes_initialized"))
		fail_msg("it did not start: %s", s->text ? s->text : "");
	/* Idle: only eventstrace writes. */
	screen_watch(s, 1000);
	assert_int_equal(screen_lines_with(s, own), 0);
	/*
	 * Busy: eventstrace prints the events of another terminal, and its own writes are no
	 * events.
	 */
	for (int i = 0; i < 3; i++) {
		struct caserun run;

		before = screen_lines_with(s, comm);
		caserun_run("tty_master", NULL, &run);
		assert_int_equal(run.status, 0);
		caserun_free(&run);
		screen_watch_until(s, 20000, comm, before + 4);
		screen_watch(s, 300);
		assert_int_equal(screen_lines_with(s, comm) - before, 4);
	}
	assert_int_equal(screen_lines_with(s, own), 0);
	write_elsewhere(s);
	if (of_others)
		screen_watch_until(s, 20000, own, of_others);
	screen_watch(s, 500);
	if (screen_lines_with(s, own) != of_others)
		fail_msg("%zu writes to its terminal are recorded: %.4000s",
			 screen_lines_with(s, own), s->text);
}

/*
 * A filter that excludes other processes. Their terminal writes would be printed too, and a full
 * terminal would lose the expected text.
 */
static const char *own_tree(void)
{
	static char flag[32];

	snprintf(flag, sizeof(flag), "--tree=%d", (int)getpid());
	return flag;
}

static void test_on_terminal(void **state)
{
	const char *const argv[] = { runfiles_tool(),       "--format=json", "-i", "-u",
				     "--process-tty-write", own_tree(),      NULL };
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	struct screen s;
	pid_t pid;

	(void)state;
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	check_quiet(&s, 0);
	screen_expect_end(&s, pid, SIGTERM);
	screen_close(&s);
}

static void test_in_pipeline(void **state)
{
	const char *const argv[] = { runfiles_tool(),       "--format=json", "-i", "-u",
				     "--process-tty-write", own_tree(),      NULL };
	struct proc_options proc = { .argv = argv, .prepare = screen_pipe };
	struct screen s;
	pid_t pid;

	(void)state;
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	proc.prepare_ctx = &s;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	check_quiet(&s, 1);
	screen_expect_end(&s, pid, SIGTERM);
	screen_close(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_on_terminal),
		cmocka_unit_test(test_in_pipeline),
	};

	if (runfiles_init(argc, argv))
		return 1;
	/*
	 * The copying process in the pipeline loses its parent. As a subreaper, this process
	 * becomes its new parent, so it stays in the tree.
	 */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1)) {
		perror("PR_SET_CHILD_SUBREAPER");
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
