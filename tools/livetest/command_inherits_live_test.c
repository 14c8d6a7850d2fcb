/* SPDX-License-Identifier: BSD-2-Clause */
/* eventstrace COMMAND: what COMMAND inherits, and the user that it runs as. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/command_run.h"
#include "tools/livetest/output.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"

static int change_surroundings(void *ctx)
{
	const struct rlimit limit = { 500, 5000 };
	sigset_t set;

	(void)ctx;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	umask(0123);
	close(STDIN_FILENO);
	if (sigprocmask(SIG_SETMASK, &set, NULL) || setrlimit(RLIMIT_NOFILE, &limit))
		return errno;
	return 0;
}

static int lower_limit(void *ctx)
{
	struct rlimit limit;

	(void)ctx;
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return errno;
	limit.rlim_cur = 300;
	return setrlimit(RLIMIT_NOFILE, &limit) ? errno : 0;
}

static int be_nicer(void *ctx)
{
	(void)ctx;
	return setpriority(PRIO_PROCESS, 0, 5) ? errno : 0;
}

static int no_descriptors(void *ctx)
{
	(void)ctx;
	for (int fd = 0; fd < 3; fd++)
		if (fd != STDOUT_FILENO)
			close(fd);
	return 0;
}

/* What COMMAND prints without eventstrace; for free(3). */
static char *run_alone(int (*prepare)(void *ctx))
{
	const char *argv[] = { command_case, "surroundings", NULL };
	struct proc_options proc = { .argv = argv, .prepare = prepare };
	char *out, *err;

	(void)output_of(&proc, &out, &err);
	free(err);
	return out;
}

/* Fail with the first line in which the texts differ. */
static void expect_same(const char *alone, const char *traced)
{
	while (*alone && *traced) {
		size_t a = strcspn(alone, "\n"), b = strcspn(traced, "\n");

		if (a != b || memcmp(alone, traced, a) != 0)
			fail_msg("alone: \"%.*s\"; as COMMAND: \"%.*s\"", (int)a, alone, (int)b,
				 traced);
		alone += a + !!alone[a];
		traced += b + !!traced[b];
	}
	assert_string_equal(alone, traced);
}

/* COMMAND inherits the same with and without eventstrace. */
static void test_surroundings(void **state)
{
	static const struct {
		int (*prepare)(void *ctx);
		int status;
	} rows[] = {
		{ NULL, 0 },
		{ change_surroundings, 0 },
		{ lower_limit, 0 },
		{ be_nicer, 0 },
		/* Exit status 5: without a standard error, the summary cannot be printed. */
		{ no_descriptors, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct command_setup setup = { .prepare = rows[i].prepare };
		const struct command_process r = command_start(
			FLAGS("-e", "exec"), COMMAND(command_case, "surroundings"), &setup);
		struct command_result e = command_finish(&r);
		char *alone = run_alone(rows[i].prepare);

		command_expect_status(&e, rows[i].status);
		assert_true(strlen(alone) > 500);
		expect_same(alone, e.out);
		free(alone);
		command_result_free(&e);
	}
}

static int put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return done ? 0 : errno;
}

/* In the child: an /etc/passwd with users that no host has. */
static int make_users(void *ctx)
{
	int r;

	(void)ctx;
	(void)mkdir("/etc", 0755);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/etc", "tmpfs", 0, "mode=755"))
		return errno;
	r = put_file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"
				    "alice:x:4321:4322:Alice:/home/alice:/bin/sh\n");
	if (r == 0)
		r = put_file("/etc/group", "root:x:0:\nalice:x:4322:\nwheel:x:77:bob,alice\n"
					   "other:x:78:bob\nlast:x:79:alice\nalic:x:80:alic\n");
	return r;
}

static void expect_lines(const char *const *flags, const char *const *envp,
			 const char *const *lines)
{
	const struct command_setup setup = { .prepare = make_users, .envp = envp };
	const struct command_process r =
		command_start(flags, COMMAND(command_case, "surroundings"), &setup);
	struct command_result e = command_finish(&r);

	command_expect_status(&e, 0);
	for (; *lines; lines++)
		if (!strstr(e.out, *lines))
			fail_msg("no line \"%s\" in: %s", *lines, e.out);
	command_result_free(&e);
}

static void test_user(void **state)
{
	static const char *const sudo[] = { "PATH=/bin",       "HOME=/root",
					    "USER=root",       "LOGNAME=root",
					    "SUDO_UID=4321",   "SUDO_GID=4322",
					    "SUDO_USER=alice", NULL };
	static const char *const sudo_root[] = { "HOME=/here", "USER=root", "SUDO_UID=0",
						 "SUDO_GID=0", NULL };
	static const char *const none[] = { "PATH=/bin", "HOME=/root", "USER=root", "LOGNAME=root",
					    NULL };
	static const char *const alice[] = { "\nUid:\t4321\t4321\t4321\t4321\n",
					     "\nGid:\t4322\t4322\t4322\t4322\n",
					     "\nGroups:\t77 79 4322 \n",
					     "\nCapEff:\t0000000000000000\n",
					     "\nCapPrm:\t0000000000000000\n",
					     "\nHOME=/home/alice\n",
					     "\nUSER=alice\n",
					     "\nLOGNAME=alice\n",
					     "\nNoNewPrivs:\t0\n",
					     "dumpable 1,",
					     NULL };
	static const char *const root[] = { "\nUid:\t0\t0\t0\t0\n", "\nGid:\t0\t0\t0\t0\n", NULL };
	static const char *const here[] = { "\nUid:\t0\t0\t0\t0\n", "\nHOME=/here\n",
					    "\nLOGNAME=(none)\n", NULL };
	static const char *const group[] = { "\nUid:\t4321\t4321\t4321\t4321\n",
					     "\nGid:\t78\t78\t78\t78\n", "\nGroups:\t77 78 79 \n",
					     NULL };
	static const char *const unknown[] = { "\nUid:\t5000\t5000\t5000\t5000\n",
					       "\nGid:\t5001\t5001\t5001\t5001\n",
					       "\nGroups:\t5001 \n",
					       "\nHOME=/\n",
					       "\nUSER=(none)\n",
					       "\nLOGNAME=(none)\n",
					       NULL };

	(void)state;
	expect_lines(FLAGS("-e", "exec"), sudo, alice);
	expect_lines(FLAGS("-e", "exec", "--user=alice"), none, alice);
	expect_lines(FLAGS("-e", "exec", "--user=root"), sudo, root);
	expect_lines(FLAGS("-e", "exec"), none, root);
	expect_lines(FLAGS("-e", "exec"), sudo_root, here);
	expect_lines(FLAGS("-e", "exec", "--user=alice:other"), none, group);
	expect_lines(FLAGS("-e", "exec", "--user=5000:5001"), none, unknown);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_surroundings),
		cmocka_unit_test(test_user),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests_name("command_inherits", tests, command_folder_make,
					   command_folder_remove);
}
