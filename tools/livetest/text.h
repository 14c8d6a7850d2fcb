/* SPDX-License-Identifier: BSD-2-Clause */
/* Converts a string of the output back to the bytes that it represents. */
#ifndef TOOLS_LIVETEST_TEXT_H
#define TOOLS_LIVETEST_TEXT_H

#include <stddef.h>

struct bytes {
	unsigned char *data;
	size_t len;
};

/**
 * text_to_bytes() - undo the escaping of bytes that are not UTF-8
 * @text:	valid UTF-8
 * @len:	its length
 * @ret:	receives the bytes; the caller frees data
 *
 * The character U+10FE00 + b, with b from 0x80 to 0xff, represents the byte b. All other characters
 * represent their own bytes.
 *
 * Return: 0 or -ENOMEM.
 */
int text_to_bytes(const char *text, size_t len, struct bytes *ret);

/**
 * text_from_hex() - convert hexadecimal digits to bytes
 * @hex:	an even number of digits
 * @len:	number of digits
 * @ret:	receives the bytes; the caller frees data
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int text_from_hex(const char *hex, size_t len, struct bytes *ret);

#endif /* TOOLS_LIVETEST_TEXT_H */
