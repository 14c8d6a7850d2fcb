/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of processes as JSON strings: always valid JSON, and no byte is lost. Plain ASCII and valid
 * UTF-8 stay as they are. Characters that a terminal obeys are escaped as JSON does. A byte b of
 * anything else becomes the one character U+10FE00 + b: parsers keep it, while many change a lone
 * surrogate. To recover the bytes, a reader turns U+10FE80 to U+10FEFF into bytes. If the input
 * contains such a character, it is written as its four bytes, so the recovery is always correct.
 *
 * Each function writes at @out and returns the end of its output. It may overwrite up to
 * ET_JSON_SLACK bytes after that.
 */
#ifndef ET_ENCODE_JSON_TEXT_H
#define ET_ENCODE_JSON_TEXT_H

#include <linux/types.h>
#include <stddef.h>

#define ET_JSON_SLACK 16

/* The longest output for one byte: an escaped surrogate pair. */
#define ET_JSON_BYTE_MAX 12

/*
 * The longest output for @n bytes: as a string with its quotes, as a list also with its brackets.
 */
#define ET_JSON_STRING_MAX(n) (ET_JSON_BYTE_MAX * (n) + 2)
#define ET_JSON_LIST_MAX(n)   (ET_JSON_BYTE_MAX * (n) + 4)

/* Write the @n bytes at @in as one string in quotes. */
char *et_json_put_string(char *out, const char *in, size_t n);

/*
 * Write consecutive NUL-terminated strings as an array of strings. The last one may lack its
 * terminator. With @n 0 the array is empty.
 */
char *et_json_put_list(char *out, const char *in, size_t n);

/* Write a name of at most 16 bytes; a NUL may end it earlier. */
char *et_json_put_comm(char *out, const char in[16]);

#endif /* ET_ENCODE_JSON_TEXT_H */
