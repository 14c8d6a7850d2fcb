/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes of processes as JSON strings: always valid, and nothing is lost. Plain ASCII and valid
 * UTF-8 stay as they are, but for what a terminal would obey, which is escaped as JSON does; a byte b of anything else becomes the one character U+10FE00 + b, which
 * no parser changes (a lone surrogate many do). Whoever wants the bytes back turns U+10FE80 to
 * U+10FEFF into bytes again; that this is never wrong, such a character in the input is itself
 * written as its four bytes.
 *
 * Each function writes at @out and returns the end of what it wrote. It may scribble on up to
 * ET_JSON_SLACK bytes behind that.
 */
#ifndef ET_ENCODE_JSON_TEXT_H
#define ET_ENCODE_JSON_TEXT_H

#include <linux/types.h>
#include <stddef.h>

#define ET_JSON_SLACK 16

/* The most that one byte becomes: an escaped surrogate pair. */
#define ET_JSON_BYTE_MAX 12

/* The most that @n bytes become: of a string with its quotes, of a list with its brackets too. */
#define ET_JSON_STRING_MAX(n) (ET_JSON_BYTE_MAX * (n) + 2)
#define ET_JSON_LIST_MAX(n)   (ET_JSON_BYTE_MAX * (n) + 4)

/* The @n bytes at @in as one string in quotes. */
char *et_json_put_string(char *out, const char *in, size_t n);

/*
 * NUL-terminated strings, one behind the other, as an array of strings; the last one may have
 * lost its terminator. No bytes are an empty array.
 */
char *et_json_put_list(char *out, const char *in, size_t n);

/* A name of at most 16 bytes, which a NUL ends before. */
char *et_json_put_comm(char *out, const char in[16]);

#endif /* ET_ENCODE_JSON_TEXT_H */
