/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that any bytes become valid JSON for an independent parser, and that the bytes can be
 * recovered from the JSON.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <yyjson.h>

#include "lib/encode/json_recover.h"
#include "lib/encode/json_text.h"

#define INPUT_MAX 5000

/* Bytes after the buffer's documented size, which the encoder must not change. */
#define CANARY 64

static char out[ET_JSON_LIST_MAX(INPUT_MAX) + ET_JSON_SLACK + CANARY];

/* Copy the input to a memory block of its size: a sanitizer then detects reads outside of it. */
static char *exact(const void *in, size_t n)
{
	char *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	if (n)
		memcpy(copy, in, n);
	return copy;
}

static yyjson_doc *parse(size_t len)
{
	yyjson_doc *doc;

	/* The output must be one line: control characters such as a newline are escaped. */
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)out[i] < 0x20 || out[i] == 0x7f)
			fail_msg("byte %zu is a control character", i);
	}
	doc = yyjson_read(out, len, 0);
	if (!doc)
		fail_msg("not JSON: %.*s", (int)len, out);
	return doc;
}

static size_t put(char *(*fn)(char *, const char *, size_t), const void *in, size_t n, size_t max)
{
	char *copy = exact(in, n), *end;

	assert_true(n <= INPUT_MAX);
	memset(out + max + ET_JSON_SLACK, 0x5a, CANARY);
	end = fn(out, copy, n);
	free(copy);
	assert_true((size_t)(end - out) <= max);
	for (size_t i = 0; i < CANARY; i++)
		assert_int_equal(out[max + ET_JSON_SLACK + i], 0x5a);
	return end - out;
}

