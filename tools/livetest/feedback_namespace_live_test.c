/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace with a second devpts instance, and in a PID namespace. There, equal numbers mean
 * other terminals and other processes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/caserun.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/screen.h"

/* A filter by name, which keeps events of other processes off the screen. */
#define ONLY "--comm=tty_master,copy,eventstrace,elsewhere,relay"

/*
 * proc_spawn() waits until all copies of its pipe are closed. An exec closes the pipe, but a
 * process that does not execute a program must close it here.
 */
static void close_all_but(int keep)
{
	for (int fd = 3; fd < 1024; fd++)
		if (fd != keep)
			close(fd);
}

static pid_t namespace_child;

static void pass_on(int sig)
{
	kill(namespace_child, sig);
}

/*
 * As unshare --pid --fork --mount-proc: return in a child, which is the first process of a new PID
 * namespace. The caller waits for the child, and passes SIGTERM on to it.
 */
static int enter_pid_namespace(void)
{
	int status;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return errno;
	namespace_child = fork();
	if (namespace_child < 0)
		return errno;
	if (!namespace_child)
		return mount("proc", "/proc", "proc", 0, NULL) ? errno : 0;
	close_all_but(-1);
	signal(SIGTERM, pass_on);
	while (waitpid(namespace_child, &status, 0) < 0)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 99);
}

static void run_case(const char *name)
{
	struct caserun run;

	caserun_run(name, NULL, &run);
	assert_int_equal(run.status, 0);
	caserun_free(&run);
}

/* ---- another devpts ---------------------------------------------------------------------- */

/*
 * In a child: write to terminal @number of a new devpts instance, and write the instance's st_dev
 * to @tell.
 */
static int write_in_other_devpts(unsigned int number, int tell)
{
	static const char words[] = "in another instance\n";
	char dir[] = "/tmp/devpts-XXXXXX", name[64];
	unsigned int got = 0;
	int master, slave, unlock = 0;
	struct stat st;
	uint64_t dev;

	prctl(PR_SET_NAME, "elsewhere");
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    !mkdtemp(dir) || mount("devpts", dir, "devpts", 0, "newinstance,ptmxmode=0666"))
		return 2;
	snprintf(name, sizeof(name), "%s/ptmx", dir);
	do {
		master = open(name, O_RDWR | O_NOCTTY);
		if (master < 0 || ioctl(master, TIOCGPTN, &got))
			return 3;
	} while (got != number);
	snprintf(name, sizeof(name), "%s/%u", dir, number);
	if (ioctl(master, TIOCSPTLCK, &unlock))
		return 4;
	slave = open(name, O_RDWR | O_NOCTTY);
	if (slave < 0 || fstat(slave, &st))
		return 5;
	if (write(slave, words, sizeof(words) - 1) != sizeof(words) - 1)
		return 6;
	dev = st.st_dev;
	if (write(tell, &dev, sizeof(dev)) != sizeof(dev))
		return 7;
	umount2(dir, MNT_DETACH);
	rmdir(dir);
	return 0;
}

/* A terminal with the same number in another devpts instance is a different terminal. */
static void test_other_devpts(void **state)
{
	const char *const argv[] = {
		runfiles_tool(), "--format=json", "-i", "-u", "--process-tty-write", ONLY, NULL
	};
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	char own[64], told[64];
	struct screen s;
	int fds[2], status;
	uint64_t dev = 0;
	pid_t pid, child;

	(void)state;
	screen_open(&s);
	snprintf(own, sizeof(own), "\"tty\":{\"major\":136,\"minor\":%u,", s.number);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	screen_watch_until(&s, 60000, "probes_initialized", 1);
	run_case("tty_master");
	screen_watch_until(&s, 20000, "\"comm\":\"tty_master\"", 4);
	assert_int_equal(screen_lines_with(&s, own), 0);

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (!child)
		_exit(write_in_other_devpts(s.number, fds[1]));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(fds[0], &dev, sizeof(dev)), sizeof(dev));
	close(fds[0]);
	close(fds[1]);
	screen_watch_until(&s, 20000, "in another instance", 1);
	assert_int_equal(screen_lines_with(&s, own), 1);
	snprintf(told, sizeof(told), "\"devpts\":%llu", (unsigned long long)dev);
	assert_int_equal(screen_lines_with(&s, told), 1);
	screen_expect_end(&s, pid, SIGTERM);
	close(s.slave);
	screen_close(&s);
}

/* ---- a PID namespace ---------------------------------------------------------------------- */

static int become_namespaced(void *ctx)
{
	int err = screen_take(ctx);

	return err ? err : enter_pid_namespace();
}

/* An ancestor of the tracer copies the output of another terminal to its own. */
static void relay(int master)
{
	char text[4096];
	ssize_t n;

	prctl(PR_SET_NAME, "relay");
	while ((n = read(master, text, sizeof(text))) > 0)
		if (write(STDOUT_FILENO, text, (size_t)n) != n)
			break;
}

/*
 * As script(1): the tracer prints on a terminal, and its ancestor copies this output to another
 * terminal.
 */
static int become_relayed(void *ctx)
{
	struct screen inner;
	int status;
	pid_t pid;

	(void)ctx;
	screen_open(&inner);
	pid = fork();
	if (pid < 0)
		return errno;
	if (pid) {
		namespace_child = pid;
		signal(SIGTERM, pass_on);
		close_all_but(inner.master);
		relay(inner.master);
		while (waitpid(pid, &status, 0) < 0)
			;
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 98);
	}
	close(inner.master);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(inner.slave, fd) < 0)
			return errno;
	if (setsid() < 0)
		return errno;
	return become_namespaced(NULL);
}

