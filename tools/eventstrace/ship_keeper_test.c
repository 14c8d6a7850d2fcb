/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keeper of eventstrace-ship. This program is the sender too. Its destination is a file, into
 * which it writes how it was started. A property in its environment chooses what it then does.
 */
#include "tools/eventstrace/ship_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define MODE "EVENTSTRACE_KAFKA_MODE"

/* Longer than any step takes that does not hang. */
#define HANGS_MS 20000

/* ---- the sender ---------------------------------------------------------------------------- */

/* Write a line into the file of the test, with one call, so that lines of two senders never mix. */
static void note(const char *path, const char *line)
{
	char text[128];
	const int len = snprintf(text, sizeof(text), "%s\n", line);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, text, (size_t)len) != len)
		_exit(126);
	close(fd);
}

static int wait_for_term(const char *path)
{
	sigset_t term;
	int signal;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	note(path, "waits");
	sigwait(&term, &signal);
	note(path, "stopped");
	return 0;
}

/* argv: PROGRAM send --drain-timeout=N FOLDER TO [--once] */
static int send_as_told(int argc, char **argv)
{
	const char *mode = getenv(MODE), *to = argv[4];
	const bool once = argc > 5 && strcmp(argv[5], "--once") == 0;
	struct sigaction term;
	char line[64];
	sigset_t mask;

	/* If SIGTERM comes before wait_for_term(), it stays pending. */
	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	snprintf(line, sizeof(line), "%s%s", argv[2], once ? " --once" : "");
	note(to, line);
	/* exec(2) keeps what is ignored: then no SIGTERM would end a sender. */
	if (sigaction(SIGTERM, NULL, &term) < 0 || term.sa_handler == SIG_IGN)
		note(to, "ignores SIGTERM");
	if (getenv("EVENTSTRACE_TEST_SECRET"))
		note(to, "has other variables");
	if (!mode || strcmp(mode, "usage") == 0)
		return 2;
	if (strcmp(mode, "refused") == 0 && once)
		return 5;
	if (strcmp(mode, "fails") == 0)
		return 1;
	return once && strcmp(mode, "slow") != 0 ? 0 : wait_for_term(to);
}

/* ---- the keeper ---------------------------------------------------------------------------- */

struct kept {
	char folder[PATH_MAX], to[PATH_MAX + 16], program[PATH_MAX];
	struct ship_task task;
	pid_t pid;
	int control, report;
};

