/* SPDX-License-Identifier: BSD-2-Clause */
/* What progress() and log_err() print if stderr is no terminal. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/run/log_err.h"

/* A log shows at once that the program works, in a line of its own. */
static void test_log(void **state)
{
	char text[256] = "";
	int old, fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	old = dup(STDERR_FILENO);
	if (old < 0) {
		fail_msg("dup");
		return;
	}
	assert_true(dup2(fds[1], STDERR_FILENO) >= 0);
	progress("%s", "");
	progress("pair %d of %d", 1, 20);
	log_err("%s", "worse");
	assert_true(dup2(old, STDERR_FILENO) >= 0);
	close(old);
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	close(fds[0]);
	assert_string_equal(text, "pair 1 of 20\nbench: worse\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_log) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
