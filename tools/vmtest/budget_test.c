/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/vmtest/budget.h"

static char path[4096];

static int set_up(void **state)
{
	const char *dir = getenv("TEST_TMPDIR");

	(void)state;
	snprintf(path, sizeof(path), "%s/verifier.json", dir ? dir : "/tmp");
	unlink(path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static int compare(const struct budget *b, const char *kernel, const char *says)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	assert_non_null(out);
	r = budget_compare(b, path, kernel, out);
	fclose(out);
	assert_string_equal(text, says);
	free(text);
	return r;
}

static void test_lines(void **state)
{
	struct budget b = { 0 };

	(void)state;
	assert_int_equal(budget_line(&b, "fentry", "exec_tp_btf   56888  277957"), 1);
	assert_int_equal(budget_line(&b, "fentry", "program  instructions  microseconds"), 0);
	assert_int_equal(budget_line(&b, "fentry", ""), 0);
	assert_int_equal(budget_line(&b, "fentry", "15 of 21 events can be had"), 0);
	assert_int_equal(b.count, 1);
	assert_string_equal(b.rows[0].kind, "fentry");
	assert_string_equal(b.rows[0].program, "exec_tp_btf");
	assert_int_equal(b.rows[0].insns, 56888);
	assert_int_equal(b.rows[0].usec, 277957);
	budget_free(&b);
}

static void test_compare(void **state)
{
	struct budget was = { 0 }, is = { 0 }, none = { 0 };

	(void)state;
	assert_int_equal(budget_compare(&was, path, "old", stdout), -ENOENT);
	budget_line(&was, "fentry", "same 100 5");
	budget_line(&was, "fentry", "more 100 5");
	budget_line(&was, "kprobe", "less 100 5");
	budget_line(&was, "kprobe", "gone 100 5");
	assert_int_equal(budget_write(&was, path, "old"), 0);
	assert_int_equal(budget_write(&was, path, "new"), 0);
	assert_int_equal(compare(&was, "old", ""), 0);

	budget_line(&is, "fentry", "same 100 9");
	budget_line(&is, "fentry", "more 101 5");
	budget_line(&is, "kprobe", "less 99 5");
	budget_line(&is, "tracepoint", "same 7 5");
	assert_int_equal(compare(&is, "old",
				 "fentry more: 101 instructions, more than 100\n"
				 "kprobe less: 99 instructions, fewer than 100\n"
				 "tracepoint same: new, 7 instructions\n"
				 "kprobe gone: no longer loaded\n"),
			 3);
	/* A kernel of which nothing is known: everything is new. */
	assert_int_equal(compare(&none, "unknown", ""), 0);
	assert_int_equal(budget_compare(&is, path, "unknown", stdout), 4);

	/* What is written down replaces this kernel's part, and no other. */
	assert_int_equal(budget_write(&is, path, "old"), 0);
	assert_int_equal(compare(&is, "old", ""), 0);
	assert_int_equal(compare(&was, "new", ""), 0);
	budget_free(&was);
	budget_free(&is);
}

static void test_other_file(void **state)
{
	struct budget b = { 0 };
	FILE *f = fopen(path, "we");

	(void)state;
	if (!f) {
		fail_msg("%s", path);
		return;
	}
	fputs("{\"schema\": \"another\"}", f);
	fclose(f);
	assert_int_equal(budget_compare(&b, path, "old", stdout), -EBADMSG);
	assert_int_equal(budget_write(&b, path, "old"), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_compare, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
