/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest rings. A ring has at least a page, which is larger than 4 KiB on some kernels. A
 * size below a page is rounded up, and the kernel makes no smaller ring.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filtered.h"
#include "tools/livetest/runfiles.h"

#define CHILDREN 5

static void test_less_than_a_page(void **state)
{
	pid_t children[CHILDREN];

	(void)state;
	filtered_begin("fork,exit",
		       (const char *const[]){ "--ring-size=1",
					      filtered_text("--tree=%d", (int)getpid()), NULL });
	for (int i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			_exit(0);
		assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
	}
	filtered_end();
	assert_int_equal(filtered_count("PROCESS_FORK", getpid()), CHILDREN);
	for (int i = 0; i < CHILDREN; i++)
		assert_int_equal(filtered_count("PROCESS_EXIT", children[i]), 1);
	filtered_forget();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_less_than_a_page),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
