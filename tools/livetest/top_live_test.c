/* SPDX-License-Identifier: BSD-2-Clause */
/* --top on a terminal: its screens, its keys, and the restored state of the terminal. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/proc.h"
#include "tools/livetest/runfiles.h"
#include "tools/livetest/screen.h"

#define HANGS_MS 20000

/* In the child: make the terminal the controlling one. */
static void set_size(const struct screen *s, unsigned short rows, unsigned short columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };

	assert_int_equal(ioctl(s->master, TIOCSWINSZ, &size), 0);
}

static void expect(struct screen *s, const char *text)
{
	screen_watch_until(s, HANGS_MS, text, 1);
	if (!screen_lines_with(s, text))
		fail_msg("no %s in %s", text, s->text);
}

/* A process makes files. Its name, and the files' names, contain control sequences of terminals. */
static void make_files(const char *folder)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		char path[256];

		prctl(PR_SET_NAME, "\033]0;evil\a");
		for (int i = 0; i < 20; i++) {
			snprintf(path, sizeof(path), "%s/\033[2Jfile-%d", folder, i);
			close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
			snprintf(path, sizeof(path), "%s/often", folder);
			close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
			unlink(path);
		}
		for (int i = 0; i < 20; i++) {
			snprintf(path, sizeof(path), "%s/\033[2Jfile-%d", folder, i);
			unlink(path);
		}
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Fail if the output contains a control sequence that --top does not use. */
static void check_sequences(const struct screen *s)
{
	static const char *const known[] = { "\033[H", "\033[K", "\033[J", "\033[1m", "\033[0m" };

	for (const char *p = s->text; (p = strchr(p, '\033')); p++) {
		size_t i = 0;

		while (i < 5 && strncmp(p, known[i], strlen(known[i])) != 0)
			i++;
		if (i == 5)
			fail_msg("a control sequence: \\x1b%.20s", p + 1);
	}
}

static void test_screens(void **state)
{
	char tree[32], folder[] = "/tmp/eventstrace-top-XXXXXX";
	const char *const argv[] = { runfiles_tool(),        "--top", "-e", "file",
				     "--stats-interval=0.2", tree,    NULL };
	struct proc_options proc = { .argv = argv, .prepare = screen_take };
	struct termios before, during, after;
	struct screen s;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(tree, sizeof(tree), "--tree=%d", (int)getpid());
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	screen_open(&s);
	set_size(&s, 40, 100);
	assert_int_equal(tcgetattr(s.slave, &before), 0);
	proc.in = proc.out = proc.err = s.slave;
	assert_int_equal(proc_spawn(&proc, &pid), 0);
	expect(&s, "\033[H\033[Keventstrace, ");
	assert_int_equal(tcgetattr(s.slave, &during), 0);
	assert_false(during.c_lflag & (ICANON | ECHO));
	assert_true(during.c_lflag & ISIG);

	make_files(folder);
	expect(&s, "  file-create");
	expect(&s, "  \\x1b]0;evil\\x07");
	expect(&s, "/often\r");

	/* After the terminal was made smaller, --top draws a smaller screen. */
	set_size(&s, 3, 30);
	screen_watch(&s, 500);
	s.len = 0;
	screen_watch(&s, 500);
	expect(&s, "\033[Keventstrace, ");
	assert_int_equal(screen_lines_with(&s, "EVENTS/S"), 0);

	assert_int_equal(write(s.master, "xq", 2), 2);
	screen_wait_end(&s, pid);
	screen_watch(&s, 100);
	expect(&s, "every event is accounted for");
	check_sequences(&s);
	assert_int_equal(tcgetattr(s.slave, &after), 0);
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(rmdir(folder), 0);
	close(s.slave);
	screen_close(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_screens),
	};

	return runfiles_init(argc, argv) ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