static bool is_control(unsigned int c)
{
	return (c >= 0x80 && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/*
 * Decode the UTF-8 character at @p. Return: its length in bytes; 0 if it is invalid, or one of
 * U+10FE80 to U+10FEFF.
 */
static size_t decode(const unsigned char *p, size_t n, unsigned int *ret)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf8 ? 4 : 0;
	unsigned int c = *p & (0x7fu >> len);

	if (!len || len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ||
	    (c >= 0x10fe80 && c <= 0x10feff))
		return 0;
	*ret = c;
	return len;
}

/*
 * Write the character at @in, which is not ASCII, or the escape of its first byte. Return: the
 * number of bytes written. @ret_len: receives the number of bytes read.
 */
static int put_character(char *p, const unsigned char *in, size_t n, size_t *ret_len)
{
	unsigned int c = 0;
	size_t len = decode(in, n, &c);

	*ret_len = len ? len : 1;
	if (!len)
		return sprintf(p, "\\udbff\\ude%02x", *in);
	if (is_control(c))
		return sprintf(p, "\\u%04x", c);
	return sprintf(p, "%.*s", (int)len, (const char *)in);
}

/* Write what et_json_put_string() or et_json_put_list() must write, character by character. */
static size_t reference(char *ret, const unsigned char *in, size_t n, bool list)
{
	static const char shorts[] = "\b\t\n\f\r\"\\", letters[] = "btnfr\"\\";
	char *p = ret;

	p += sprintf(p, "%s", !list ? "\"" : n ? "[\"" : "[");
	for (size_t at = 0, len = 1; at < n; at += len, len = 1) {
		const char *letter = in[at] ? strchr(shorts, in[at]) : NULL;

		if (list && !in[at])
			p += sprintf(p, "%s", at + 1 < n ? "\",\"" : "");
		else if (letter)
			p += sprintf(p, "\\%c", letters[letter - shorts]);
		else if (in[at] < 0x20 || in[at] == 0x7f)
			p += sprintf(p, "\\u%04x", in[at]);
		else if (in[at] < 0x80)
			*p++ = (char)in[at];
		else
			p += put_character(p, in + at, n - at, &len);
	}
	p += sprintf(p, "%s", !list ? "\"" : n ? "\"]" : "]");
	return (size_t)(p - ret);
}

/* Compare the @len bytes in `out` with the reference. */
static void check_bytes(const void *in, size_t n, size_t len, bool list)
{
	static char expected[ET_JSON_LIST_MAX(INPUT_MAX) + 1];

	assert_int_equal(len, reference(expected, in, n, list));
	assert_memory_equal(out, expected, len);
}

static void check_string(const void *in, size_t n)
{
	static char back[ET_JSON_STRING_MAX(INPUT_MAX)];
	size_t len = put(et_json_put_string, in, n, ET_JSON_STRING_MAX(n));
	yyjson_doc *doc = parse(len);
	yyjson_val *val = yyjson_doc_get_root(doc);

	check_bytes(in, n, len, false);
	assert_true(yyjson_is_str(val));
	assert_int_equal(et_json_recover(yyjson_get_str(val), yyjson_get_len(val), back), n);
	assert_memory_equal(back, in, n);
	yyjson_doc_free(doc);
}

static void check_list(const void *in, size_t n)
{
	static char back[ET_JSON_LIST_MAX(INPUT_MAX)];
	size_t size = put(et_json_put_list, in, n, ET_JSON_LIST_MAX(n));
	yyjson_doc *doc = parse(size);
	yyjson_val *val = yyjson_doc_get_root(doc), *item;
	const char *p = in, *end = p + n;
	yyjson_arr_iter iter;

	check_bytes(in, n, size, true);
	assert_true(yyjson_is_arr(val));
	assert_true(yyjson_arr_iter_init(val, &iter));
	while ((item = yyjson_arr_iter_next(&iter))) {
		size_t len = strnlen(p, end - p);

		assert_true(p < end);
		assert_true(yyjson_is_str(item));
		assert_int_equal(et_json_recover(yyjson_get_str(item), yyjson_get_len(item), back),
				 len);
		assert_memory_equal(back, p, len);
		p += len + (p + len < end);
	}
	assert_ptr_equal(p, end);
	yyjson_doc_free(doc);
}

static void check(const void *in, size_t n)
{
	check_string(in, n);
	check_list(in, n);
}

#define EXPECT(fn, in, expected)                                          \
	do {                                                              \
		char *end = fn(out, in, sizeof(in) - 1);                  \
		assert_int_equal(end - out, sizeof(expected) - 1);        \
		assert_memory_equal(out, expected, sizeof(expected) - 1); \
	} while (0)

#define STRING(in, expected) EXPECT(et_json_put_string, in, expected)
#define LIST(in, expected)   EXPECT(et_json_put_list, in, expected)

static void test_exact_strings(void **state)
{
	(void)state;
	STRING("", "\"\"");
	STRING("plain", "\"plain\"");
	STRING("a\"b\\c/d", "\"a\\\"b\\\\c/d\"");
	STRING("\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\"");
	STRING("\0\x01\x0b\x1b\x1f\x7f", "\"\\u0000\\u0001\\u000b\\u001b\\u001f\\u007f\"");
	STRING("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7",
	       "\"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa7\"");
	STRING("\xff", "\"\\udbff\\udeff\"");
	STRING("a\x80z", "\"a\\udbff\\ude80z\"");
	/* Invalid UTF-8: text in Latin-1, then a cut character. */
	STRING("caf\xe9!", "\"caf\\udbff\\udee9!\"");
	STRING("\xe2\x82", "\"\\udbff\\udee2\\udbff\\ude82\"");
	/*
	 * Characters U+10FE80 to U+10FEFF stand for bytes that are no valid UTF-8. If the input
	 * itself has such a character, each of its four bytes is escaped like such a byte.
	 */
	STRING("\xf4\x8f\xba\x80", "\"\\udbff\\udef4\\udbff\\ude8f\\udbff\\udeba\\udbff\\ude80\"");
	STRING("\xf4\x8f\xbb\xbf", "\"\\udbff\\udef4\\udbff\\ude8f\\udbff\\udebb\\udbff\\udebf\"");
	/* U+10FE7F and U+10FF00 are normal characters. */
	STRING("\xf4\x8f\xb9\xbf\xf4\x8f\xbc\x80", "\"\xf4\x8f\xb9\xbf\xf4\x8f\xbc\x80\"");
}

/* Control characters are escaped; code points next to their ranges are not. */
static void test_controls(void **state)
{
	char character[8], expected[16];

	(void)state;
	STRING("\xc2\x80\xc2\x9b"
	       "2J\xc2\x9f\xc2\xa0",
	       "\"\\u0080\\u009b2J\\u009f\xc2\xa0\"");
	STRING("\xd8\x9b\xd8\x9c\xd8\x9d", "\"\xd8\x9b\\u061c\xd8\x9d\"");
	for (unsigned int c = 0x2000; c < 0x2080; c++) {
		char *end;

		snprintf(character, sizeof(character), "%c%c%c", 0xe2, 0x80 | (c >> 6 & 0x3f),
			 0x80 | (c & 0x3f));
		if (is_control(c))
			snprintf(expected, sizeof(expected), "\"\\u%04x\"", c);
		else
			snprintf(expected, sizeof(expected), "\"%s\"", character);
		end = et_json_put_string(out, character, 3);
		assert_int_equal(end - out, strlen(expected));
		assert_memory_equal(out, expected, strlen(expected));
		check(character, 3);
	}
	check("\xc2\x80\xc2\x9f\0\xd8\x9c\0", 8);
	/* A control character in Latin-1 is invalid UTF-8, and is escaped as a byte. */
	STRING("\x9b", "\"\\udbff\\ude9b\"");
}

static void test_exact_lists(void **state)
{
	(void)state;
	LIST("", "[]");
	LIST("\0", "[\"\"]");
	LIST("\0\0", "[\"\",\"\"]");
	LIST("a\0", "[\"a\"]");
	LIST("a\0\0\0", "[\"a\",\"\",\"\"]");
	LIST("ls\0-l\0", "[\"ls\",\"-l\"]");
	/* The list is cut inside a string, then after a string. */
	LIST("ls\0-", "[\"ls\",\"-\"]");
	LIST("ls\0", "[\"ls\"]");
	LIST("\n\0\xff\0", "[\"\\n\",\"\\udbff\\udeff\"]");
	LIST("0123456789abcdef\0fedcba9876543210\0", "[\"0123456789abcdef\",\"fedcba9876543210\"]");
}

static void test_comm(void **state)
{
	char comm[16] = "", *end;

	(void)state;
#define COMM(in, expected)                                                         \
	do {                                                                       \
		memset(comm, 0, sizeof(comm));                                     \
		memcpy(comm, in, sizeof(in) - 1);                                  \
		memset(out, 0x5a, sizeof(out));                                    \
		end = et_json_put_comm(out, comm);                                 \
		assert_int_equal(end - out, sizeof(expected) - 1);                 \
		assert_memory_equal(out, expected, sizeof(expected) - 1);          \
		assert_int_equal(out[sizeof(expected) - 1 + ET_JSON_SLACK], 0x5a); \
	} while (0)

	COMM("", "\"\"");
	COMM("bash", "\"bash\"");
	COMM("bash\0junk", "\"bash\"");
	COMM("fifteen letters", "\"fifteen letters\"");
	COMM("sixteen letters!", "\"sixteen letters!\"");
	COMM("a\"b", "\"a\\\"b\"");
	COMM("\xff\0\xff", "\"\\udbff\\udeff\"");
	COMM("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xe2",
	     "\"\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff"
	     "\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff"
	     "\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff\\udbff\\udeff"
	     "\\udbff\\udee2\"");
#undef COMM
}

static void test_all_bytes(void **state)
{
	unsigned char all[256], pair[2];

	(void)state;
	for (unsigned int i = 0; i < 256; i++)
		all[i] = i;
	check(all, sizeof(all));
	for (unsigned int i = 0; i < 256; i++)
		check(all + i, 1);
	for (unsigned int i = 0; i < 256; i++) {
		for (unsigned int j = 0; j < 256; j++) {
			pair[0] = i;
			pair[1] = j;
			check(pair, 2);
		}
	}
}

/*
 * Put each special byte at each position of strings of up to 16 + 64 + 64 + 16 + 8 bytes: the
 * encoder scans 8, 16 or 64 bytes at once.
 */
static void test_every_place(void **state)
{
	static const unsigned char special[] = { 0, '\n', 0x1f, '"', '\\', 0x7f, 0x80, 0xc3, 0xff };
	unsigned char text[16 + 64 + 64 + 16 + 8];

	(void)state;
	for (size_t n = 1; n <= sizeof(text); n += n < 40 ? 1 : 8) {
		for (size_t at = 0; at < n; at++) {
			for (size_t s = 0; s < sizeof(special); s++) {
				memset(text, 'x', sizeof(text));
				text[at] = special[s];
				check(text, n);
				if (at + 1 < n)
					text[at + 1] = 0xa9;
				check(text, n);
			}
		}
	}
}

/*
 * Each number from 0x80 to 0x1fffff, as UTF-8. Valid characters stay, but control characters are
 * escaped. So is each byte of an invalid character, and of U+10FE80 to U+10FEFF.
 */
static void test_utf8(void **state)
{
	unsigned char text[8];
	unsigned int kept = 0;

	(void)state;
	for (unsigned int c = 0x80; c < 0x200000; c++) {
		bool reserved = c >= 0x10fe80 && c <= 0x10feff;
		bool valid = c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff) && !reserved;
		size_t n = 0, len;
		char *end;

		if (c >= 0x10000) {
			text[n++] = 0xf0 | c >> 18;
			text[n++] = 0x80 | (c >> 12 & 0x3f);
			text[n++] = 0x80 | (c >> 6 & 0x3f);
		} else if (c >= 0x800) {
			text[n++] = 0xe0 | c >> 12;
			text[n++] = 0x80 | (c >> 6 & 0x3f);
		} else {
			text[n++] = 0xc0 | c >> 6;
		}
		text[n++] = 0x80 | (c & 0x3f);

		end = et_json_put_string(out, (const char *)text, n);
		len = end - out;
		if (is_control(c))
			assert_int_equal(len, 2 + strlen("\\u0000"));
		else
			assert_int_equal(len, 2 + n * (valid ? 1 : ET_JSON_BYTE_MAX));
		kept += valid;
		/*
		 * To save time, the JSON parser reads only some code points: one in 61, and those
		 * around the limits.
		 */
		if (c % 61 == 0 || c < 0x900 || (c > 0xd7f0 && c < 0xe010) || c > 0x10fe00)
			if (c < 0x110100)
				check_string(text, n);
	}
	assert_int_equal(kept, 0x110000 - 0x80 - 0x800 - 0x80);
}

