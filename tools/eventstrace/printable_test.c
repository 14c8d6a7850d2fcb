/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/printable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const char *from, bool lines, const char *expected)
{
	char to[256];

	printable(to, sizeof(to), from, lines);
	assert_string_equal(to, expected);
}

static void what_terminals_obey(void **state)
{
	(void)state;
	expect("--pid=\x1b[2J", false, "--pid=\\u001b[2J");
	expect("\xc2\x9b"
	       "31m \xc2\xa0",
	       false, "\\u009b31m \xc2\xa0");
	expect("\x9b"
	       "31m",
	       false, "\\x9b31m");
	expect("a\r\n\tb\x7f", false, "a\\u000d\\u000a\\u0009b\\u007f");
	expect("a\r\n\tb", true, "a\\u000d\n\tb");
	expect("\xe2\x80\xae"
	       "gpj.exe\xd8\x9c\xe2\x81\xa9",
	       false, "\\u202egpj.exe\\u061c\\u2069");
	/* With invisible characters, different names would look the same. */
	expect("ls\xe2\x80\x8b\xef\xbb\xbf\xf3\xa0\x81\x81", false, "ls\\u200b\\ufeff\\U000e0041");
}

static void what_stands(void **state)
{
	(void)state;
	expect("", false, "");
	expect("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7 \"a\\b\"", false,
	       "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7 \"a\\b\"");
	/* Invalid UTF-8: incomplete, overlong, a surrogate, above U+10FFFF. */
	expect("\xe2\x82", false, "\\xe2\\x82");
	expect("\xc0\x9b", false, "\\xc0\\x9b");
	expect("\xe0\x82\x9b", false, "\\xe0\\x82\\x9b");
	expect("\xed\xa0\x80", false, "\\xed\\xa0\\x80");
	expect("\xf4\x90\x80\x80", false, "\\xf4\\x90\\x80\\x80");
}

/* An escape that does not fit completely is omitted. */
static void cut(void **state)
{
	char to[8];

	(void)state;
	printable(to, sizeof(to), "ab\x1b\x1b", false);
	assert_string_equal(to, "ab");
	printable(to, 1, "ab", false);
	assert_string_equal(to, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_terminals_obey),
		cmocka_unit_test(what_stands),
		cmocka_unit_test(cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