/* Start a keeper whose senders do what @mode says. */
static void start(struct kept *kept, const char *mode, unsigned int drain_s)
{
	const char *tmp = getenv("TEST_TMPDIR");
	int control[2], report[2];

	snprintf(kept->folder, sizeof(kept->folder), "%s/keeper.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(kept->folder));
	snprintf(kept->to, sizeof(kept->to), "%s/senders", kept->folder);
	if (!*kept->program)
		assert_non_null(realpath("/proc/self/exe", kept->program));
	kept->task = (struct ship_task){
		.program = kept->program,
		.folder = kept->folder,
		.to = kept->to,
		.user = { .given = true, .uid = geteuid(), .gid = getegid() },
		.drain_s = drain_s,
	};
	assert_int_equal(setenv(MODE, mode, 1), 0);
	assert_int_equal(setenv("EVENTSTRACE_TEST_SECRET", "x", 1), 0);
	assert_int_equal(pipe2(control, O_CLOEXEC), 0);
	assert_int_equal(pipe2(report, O_CLOEXEC), 0);
	kept->pid = fork();
	assert_true(kept->pid >= 0);
	if (kept->pid == 0) {
		close(control[1]);
		close(report[0]);
		ship_keeper_run(&kept->task, control[0], report[1]);
	}
	close(control[0]);
	close(report[1]);
	kept->control = control[1];
	kept->report = report[0];
}

static int next_report(const struct kept *kept)
{
	int number = -1;

	assert_int_equal(read(kept->report, &number, sizeof(number)), sizeof(number));
	return number;
}

/* What the senders have written. */
static const char *senders(const struct kept *kept)
{
	static char text[4096];
	int fd = open(kept->to, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void wait_for(const struct kept *kept, const char *text)
{
	for (int ms = 0; ms < HANGS_MS; ms += 10) {
		if (strncmp(senders(kept), text, strlen(text)) == 0)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}
	fail_msg("the senders have written \"%s\", not \"%s\"", senders(kept), text);
}

/* The recording ends. Return: the keeper's second report. */
static int finish(struct kept *kept)
{
	int outcome, status;

	close(kept->control);
	outcome = next_report(kept);
	close(kept->report);
	assert_int_equal(waitpid(kept->pid, &status, 0), kept->pid);
	assert_int_equal(status, 0);
	return outcome;
}

static void forget(const struct kept *kept)
{
	unlink(kept->to);
	assert_int_equal(rmdir(kept->folder), 0);
}

/* One sender while events come, which Ctrl-C does not reach; then one that ends at the end. */
static void test_follows_and_drains(void **state)
{
	struct kept kept = { 0 };

	(void)state;
	start(&kept, "follow", 7);
	assert_int_equal(next_report(&kept), 0);
	wait_for(&kept, "--drain-timeout=7\nwaits\n");
	kill(kept.pid, SIGINT);
	kill(kept.pid, SIGTERM);
	assert_int_equal(finish(&kept), 0);
	assert_string_equal(senders(&kept),
			    "--drain-timeout=7\nwaits\nstopped\n--drain-timeout=1 --once\n");
	forget(&kept);
}

/* The last sender could not send all: its status is the report. */
static void test_refused(void **state)
{
	struct kept kept = { 0 };

	(void)state;
	start(&kept, "refused", 7);
	assert_int_equal(next_report(&kept), 0);
	wait_for(&kept, "--drain-timeout=7\nwaits\n");
	assert_int_equal(finish(&kept), 5);
	forget(&kept);
}

/* The last sender takes longer than the wait: it is stopped, and can store its position. */
static void test_slow(void **state)
{
	struct kept kept = { 0 };

	(void)state;
	start(&kept, "slow", 1);
	assert_int_equal(next_report(&kept), 0);
	wait_for(&kept, "--drain-timeout=1\nwaits\n");
	assert_int_equal(finish(&kept), ETIMEDOUT);
	assert_string_equal(senders(&kept), "--drain-timeout=1\nwaits\nstopped\n"
					    "--drain-timeout=1 --once\nwaits\nstopped\n");
	forget(&kept);
}

/*
 * A sender that has failed gets a successor 5 s later. A command line that is not valid stays so:
 * no second sender is started in the same time, and no last one at the end.
 */
static void test_failures(void **state)
{
	struct kept usage = { 0 }, fails = { 0 };

	(void)state;
	start(&usage, "usage", 1);
	assert_int_equal(next_report(&usage), 0);
	wait_for(&usage, "--drain-timeout=1\n");
	start(&fails, "fails", 1);
	assert_int_equal(next_report(&fails), 0);
	wait_for(&fails, "--drain-timeout=1\n--drain-timeout=1\n");
	assert_int_equal(finish(&fails), 1);
	assert_int_equal(finish(&usage), EINVAL);
	assert_string_equal(senders(&usage), "--drain-timeout=1\n");
	forget(&fails);
	forget(&usage);
}

/* The first report says why no sender can run. There is no second one. */
static void test_no_program(void **state)
{
	struct kept kept = { .program = "/nonexistent/eventstrace-ship" };
	int status;
	char more;

	(void)state;
	start(&kept, "follow", 1);
	assert_int_equal(next_report(&kept), ENOENT);
	assert_int_equal(read(kept.report, &more, 1), 0);
	assert_int_equal(waitpid(kept.pid, &status, 0), kept.pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	close(kept.control);
	close(kept.report);
	forget(&kept);
}

/* A reader of a pipe of the caller sees its end, though keeper and sender still run. */
static void test_holds_no_pipe(void **state)
{
	struct kept kept = { 0 };
	int other[2];
	char more;

	(void)state;
	assert_int_equal(pipe(other), 0);
	start(&kept, "follow", 1);
	assert_int_equal(next_report(&kept), 0);
	wait_for(&kept, "--drain-timeout=1\nwaits\n");
	close(other[1]);
	assert_int_equal(read(other[0], &more, 1), 0);
	close(other[0]);
	assert_int_equal(finish(&kept), 0);
	forget(&kept);
}

/* The environment is divided: properties for the sender, the others for COMMAND. */
static void test_variables(void **state)
{
	(void)state;
	assert_int_equal(setenv(MODE, "x", 1), 0);
	assert_int_equal(setenv("EVENTSTRACE_TEST_SECRET", "x", 1), 0);
	ship_keep_variables(false);
	assert_null(getenv(MODE));
	assert_non_null(getenv("EVENTSTRACE_TEST_SECRET"));
	assert_int_equal(setenv(MODE, "x", 1), 0);
	ship_keep_variables(true);
	assert_non_null(getenv(MODE));
	assert_null(getenv("EVENTSTRACE_TEST_SECRET"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_follows_and_drains),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_no_program),
		cmocka_unit_test(test_holds_no_pipe),
		cmocka_unit_test(test_variables), /* the last one: it removes variables */
	};

	if (argc > 4 && strcmp(argv[1], "send") == 0)
		return send_as_told(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
