/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/interim.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static bool due(int timeout_ms)
{
	struct pollfd pfd = { .fd = interim_fd(), .events = POLLIN };
	int r;

	do
		r = poll(&pfd, 1, timeout_ms);
	while (r < 0);
	return r;
}

static void on_a_signal(void **state)
{
	sigset_t set;

	(void)state;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	assert_int_equal(interim_install(), 0);
	assert_int_equal(interim_begin(0), 0);
	assert_false(due(50));
	assert_false(interim_take());
	raise(SIGUSR1);
	assert_true(due(10000));
	assert_true(interim_take());
	/* A signal requests only one account. */
	assert_false(due(50));
	raise(SIGUSR1);
	raise(SIGUSR1);
	assert_true(due(10000));
	assert_true(interim_take());
}

static void in_intervals(void **state)
{
	(void)state;
	assert_int_equal(interim_install(), 0);
	assert_int_equal(interim_begin(20000000), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(due(10000));
		assert_true(interim_take());
	}
	/* After a signal, the interval continues. */
	raise(SIGUSR1);
	for (int i = 0; i < 3; i++) {
		assert_true(due(10000));
		assert_true(interim_take());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_signal),
		cmocka_unit_test(in_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
