/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the comparison itself. The live tests cannot detect a fault that the comparison overlooks.
 */
#include "tools/livetest/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/livetest/text.h"

static bool matches(const char *want, const char *got)
{
	yyjson_doc *w = yyjson_read(want, strlen(want), 0);
	yyjson_doc *g = yyjson_read(got, strlen(got), 0);
	struct mismatches r = { 0 };
	bool ok, silent;

	assert_non_null(w);
	assert_non_null(g);
	ok = match_event(yyjson_doc_get_root(w), yyjson_doc_get_root(g), &r);
	/* match_event() adds a message exactly if there is a difference. */
	assert_int_equal(ok, !r.faults);
	silent = match_event(yyjson_doc_get_root(w), yyjson_doc_get_root(g), NULL);
	assert_int_equal(ok, silent);
	mismatches_free(&r);
	yyjson_doc_free(w);
	yyjson_doc_free(g);
	return ok;
}

static void test_scalars(void **state)
{
	(void)state;
	assert_true(matches("{\"a\":1,\"b\":true,\"c\":\"x\"}",
			    "{\"c\":\"x\",\"b\":true,\"a\":1,\"more\":0}"));
	assert_false(matches("{\"a\":1}", "{\"a\":2}"));
	assert_false(matches("{\"a\":1}", "{\"a\":\"1\"}"));
	assert_false(matches("{\"a\":1}", "{\"a\":true}"));
	assert_false(matches("{\"a\":1}", "{}"));
	assert_false(matches("{\"a\":\"x\"}", "{\"a\":\"xy\"}"));
	assert_false(matches("{\"a\":\"x\"}", "{\"a\":null}"));
	assert_false(matches("{\"a\":false}", "{\"a\":0}"));
}

static void test_nested(void **state)
{
	(void)state;
	assert_true(matches("{\"p\":{\"q\":{\"r\":5}}}", "{\"p\":{\"q\":{\"r\":5,\"s\":6}}}"));
	assert_false(matches("{\"p\":{\"q\":{\"r\":5}}}", "{\"p\":{\"q\":{\"r\":6}}}"));
	assert_false(matches("{\"p\":{\"q\":1}}", "{\"p\":1}"));
	assert_false(matches("{\"p\":{\"q\":1}}", "{\"q\":1}"));
}

static void test_markers(void **state)
{
	(void)state;
	assert_true(matches("{\"a\":{\"$range\":[3,5]}}", "{\"a\":3}"));
	assert_true(matches("{\"a\":{\"$range\":[3,5]}}", "{\"a\":5}"));
	assert_false(matches("{\"a\":{\"$range\":[3,5]}}", "{\"a\":2}"));
	assert_false(matches("{\"a\":{\"$range\":[3,5]}}", "{\"a\":6}"));
	assert_false(matches("{\"a\":{\"$range\":[3,5]}}", "{\"a\":\"4\"}"));
	assert_false(matches("{\"a\":{\"$range\":[0,5]}}", "{}"));
	assert_true(matches("{\"a\":{\"$any\":[1,\"x\"]}}", "{\"a\":\"x\"}"));
	assert_false(matches("{\"a\":{\"$any\":[1,\"x\"]}}", "{\"a\":2}"));
	assert_false(matches("{\"a\":{\"$any\":[1,\"x\"]}}", "{}"));
	assert_true(matches("{\"a\":{\"$hex\":\"6162\"}}", "{\"a\":\"ab\"}"));
	assert_false(matches("{\"a\":{\"$hex\":\"6162\"}}", "{\"a\":\"abc\"}"));
	assert_false(matches("{\"a\":{\"$hex\":\"6162\"}}", "{\"a\":{\"$hex\":\"6162\"}}"));
}

