/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void aligns(void **state)
{
	struct table t = TABLE_INIT(3, 1 << 1);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	table_cell(&t, "name");
	table_cell(&t, "n");
	table_cell(&t, "why");
	table_cell(&t, "a");
	table_cell(&t, "%d", 1234);
	table_cell(&t, "a long reason");
	table_cell(&t, "b");
	table_cell(&t, "%d", 5);
	table_cell(&t, "%s", "");
	assert_int_equal(table_print(&t, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "name     n  why\n"
				  "a     1234  a long reason\n"
				  "b        5\n");
	free(text);
	table_free(&t);
}

/* Numbers in the last column are right-aligned, too. */
static void aligns_the_last(void **state)
{
	struct table t = TABLE_INIT(1, 1 << 0);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	table_cell(&t, "bytes");
	table_cell(&t, "1");
	assert_int_equal(table_print(&t, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "bytes\n    1\n");
	free(text);
	table_free(&t);
}

static void an_error_prints_nothing(void **state)
{
	struct table t = TABLE_INIT(1, 0);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	table_cell(&t, "a");
	t.error = -ENOMEM;
	assert_int_equal(table_print(&t, out), -ENOMEM);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "");
	free(text);
	table_free(&t);
}

/* A character of two bytes takes one column. */
static void counts_characters(void **state)
{
	struct table t = TABLE_INIT(2, 1U << 1);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	table_cell(&t, "a");
	table_cell(&t, "1 \u00b15");
	table_cell(&t, "\u00b1b");
	table_cell(&t, "1234");
	assert_int_equal(table_print(&t, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, "a   1 \u00b15\n\u00b1b  1234\n");
	free(text);
	table_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns),
		cmocka_unit_test(aligns_the_last),
		cmocka_unit_test(an_error_prints_nothing),
		cmocka_unit_test(counts_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
