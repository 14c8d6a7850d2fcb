/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that lines are the same whether a text is added at once or character by character. In long
 * texts, the functions copy 16 plain bytes at a time. In texts of one character, they never do.
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/encode/line.h"
#include "lib/encode/width.h"

#define INPUT_MAX 400

enum quotes { NO_QUOTES, QUOTES, ESCAPES };

static enum quotes quotes_of(const char *data, size_t n, bool ascii)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_@%+=:,./^-";
	enum quotes q = n ? NO_QUOTES : QUOTES;

	for (size_t at = 0; at < n;) {
		struct et_char c = et_char_at(data + at, n - at);

		if (c.kind != ET_CHAR_SHOWN || (c.bytes > 1 && ascii))
			return ESCAPES;
		if (c.bytes == 1 && !strchr(safe, data[at]))
			q = QUOTES;
		at += c.bytes;
	}
	return q;
}

/* The expected result of et_line_word(): the same word, added character by character. */
static void word_by_characters(struct et_line *l, const char *data, size_t n)
{
	static const char *const begins[] = { "", "'", "$'" };
	enum quotes q = quotes_of(data, n, l->ascii);

	et_line_put(l, begins[q]);
	for (size_t at = 0; at < n;) {
		size_t bytes = et_char_at(data + at, n - at).bytes;

		if (data[at] == '\'')
			et_line_put(l, q == ESCAPES ? "\\'" : "'\\''");
		else if (data[at] == '\\')
			et_line_put(l, q == ESCAPES ? "\\\\" : "\\");
		else
			et_line_bytes(l, data + at, bytes);
		at += bytes;
	}
	et_line_put(l, q == NO_QUOTES ? "" : "'");
}

static void bytes_by_characters(struct et_line *l, const char *data, size_t n)
{
	for (size_t at = 0, bytes; at < n; at += bytes) {
		bytes = et_char_at(data + at, n - at).bytes;
		et_line_bytes(l, data + at, bytes);
	}
}

typedef void (*put_fn)(struct et_line *l, const char *data, size_t n);

static size_t line_of(put_fn put, char *buf, const char *data, size_t n, unsigned int limit,
		      bool ascii)
{
	struct et_line l;

	et_line_begin(&l, buf, limit, false, ascii);
	et_line_put(&l, "x ");
	put(&l, data, n);
	/* Add the number of columns: the test compares it too. A full line has no room for it. */
	et_line_u64(&l, l.col);
	return (size_t)(et_line_end(&l) - buf);
}

static void check(put_fn put, put_fn expected_put, const char *data, size_t n, unsigned int limit,
		  bool ascii)
{
	static char got[8 * INPUT_MAX], expected[8 * INPUT_MAX];
	size_t len = line_of(put, got, data, n, limit, ascii);

	assert_int_equal(len, line_of(expected_put, expected, data, n, limit, ascii));
	assert_memory_equal(got, expected, len);
}

static void check_both(const char *data, size_t n, unsigned int limit, bool ascii)
{
	check(et_line_bytes, bytes_by_characters, data, n, limit, ascii);
	check(et_line_word, word_by_characters, data, n, limit, ascii);
}

/* Put each byte at each position of a text of plain bytes, in lines without a limit. */
static void every_byte(void **state)
{
	char text[40];

	(void)state;
	for (int c = 1; c < 256; c++) {
		for (size_t at = 0; at < sizeof(text); at++) {
			memset(text, 'a', sizeof(text));
			text[at] = (char)c;
			check_both(text, sizeof(text), ET_LINE_ENDLESS, false);
		}
	}
}

/* Add plain texts, with and without a special character, to lines with every limit. */
static void every_limit(void **state)
{
	static const char text[] =
		"a text of plain bytes that is longer than five vectors, and then"
		" some more bytes: 0123456789abcdef";
	char other[sizeof(text)];

	(void)state;
	for (unsigned int limit = 4; limit < sizeof(text) + 20; limit++) {
		check_both(text, sizeof(text) - 1, limit, false);
		for (size_t at = 0; at < sizeof(text) - 1; at += 3) {
			memcpy(other, text, sizeof(text));
			other[at] = '\033';
			check_both(other, sizeof(text) - 1, limit, false);
		}
	}
}

static uint64_t noise(void)
{
	static uint64_t x = 0x123456789abcdef;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void random_texts(void **state)
{
	static const char *const pieces[] = {
		"\xe6\xbc\xa2", "'", "\\", "\n",   "a_long_word_without_special_characters",
		"\xc3",         "x", " ",  "\xff", "plain text that is longer than a vector",
	};
	char text[INPUT_MAX];

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t n = 0, want = noise() % 200;
		unsigned int limit = round % 3 ? ET_LINE_ENDLESS : 4 + noise() % 200;

		while (n < want) {
			const char *piece = pieces[noise() % (sizeof(pieces) / sizeof(*pieces))];

			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		check_both(text, n, limit, round & 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte),
		cmocka_unit_test(every_limit),
		cmocka_unit_test(random_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
