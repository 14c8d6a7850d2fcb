/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: recovers the bytes that a process used. The input is a string of the JSON output,
 * after a JSON parser has read it.
 */
#ifndef ET_ENCODE_JSON_RECOVER_H
#define ET_ENCODE_JSON_RECOVER_H

#include <stddef.h>

/**
 * et_json_recover() - undo the encoder's escaping of bytes
 * @text:	parsed JSON string in UTF-8
 * @n:		bytes of @text
 * @ret:	room for @n bytes; may be @text itself
 *
 * Each character U+10FE80 to U+10FEFF (UTF-8 F4 8F BA 80 to F4 8F BB BF) becomes one byte.
 *
 * Return: the number of bytes in @ret.
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