static void test_escapes(void **state)
{
	(void)state;
	/* A byte that is not UTF-8, a byte that is part of a character, and a literal U+10FE80. */
	assert_true(
		matches("{\"a\":{\"$hex\":\"ff80\"}}", "{\"a\":\"\\udbff\\udeff\\udbff\\ude80\"}"));
	assert_false(matches("{\"a\":{\"$hex\":\"ff80\"}}", "{\"a\":\"0xff0x80\"}"));
	assert_false(matches("{\"a\":{\"$hex\":\"ff\"}}", "{\"a\":\"\\u00ff\"}"));
	assert_true(matches("{\"a\":{\"$hex\":\"c3b6\"}}", "{\"a\":\"\xc3\xb6\"}"));
	assert_true(matches("{\"a\":{\"$hex\":\"0041\"}}", "{\"a\":\"\\u0000A\"}"));
	assert_false(matches("{\"a\":{\"$hex\":\"f48fba80\"}}", "{\"a\":\"\\udbff\\ude80\"}"));
	assert_true(
		matches("{\"a\":{\"$hex\":\"f48fba80\"}}",
			"{\"a\":\"\\udbff\\udef4\\udbff\\ude8f\\udbff\\udeba\\udbff\\ude80\"}"));
}

static void test_every_byte(void **state)
{
	struct bytes out;

	(void)state;
	for (unsigned int b = 0x80; b <= 0xff; b++) {
		char text[5] = { (char)0xf4, (char)0x8f, (char)(b < 0xc0 ? 0xba : 0xbb),
				 (char)(0x80 | (b & 0x3f)), 'x' };

		assert_int_equal(text_to_bytes(text, 5, &out), 0);
		assert_int_equal(out.len, 2);
		assert_int_equal(out.data[0], b);
		assert_int_equal(out.data[1], 'x');
		free(out.data);
	}
	/* U+10FE7F and U+10FF00 are ordinary characters. */
	assert_int_equal(text_to_bytes("\xf4\x8f\xb9\xbf\xf4\x8f\xbc\x80", 8, &out), 0);
	assert_int_equal(out.len, 8);
	free(out.data);
	assert_int_equal(text_from_hex("0aff", 4, &out), 0);
	assert_memory_equal(out.data, "\x0a\xff", 2);
	free(out.data);
	assert_int_not_equal(text_from_hex("0", 1, &out), 0);
	assert_int_not_equal(text_from_hex("0g", 2, &out), 0);
}

static void test_lists(void **state)
{
	(void)state;
	assert_true(matches("{\"argv\":[]}", "{\"argv\":[]}"));
	assert_true(matches("{\"argv\":[\"a\",\"\",{\"$hex\":\"ff\"}]}",
			    "{\"argv\":[\"a\",\"\",\"\\udbff\\udeff\"]}"));
	assert_false(matches("{\"argv\":[\"a\"]}", "{\"argv\":[\"a\",\"\"]}"));
	assert_false(matches("{\"argv\":[\"a\",\"b\"]}", "{\"argv\":[\"b\",\"a\"]}"));
	assert_false(matches("{\"argv\":[]}", "{\"argv\":[\"\"]}"));
	assert_false(matches("{\"argv\":[\"a\",\"b\"]}", "{\"argv\":[\"a\\u0000b\"]}"));
	assert_false(matches("{\"argv\":[\"a\"]}", "{}"));
	assert_false(matches("{\"argv\":[\"a\"]}", "{\"argv\":\"a\"}"));
}

/* The members that mark a field as cut must exist exactly if the field is cut. */
static void test_companions(void **state)
{
	(void)state;
	assert_false(matches("{\"cwd\":\"/\"}", "{\"cwd\":\"/\",\"cwd_truncated\":1}"));
	assert_false(matches("{\"cwd\":\"/\"}", "{\"cwd\":\"/\",\"cwd_size\":1}"));
	assert_false(matches("{\"cwd\":\"/\"}", "{\"cwd\":\"/\",\"cwd_flags\":[\"deleted\"]}"));
	assert_true(matches("{\"cwd\":\"/\",\"cwd_flags\":[\"deleted\"]}",
			    "{\"cwd\":\"/\",\"cwd_flags\":[\"deleted\"]}"));
	assert_false(matches("{\"cwd\":\"/\",\"cwd_flags\":[\"deleted\"]}", "{\"cwd\":\"/\"}"));
	assert_false(matches("{\"cwd\":\"/\",\"cwd_flags\":[\"deleted\"]}",
			     "{\"cwd\":\"/\",\"cwd_flags\":[\"unreachable\"]}"));
	/* Terminal output always has the number of cut bytes, even 0. */
	assert_true(matches("{\"tty_out\":\"x\"}", "{\"tty_out_truncated\":0,\"tty_out\":\"x\"}"));
	assert_false(matches("{\"tty_out\":\"x\"}", "{\"tty_out\":\"x\"}"));
}

