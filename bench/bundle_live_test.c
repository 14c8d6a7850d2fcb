/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bundle_live_test [BUNDLE [exact]]: runs bundle's gate on this kernel. The test also runs in a
 * guest without Bazel and without a compiler. On every kernel, records have the sizes that the
 * baseline has. With "exact", the gate compares all exact figures of the packed format: sizes,
 * losses, and memory.
 */
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

static const char *bundle = "/bench/bundle";
static bool exact;

/*
 * The test starts the bundle with execv(), because a guest has no shell. If the test fails, its
 * message has the figures as --save writes them. A guest has no file that outlives it.
 */
static void test_gate(void **state)
{
	static const char *const size[] = { "bundle", "gate", "--figure=bytes/tty-flood-64",
					    "--format=varlen", NULL };
	static const char *const all[] = {
		"bundle", "gate", "--only=exact", "--format=varlen", "--save=/proc/self/fd/1", NULL
	};
	const char *const *argv = exact ? all : size;
	static char text[256 * 1024];
	size_t len = 0;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(fds[0]);
		unsetenv("TEST_SRCDIR");
		if (dup2(fds[1], 1) >= 0 && dup2(fds[1], 2) >= 0)
			execv(bundle, (char *const *)argv);
		_exit(127);
	}
	close(fds[1]);
	while (len < sizeof(text) - 1 && (n = read(fds[0], text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	assert_true(len < sizeof(text) - 1);
	text[len] = '\0';
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status || !strstr(text, "nothing got worse"))
		fail_msg("wait status 0x%x:\n%s", (unsigned int)status, text);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_gate) };

	if (argc > 1)
		bundle = argv[1];
	exact = argc > 2 && !strcmp(argv[2], "exact");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