/* Check that events of other processes are printed, and that printing causes no events. */
static void check_no_echo(struct screen *s, const char *comm)
{
	size_t before;

	screen_watch_until(s, 60000, "probes_initialized", 1);
	if (!screen_lines_with(s, "probes_initialized"))
		fail_msg("it did not start: %s", s->text ? s->text : "");
	for (size_t i = 1; i <= 2; i++) {
		run_case("tty_master");
		screen_watch_until(s, 20000, "\"comm\":\"tty_master\"", 4 * i);
		screen_watch(s, 500);
		assert_int_equal(screen_lines_with(s, "\"comm\":\"tty_master\""), 4 * i);
	}
	before = screen_lines_with(s, "PROCESS_TTY_WRITE");
	assert_int_equal(screen_lines_with(s, comm), 0);
	screen_watch(s, 500);
	assert_int_equal(screen_lines_with(s, "PROCESS_TTY_WRITE"), before);
}

static void test_ancestor_outside(void **state)
{
	const char *const argv[] = {
		runfiles_tool(), "--format=json", "-i", "-u", "--process-tty-write", ONLY, NULL
	};
	struct proc_options proc = { .argv = argv, .prepare = become_relayed };
	struct screen s;
	pid_t pid;

	(void)state;
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	proc.prepare_ctx = &s;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	check_no_echo(&s, "\"comm\":\"relay\"");
	screen_expect_end(&s, pid, SIGTERM);
	close(s.slave);
	screen_close(&s);
}

/*
 * Make a pipeline: a process in the same process group, but outside of the PID namespace, copies
 * the output to the terminal.
 */
static int become_pipeline(void *ctx)
{
	int r = screen_pipe(ctx);

	return r ? r : enter_pid_namespace();
}

static void test_pipeline_outside(void **state)
{
	const char *const argv[] = {
		runfiles_tool(), "--format=json", "-i", "-u", "--process-tty-write", ONLY, NULL
	};
	struct proc_options proc = { .argv = argv, .prepare = become_pipeline };
	struct screen s;
	pid_t pid;

	(void)state;
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	proc.prepare_ctx = &s;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	check_no_echo(&s, "\"comm\":\"copy\"");
	screen_expect_end(&s, pid, SIGTERM);
	close(s.slave);
	screen_close(&s);
}

/*
 * Become the first process of a PID namespace, and start the tracer as the second. When a byte
 * arrives on standard input, fork. Standard output is the tracer's.
 */
static int become_first(void *ctx)
{
	int err = enter_pid_namespace(), status;
	char *const *argv = ctx;
	pid_t pid, child;
	char go;

	if (err)
		return err;
	pid = fork();
	if (!pid) {
		execv(argv[0], argv);
		_exit(97);
	}
	if (read(STDIN_FILENO, &go, 1) == 1) {
		child = fork();
		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 98);
}

/* The numbers of --pid and similar options are those of the tracer's PID namespace. */
static void check_number(const char *flag, size_t forks)
{
	const char *const argv[] = { runfiles_tool(),
				     "--format=json",
				     "-i",
				     "-u",
				     "--process-fork",
				     flag,
				     "-d",
				     "2",
				     NULL };
	int in[2], out[2], status;
	size_t count = 0;
	char *text, *at;
	char first[256] = "";
	pid_t pid;

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
		_exit(become_first((void *)argv));
	}
	close(in[0]);
	close(out[1]);
	/* The tracer prints its first line when it is ready. */
	for (size_t n = 0; n < sizeof(first) - 1 && !strchr(first, '\n'); n++)
		if (read(out[0], first + n, 1) != 1)
			break;
	assert_non_null(strstr(first, "probes_initialized"));
	assert_int_equal(write(in[1], "x", 1), 1);
	text = proc_read_all(out[0], 30000);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	for (at = text; (at = strstr(at, "\"event_type\":\"PROCESS_FORK\"")); at++)
		count++;
	if (forks == 1 ? count != 1 : count == 0)
		fail_msg("%s: %zu forks: %s", flag, count, text);
	free(text);
	close(in[1]);
	close(out[0]);
}

static void test_pid(void **state)
{
	(void)state;
	check_number("--pid=1", 1);
}

static void test_tree(void **state)
{
	(void)state;
	check_number("--tree=1", 1);
}

/* A number without a process in the PID namespace is an error. */
static void test_no_such_pid(void **state)
{
	const char *const argv[] = {
		runfiles_tool(), "--process-fork", "--exclude-pid=77777", "-d", "1", NULL
	};
	int err[2], status;
	char *text;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		dup2(err[1], STDERR_FILENO);
		if (enter_pid_namespace())
			_exit(96);
		execv(argv[0], (char *const *)argv);
		_exit(97);
	}
	close(err[1]);
	text = proc_read_all(err[0], 30000);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_non_null(strstr(text, "there is no process 77777 in this PID namespace"));
	free(text);
	close(err[0]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_devpts),
		cmocka_unit_test(test_ancestor_outside),
		cmocka_unit_test(test_pipeline_outside),
		cmocka_unit_test(test_pid),
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_no_such_pid),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
