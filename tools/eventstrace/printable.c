/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/printable.h"

#include <stdio.h>
#include <string.h>

#include "lib/encode/width.h"

/* The code point of a valid UTF-8 character of @n bytes. */
static unsigned int code_point(const char *p, unsigned int n)
{
	unsigned int c = (unsigned char)p[0];

	if (n > 1)
		c &= 0x7fU >> n;
	for (unsigned int i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

void printable(char *to, size_t size, const char *from, bool lines)
{
	for (const char *p = from; *p;) {
		const struct et_char c = et_char_at(p, strnlen(p, 4));
		char piece[12];
		size_t len;

		if (c.kind == ET_CHAR_INVALID)
			snprintf(piece, sizeof(piece), "\\x%02x", (unsigned char)*p);
		else if (c.kind == ET_CHAR_CONTROL && !(lines && (*p == '\n' || *p == '\t')))
			snprintf(piece, sizeof(piece), c.bytes < 4 ? "\\u%04x" : "\\U%08x",
				 code_point(p, c.bytes));
		else
			snprintf(piece, sizeof(piece), "%.*s", (int)c.bytes, p);
		len = strlen(piece);
		if (len >= size)
			break;
		memcpy(to, piece, len);
		to += len;
		size -= len;
		p += c.kind == ET_CHAR_INVALID ? 1 : c.bytes;
	}
	*to = '\0';
}