static void test_overlong(void **state)
{
	static const char *const bad[] = {
		"\xc0\x80",
		"\xc0\xaf",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
		"\x80",
		"\xbf\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xed\xa0\x80\xed\xb0\x80",
		"\xe2\x28\xa1",
		"\xf0\x28\x8c\xbc",
		"\xf0\x90\x28\xbc",
		"\xc3\x28",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t n = strlen(bad[i]), high = 0;
		char *end = et_json_put_string(out, bad[i], n);

		for (size_t b = 0; b < n; b++)
			high += (unsigned char)bad[i][b] >= 0x80;
		assert_int_equal(end - out, 2 + (n - high) + high * ET_JSON_BYTE_MAX);
		check(bad[i], n);
	}
}

/* Encode each part of a text of UTF-8 characters. A part may begin or end inside a character. */
static void test_cut_characters(void **state)
{
	static const char text[] = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7\xf4\x8f\xbf\xbf";

	(void)state;
	for (size_t from = 0; from < sizeof(text); from++) {
		for (size_t to = from; to < sizeof(text); to++)
			check(text + from, to - from);
	}
}

static void test_noise(void **state)
{
	static const char *const pieces[] = {
		"\xc3",     "\xa9",
		"\xe2\x82", "\xac",
		"\xf0\x9f", "\x90\xa7",
		"\xf4\x8f", "\xba\x80",
		"\"",       "\\",
		"\\u0000",  "\n",
		"\x7f",     "plain text that is longer than a vector",
		"x",        "\xd0\x96\xd0\xb6",
	};
	static unsigned char text[INPUT_MAX];
	uint64_t x = 0x123456789abcdef;

	(void)state;
	for (int round = 0; round < 30000; round++) {
		size_t n = 0, want;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		want = x % (round % 100 ? 200 : INPUT_MAX - 100);
		while (n < want) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			if (round % 2) {
				text[n++] = x >> 20;
			} else {
				const char *piece = pieces[x >> 20 & 15];

				if ((x >> 30 & 15) == 0)
					text[n++] = 0;
				memcpy(text + n, piece, strlen(piece));
				n += strlen(piece);
			}
		}
		check(text, n);
	}
}

/* The longest possible output fits into the buffer's documented size. */
static void test_worst_case(void **state)
{
	static unsigned char text[INPUT_MAX];

	(void)state;
	memset(text, 0xff, sizeof(text));
	check(text, sizeof(text));
	memset(text, 0, sizeof(text));
	check(text, sizeof(text));
	memset(text, 0x7f, sizeof(text));
	check(text, sizeof(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exact_strings),  cmocka_unit_test(test_controls),
		cmocka_unit_test(test_exact_lists),    cmocka_unit_test(test_comm),
		cmocka_unit_test(test_all_bytes),      cmocka_unit_test(test_every_place),
		cmocka_unit_test(test_utf8),           cmocka_unit_test(test_overlong),
		cmocka_unit_test(test_cut_characters), cmocka_unit_test(test_noise),
		cmocka_unit_test(test_worst_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
