/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text on a terminal: the first line, the header, and lines that are as wide as the terminal at
 * most.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/runfiles.h"
#include "tools/livetest/proc.h"
#include "tools/livetest/screen.h"

static void set_width(const struct screen *s, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };

	assert_int_equal(ioctl(s->slave, TIOCSWINSZ, &size), 0);
}

/* Start a program that does nothing, with @argument. */
static void start(const char *argument)
{
	const char *const argv[] = { runfiles_case("noop"), argument, NULL };
	struct proc_options proc = { .argv = argv };
	int status;
	pid_t pid;

	assert_int_equal(proc_spawn(&proc, &pid), 0);
	assert_int_equal(proc_wait(pid, 10000, &status), 0);
}

static void expect(struct screen *s, const char *what)
{
	screen_watch_until(s, 60000, what, 1);
	if (!screen_lines_with(s, what))
		fail_msg("no \"%s\" in: %s", what, s->text);
}

/* Length in bytes of the longest line that contains @what. All characters are ASCII. */
static size_t widest(const struct screen *s, const char *what)
{
	size_t most = 0;

	for (const char *line = s->text; line && *line;) {
		size_t len = strcspn(line, "\r\n");
		const char *found = strstr(line, what);

		if (found && found < line + len && len > most)
			most = len;
		line += len;
		line += strspn(line, "\r\n");
	}
	return most;
}

static void test_terminal(void **state)
{
	static const char long_text[] =
		"a-word-of-sixty-characters-that-does-not-fit-in-a-narrow-line";
	char tree[32];
	const char *const argv[] = {
		runfiles_tool(), "-e", "PROCESS_EXEC", "-u", "--color=never", tree, NULL
	};
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	struct screen s;
	pid_t pid;

	(void)state;
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	screen_open(&s);
	/* The path of the case can be long, so the lines are too. */
	set_width(&s, 2000);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	expect(&s, "recording 1 event type, Ctrl-C stops");
	start("\033]0;title\a\033[2J");
	expect(&s, "$'\\x1b]0;title\\x07\\x1b[2J'");
	expect(&s, "TIME         EVENT        USER         PID    PPID COMMAND         WHAT");
	assert_null(strchr(s.text, '\033'));
	assert_null(strchr(s.text, '{'));
	start(long_text);
	expect(&s, long_text);

	assert_int_equal(screen_lines_with(&s, "recording 1 event type"), 1);
	assert_int_equal(screen_lines_with(&s, "eventstrace: so far "), 0);
	assert_int_equal(kill(pid, SIGUSR1), 0);
	expect(&s, "eventstrace: so far ");
	start("after");
	expect(&s, "after");
	screen_expect_end(&s, pid, SIGINT);
	screen_watch(&s, 100);
	expect(&s, "every event is accounted for");
	assert_null(strstr(s.text, "tp_btf"));
	close(s.slave);
	screen_close(&s);
}

/* No line is wider than a narrow terminal. */
static void test_narrow_terminal(void **state)
{
	char tree[32];
	const char *const argv[] = { runfiles_tool(), "-e", "exec", "-u",
				     "--color=never", tree, NULL };
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	struct screen s;
	pid_t pid;

	(void)state;
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	screen_open(&s);
	set_width(&s, 200);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	expect(&s, "recording 1 event type");
	start("first");
	expect(&s, "exec     ");
	assert_true(widest(&s, "exec     ") > 60);
	set_width(&s, 50);
	for (size_t i = 2; i <= 4; i++) {
		size_t before = s.len;
		struct screen rest = s;

		start("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
		screen_watch_until(&s, 30000, "exec     ", i);
		rest.text = s.text + before;
		assert_int_equal(widest(&rest, "exec     "), 50);
		assert_int_equal(screen_lines_with(&rest, "..."), 1);
	}
	screen_expect_end(&s, pid, SIGINT);
	close(s.slave);
	screen_close(&s);
}

/* ---- names of users ----------------------------------------------------------------------- */

static char etc[] = "/tmp/text-etc-XXXXXX";

/* Replace the file by a new one, as useradd(8) does. Root then has the name @name. */
static void name_root(const char *name)
{
	char path[64], made[64], text[64];
	int fd, len;

	snprintf(path, sizeof(path), "%s/passwd", etc);
	snprintf(made, sizeof(made), "%s/passwd+", etc);
	len = snprintf(text, sizeof(text), "%s:x:0:0::/root:/bin/sh\n", name);
	fd = open(made, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, (size_t)len), len);
	close(fd);
	assert_int_equal(rename(made, path), 0);
}

/* In a child: mount the folder over /etc, in a mount namespace of its own. */
static int take_etc(void *ctx)
{
	int err = screen_take(ctx);

	if (err)
		return err;
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(etc, "/etc", NULL, MS_BIND, NULL))
		return errno;
	return 0;
}

/*
 * After a user's name has changed, eventstrace soon prints the new name, although /etc/passwd is a
 * new file.
 */
static void test_names(void **state)
{
	char tree[32], path[64];
	const char *const argv[] = { runfiles_tool(),       "-e", "exec",
				     "--columns=user,what", tree, NULL };
	struct proc_options proc = { .argv = argv, .prepare = take_etc };
	struct screen s;
	pid_t pid;

	(void)state;
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	assert_non_null(mkdtemp(etc));
	name_root("before");
	screen_open(&s);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	expect(&s, "recording 1 event type");
	start("first");
	expect(&s, "before ");
	name_root("behind");
	for (int i = 0; i < 100 && !screen_lines_with(&s, "behind "); i++) {
		start("again");
		screen_watch(&s, 100);
	}
	expect(&s, "behind ");
	screen_expect_end(&s, pid, SIGINT);
	close(s.slave);
	screen_close(&s);
	snprintf(path, sizeof(path), "%s/passwd", etc);
	unlink(path);
	rmdir(etc);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terminal),
		cmocka_unit_test(test_narrow_terminal),
		cmocka_unit_test(test_names),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
