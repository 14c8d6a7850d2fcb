/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/attach/load.h"

static void words(const char *log, const char *expected)
{
	char text[40] = "untouched";

	assert_int_equal(et_verifier_words(log, text, sizeof(text)), !!expected);
	assert_string_equal(text, expected ? expected : "untouched");
}

static void test_last_line_that_says_something(void **state)
{
	(void)state;
	words("0: R1=ctx()\n1: (85) call foo#1\nunknown func foo#1\n"
	      "processed 2 insns (limit 1000000)\n",
	      "unknown func foo#1");
	words("no newline at the end", "no newline at the end");
	words("one\n\n\nstack depth 8\nprocessed 1 insns", "one");
	words("verification time 12 usec\nstack depth 0\nprocessed 0 insns\n", NULL);
	words("\n\n", NULL);
	words("", NULL);
}

static void test_cut(void **state)
{
	(void)state;
	words("0123456789012345678901234567890123456789 and more\n",
	      "012345678901234567890123456789012345678");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_last_line_that_says_something),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
