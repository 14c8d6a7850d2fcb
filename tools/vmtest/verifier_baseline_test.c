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

#include "tools/vmtest/verifier_baseline.h"

static char path[4096];
static const char *const all[] = { "fentry", "kprobe", "tracepoint", NULL };

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

static int compare(const struct verifier_baseline *b, const char *kernel, const char *says)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	assert_non_null(out);
	r = verifier_baseline_compare(b, path, kernel, all, out);
	fclose(out);
	assert_string_equal(text, says);
	free(text);
	return r;
}

static void test_lines(void **state)
{
	struct verifier_baseline b = { 0 };

	(void)state;
	assert_int_equal(verifier_baseline_line(&b, "fentry", "exec_tp_btf   56888  277957"), 1);
	assert_int_equal(
		verifier_baseline_line(&b, "fentry", "program  instructions  microseconds"), 0);
	assert_int_equal(verifier_baseline_line(&b, "fentry", ""), 0);
	assert_int_equal(verifier_baseline_line(&b, "fentry", "15 of 21 events can be recorded"),
			 0);
	assert_int_equal(b.count, 1);
	assert_string_equal(b.rows[0].kind, "fentry");
	assert_string_equal(b.rows[0].program, "exec_tp_btf");
	assert_int_equal(b.rows[0].insns, 56888);
	assert_int_equal(b.rows[0].usec, 277957);
	verifier_baseline_free(&b);
}

static void test_compare(void **state)
{
	struct verifier_baseline was = { 0 }, is = { 0 }, none = { 0 };

	(void)state;
	assert_int_equal(verifier_baseline_compare(&was, path, "old", all, stdout), -ENOENT);
	verifier_baseline_line(&was, "fentry", "same 100 5");
	verifier_baseline_line(&was, "fentry", "more 100 5");
	verifier_baseline_line(&was, "kprobe", "less 100 5");
	verifier_baseline_line(&was, "kprobe", "gone 100 5");
	assert_int_equal(verifier_baseline_write(&was, path, "old", all), 0);
	assert_int_equal(verifier_baseline_write(&was, path, "new", all), 0);
	assert_int_equal(compare(&was, "old", ""), 0);

	verifier_baseline_line(&is, "fentry", "same 100 9");
	verifier_baseline_line(&is, "fentry", "more 101 5");
	verifier_baseline_line(&is, "kprobe", "less 99 5");
	verifier_baseline_line(&is, "tracepoint", "same 7 5");
	assert_int_equal(compare(&is, "old",
				 "fentry more: 101 instructions, more than 100\n"
				 "kprobe less: 99 instructions, fewer than 100\n"
				 "tracepoint same: new, 7 instructions\n"
				 "kprobe gone: no longer loaded\n"),
			 3);
	/* If the file lacks a kernel, each of its programs is new. */
	assert_int_equal(compare(&none, "unknown", ""), 0);
	assert_int_equal(verifier_baseline_compare(&is, path, "unknown", all, stdout), 4);

	/* Programs of a kind that was not measured are not missing. */
	assert_int_equal(verifier_baseline_compare(&none, path, "old", &all[2], stdout), 0);
	assert_int_equal(verifier_baseline_compare(&none, path, "old", &all[1], stdout), 2);

	/* Writing replaces this kernel's part only. */
	assert_int_equal(verifier_baseline_write(&is, path, "old", all), 0);
	assert_int_equal(compare(&is, "old", ""), 0);
	assert_int_equal(compare(&was, "new", ""), 0);
	/* In this kernel's part, writing replaces only the measured kinds. */
	assert_int_equal(verifier_baseline_write(&none, path, "old", &all[2]), 0);
	assert_int_equal(compare(&is, "old", "tracepoint same: new, 7 instructions\n"), 1);
	verifier_baseline_free(&was);
	verifier_baseline_free(&is);
}

/* The time limit is for all programs of a kind together. A new program does not count. */
static void test_time(void **state)
{
	struct verifier_baseline was = { 0 }, same = { 0 }, is = { 0 };

	(void)state;
	verifier_baseline_line(&was, "fentry", "a 1 100");
	verifier_baseline_line(&was, "fentry", "b 1 100");
	assert_int_equal(verifier_baseline_write(&was, path, "old", all), 0);
	verifier_baseline_line(&same, "fentry", "a 1 1000");
	verifier_baseline_line(&same, "fentry", "b 1 0");
	verifier_baseline_line(&same, "fentry", "c 1 9000");
	assert_int_equal(compare(&same, "old", "fentry c: new, 1 instructions\n"), 1);
	verifier_baseline_line(&is, "fentry", "a 1 1000");
	verifier_baseline_line(&is, "fentry", "b 1 1");
	assert_int_equal(compare(&is, "old", "fentry: 1001 microseconds, more than 5 times 200\n"),
			 1);
	verifier_baseline_free(&was);
	verifier_baseline_free(&same);
	verifier_baseline_free(&is);
}

static void test_other_file(void **state)
{
	struct verifier_baseline b = { 0 };
	FILE *f = fopen(path, "we");

	(void)state;
	if (!f) {
		fail_msg("%s", path);
		return;
	}
	fputs("{\"schema\": \"another\"}", f);
	fclose(f);
	assert_int_equal(verifier_baseline_compare(&b, path, "old", all, stdout), -EBADMSG);
	assert_int_equal(verifier_baseline_write(&b, path, "old", all), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_compare, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_file, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
