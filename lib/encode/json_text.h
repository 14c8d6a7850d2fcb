/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes bytes of a process, such as arguments, as JSON strings: always valid JSON, and no byte is
 * lost. Plain ASCII and valid UTF-8 are not changed. Control characters are escaped as in JSON.
 *
 * Each byte b that is not valid UTF-8 becomes the character U+10FE00 + b, which all JSON parsers
 * keep. (Lone surrogates are often used for this, but many parsers change them.) To recover the
 * bytes, a reader turns each character from U+10FE80 to U+10FEFF into one byte.
 *
 * A process itself may use such a character. Then each of the character's four bytes is written
 * like an invalid byte, so a reader recovers exactly these four bytes.
 *
 * Each function writes at @out and returns the end of its output. It may overwrite up to
 * ET_JSON_SLACK bytes after the end.
 */
#ifndef ET_ENCODE_JSON_TEXT_H
#define ET_ENCODE_JSON_TEXT_H

#include <linux/types.h>
#include <stddef.h>

/*
 * Number of bytes after its output that a function may overwrite, because it copies 16 bytes at a
 * time.
 */
#define ET_JSON_SLACK 16

/* Length of the longest output for one input byte: two escapes \uNNNN, for a surrogate pair. */
#define ET_JSON_BYTE_MAX 12

/*
 * Length of the longest output for @n input bytes. A string has two quotes; a list also has two
 * brackets.
 */
#define ET_JSON_STRING_MAX(n) (ET_JSON_BYTE_MAX * (n) + 2)
#define ET_JSON_LIST_MAX(n)   (ET_JSON_BYTE_MAX * (n) + 4)

/* Write the @n bytes at @in as one JSON string, with quotes. */
char *et_json_put_string(char *out, const char *in, size_t n);

/*
 * Write the NUL-terminated strings in the @n bytes at @in as a JSON array of strings. The last
 * string may have no terminating 0. If @n is 0, the array is empty.
 */
char *et_json_put_list(char *out, const char *in, size_t n);

/* Write a task's name (comm) as a JSON string. The name ends at the first 0, or after 16 bytes. */
char *et_json_put_comm(char *out, const char in[16]);

#endif /* ET_ENCODE_JSON_TEXT_H */
