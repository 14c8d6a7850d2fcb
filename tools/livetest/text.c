/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/text.h"

#include <errno.h>
#include <stdlib.h>

/* The byte of a character U+10FE80 to U+10FEFF, in UTF-8 F4 8F BA 80 to F4 8F BB BF. */
static int escaped_byte(const unsigned char *p, size_t len)
{
	if (len < 4 || p[0] != 0xf4 || p[1] != 0x8f || (p[2] != 0xba && p[2] != 0xbb))
		return -1;
	return (p[2] == 0xba ? 0x80 : 0xc0) | (p[3] & 0x3f);
}

int text_to_bytes(const char *text, size_t len, struct bytes *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char *out;
	size_t n = 0;

	out = malloc(len + 1);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < len;) {
		int b = escaped_byte(p + i, len - i);

		out[n++] = b < 0 ? p[i] : (unsigned char)b;
		i += b < 0 ? 1 : 4;
	}
	ret->data = out;
	ret->len = n;
	return 0;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int text_from_hex(const char *hex, size_t len, struct bytes *ret)
{
	unsigned char *out;

	if (len % 2)
		return -EINVAL;
	out = malloc(len / 2 + 1);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < len; i += 2) {
		int high = digit(hex[i]), low = digit(hex[i + 1]);

		if (high < 0 || low < 0) {
			free(out);
			return -EINVAL;
		}
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	ret->data = out;
	ret->len = len / 2;
	return 0;
}
