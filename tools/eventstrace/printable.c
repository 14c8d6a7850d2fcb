/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/printable.h"

#include <stdio.h>
#include <string.h>

/* The character at @p, and its length in bytes; 0: invalid UTF-8. */
static unsigned int utf8_at(const unsigned char *p, unsigned int *ret)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int n, c;

	if (p[0] < 0x80) {
		*ret = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	c = p[0] & (0x7f >> n);
	for (unsigned int i = 1; i < n; i++) {
		/* A string's terminator does not match. */
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*ret = c;
	return n;
}

static bool is_control(unsigned int c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void printable(char *to, size_t size, const char *from, bool lines)
{
	const unsigned char *p = (const unsigned char *)from;

	while (*p) {
		char piece[8];
		unsigned int c = 0, n = utf8_at(p, &c);
		size_t len;

		if (!n)
			snprintf(piece, sizeof(piece), "\\x%02x", *p);
		else if (is_control(c) && !(lines && (c == '\n' || c == '\t')))
			snprintf(piece, sizeof(piece), "\\u%04x", c & 0xffff);
		else
			snprintf(piece, sizeof(piece), "%.*s", (int)n, (const char *)p);
		len = strlen(piece);
		if (len >= size)
			break;
		memcpy(to, piece, len);
		to += len;
		size -= len;
		p += n ? n : 1;
	}
	*to = '\0';
}
