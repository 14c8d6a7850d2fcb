/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: from a string of the JSON output, as a parser gives it, back to the bytes that a
 * process used.
 */
#ifndef ET_ENCODE_JSON_RECOVER_H
#define ET_ENCODE_JSON_RECOVER_H

#include <stddef.h>

/**
 * et_json_recover() - undo the encoder's escaping of bytes
 * @text:	UTF-8, @n bytes of it
 * @n:		length of @text
 * @ret:	room for @n bytes; may be @text itself
 *
 * U+10FE80 to U+10FEFF, which in UTF-8 are F4 8F BA 80 to F4 8F BB BF, stand for a byte each.
 *
 * Return: how many bytes @ret has received.
 */
static inline size_t et_json_recover(const char *text, size_t n, char *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (n - i >= 4 && p[i] == 0xf4 && p[i + 1] == 0x8f &&
		    (p[i + 2] == 0xba || p[i + 2] == 0xbb)) {
			ret[len++] = (char)((p[i + 2] == 0xbb ? 0xc0 : 0x80) + (p[i + 3] & 0x3f));
			i += 3;
		} else {
			ret[len++] = text[i];
		}
	}
	return len;
}

#endif /* ET_ENCODE_JSON_RECOVER_H */
