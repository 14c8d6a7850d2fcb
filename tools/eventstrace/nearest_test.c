/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static const char *const names[] = { "exec", "exec-failed", "exit", "process", "process-exec" };

static void check(const char *text, const char *expected)
{
	struct nearest n = { 0 };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		nearest_try(&n, text, strlen(text), names[i]);
	if (expected)
		assert_string_equal(n.name, expected);
	else
		assert_null(n.name);
}

static void typos(void **state)
{
	(void)state;
	check("exce", "exec");
	check("exc", "exec");
	check("exect", "exec");
	check("exot", "exit");
	check("EXCE", "exec");
	check("proces", "process");
	check("porcess_exec", "process-exec");
	check("rpocess-eexc", "process-exec");
	check("prcs-exc", "process-exec");
	check("exec_faild", "exec-failed");
	check("xyz", NULL);
	check("e", NULL);
	check("", NULL);
	check("a-very-long-text-that-is-no-name-of-anything-at-all-and-more", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
