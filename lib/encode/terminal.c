/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/encode/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/encode/width.h"

static void refuse(const char *what, const char *p, const char *begin, const char *end)
{
	fprintf(stderr, "at byte %td of %td: %s:", p - begin, end - begin, what);
	for (const char *c = p; c < end && c < p + 16; c++)
		fprintf(stderr, " %02x", (unsigned char)*c);
	fputc('\n', stderr);
	fail();
}

/*
 * Recognize a control sequence that is allowed. Return: the length of the sequence at @p; 0 if
 * there is no such sequence.
 */
static size_t sequence(const char *p, const char *end, unsigned int allowed, bool *colored)
{
	static const char *const colors[] = { "[0m",  "[1m",  "[2m",  "[31m",  "[32m",
					      "[33m", "[35m", "[36m", "[1;31m" };
	static const char *const screens[] = { "[H", "[K", "[J" };

	for (size_t i = 0; allowed & TERMINAL_COLORS && i < sizeof(colors) / sizeof(*colors); i++) {
		size_t len = strlen(colors[i]);

		if ((size_t)(end - p) > len && !memcmp(p + 1, colors[i], len)) {
			*colored = i != 0;
			return len + 1;
		}
	}
	for (size_t i = 0; allowed & TERMINAL_SCREENS && i < sizeof(screens) / sizeof(*screens);
	     i++)
		if ((size_t)(end - p) > strlen(screens[i]) &&
		    !memcmp(p + 1, screens[i], strlen(screens[i])))
			return strlen(screens[i]) + 1;
	return 0;
}

/* Decode the UTF-8 character at @p. Return: its code point; 0 if it is invalid. */
static unsigned int decode(const unsigned char *p, size_t n, size_t *ret_len)
{
	size_t len = *p < 0x80 ? 1 : *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : 4;
	unsigned int c = len == 1 ? *p : *p & (0xffu >> (len + 1));

	if (!len || len > n || *p > 0xf7)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((len == 2 && c < 0x80) || (len == 3 && c < 0x800) || (len == 4 && c < 0x10000) ||
	    c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*ret_len = len;
	return c;
}

static bool is_obeyed(unsigned int c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f && c != 0x2065) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0020 && c <= 0xe007f);
}

void terminal_show(struct terminal *t, const char *text, size_t size, unsigned int allowed)
{
	const char *const end = text + size;
	unsigned int col = 0;
	bool colored = false;

	assert_true(size <= sizeof(t->plain));
	t->plain_len = t->lines = t->widest = 0;
	for (const char *p = text; p < end;) {
		size_t len = 0;
		unsigned int c;

		if (*p == '\033') {
			len = sequence(p, end, allowed, &colored);
			if (!len)
				refuse("a sequence", p, text, end);
			t->sequences++;
			p += len;
			continue;
		}
		if (*p == '\n') {
			if (!(allowed & TERMINAL_LINES) || colored)
				refuse("a newline", p, text, end);
			t->lines++;
			col = 0;
			len = 1;
		} else {
			c = decode((const unsigned char *)p, (size_t)(end - p), &len);
			if (!c || is_obeyed(c))
				refuse("a control", p, text, end);
			if (c > 0x7e && allowed & TERMINAL_ASCII)
				refuse("a character that is not ASCII", p, text, end);
			col += et_char_at(p, len).width;
			if (col > t->widest)
				t->widest = col;
		}
		memcpy(t->plain + t->plain_len, p, len);
		t->plain_len += len;
		p += len;
	}
	if (colored)
		refuse("a colour that does not end", end, text, end);
}