/* Make {"argv":["a...a"]} with @len bytes in the argument, and the members @more after it. */
static char *one_argument(int len, const char *more)
{
	char *text = malloc((size_t)len + strlen(more) + 32), *p = text;

	assert_non_null(text);
	p += sprintf(p, "{\"argv\":[\"");
	memset(p, 'a', (size_t)len);
	p += len;
	sprintf(p, "\"]%s}", more);
	return text;
}

static bool cut_matches(int want_len, int got_len, const char *more)
{
	char *want = one_argument(want_len, ""), *got = one_argument(got_len, more);
	bool ok = matches(want, got);

	free(want);
	free(got);
	return ok;
}

/* The cap of argv is 20,480 bytes, which includes the terminators. */
static void test_cut(void **state)
{
	(void)state;
	assert_true(cut_matches(20479, 20479, ""));
	assert_false(cut_matches(20479, 20479, ",\"argv_truncated\":1,\"argv_size\":20481"));
	assert_true(cut_matches(20480, 20480, ",\"argv_truncated\":1,\"argv_size\":20481"));
	assert_true(cut_matches(30000, 20480, ",\"argv_truncated\":9521,\"argv_size\":30001"));
	assert_false(cut_matches(30000, 20480, ""));
	assert_false(cut_matches(30000, 20480, ",\"argv_truncated\":9521"));
	assert_false(cut_matches(30000, 20480, ",\"argv_size\":30001"));
	assert_false(cut_matches(30000, 20480, ",\"argv_truncated\":9520,\"argv_size\":30001"));
	assert_false(cut_matches(30000, 20479, ",\"argv_truncated\":9521,\"argv_size\":30001"));
	assert_false(cut_matches(30000, 20000, ",\"argv_truncated\":9521,\"argv_size\":30001"));
	assert_false(cut_matches(30000, 30000, ""));
}

/* Make {"cwd":"..."} with @folders directories below @root, and the members @more after it. */
static char *deep_path(int folders, const char *root, const char *more)
{
	char *text = malloc((size_t)folders * 2 + strlen(more) + 64), *p = text;

	assert_non_null(text);
	p += sprintf(p, "{\"cwd\":\"%s", root);
	for (int i = 0; i < folders; i++)
		p += sprintf(p, "/d");
	sprintf(p, "\"%s}", more);
	return text;
}

static bool deep_matches(int want_folders, int got_folders, const char *root, const char *more)
{
	char *want = deep_path(want_folders, "/r", ""), *got = deep_path(got_folders, root, more);
	bool ok = matches(want, got);

	free(want);
	free(got);
	return ok;
}

static void test_long_walks(void **state)
{
	static const char partial[] = ",\"cwd_flags\":[\"partial\"]";

	(void)state;
	assert_true(deep_matches(200, 200, "/r", ""));
	assert_true(deep_matches(200, 120, "", partial));
	assert_false(deep_matches(200, 120, "", ""));
	assert_false(deep_matches(200, 120, "/r", partial));
	assert_false(deep_matches(200, 20, "", partial));
	assert_false(deep_matches(200, 200, "/r", partial));
	assert_false(deep_matches(20, 10, "", partial));
}

static bool unique(const char *text)
{
	yyjson_doc *doc = yyjson_read(text, strlen(text), 0);
	bool ok;

	assert_non_null(doc);
	ok = match_unique_keys(yyjson_doc_get_root(doc));
	yyjson_doc_free(doc);
	return ok;
}

static void test_unique_keys(void **state)
{
	(void)state;
	assert_true(unique("{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]},\"b\":1}"));
	assert_false(unique("{\"a\":1,\"a\":1}"));
	assert_false(unique("{\"b\":[0,{\"a\":1,\"a\":2}]}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),    cmocka_unit_test(test_nested),
		cmocka_unit_test(test_markers),    cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_every_byte), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_companions), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_long_walks), cmocka_unit_test(test_unique_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
