/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes a JSON line after the encoder has written it: large numbers become strings. Few users
 * need this, so it may be slow.
 *
 * The functions understand only the lines of json.c. These have no blanks, and each number is the
 * value of a member.
 */
#include "lib/encode/big_numbers.h"

#include <stdbool.h>
#include <string.h>

/* 2^53: a double represents each integer up to this one exactly. */
static const char limit[] = "9007199254740992";

/* True for a number above 2^53. @digits has no sign and no leading zeroes. */
static bool is_big(const char *digits, size_t len)
{
	const size_t most = sizeof(limit) - 1;

	return len > most || (len == most && memcmp(digits, limit, most) > 0);
}

static char *put(char *out, const char *text, size_t len)
{
	memmove(out, text, len);
	return out + len;
}

/* Length of the string at @p, with its quotes. */
static size_t string_len(const char *p)
{
	const char *end = p + 1;

	for (; *end != '"'; end++)
		end += *end == '\\';
	return (size_t)(end + 1 - p);
}

/*
 * Length of the number at @p; 0: no number is there. @end is the end of the line, which has no
 * terminating 0.
 */
static size_t number_len(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (*q == '-' || (*q >= '0' && *q <= '9')))
		q++;
	return (size_t)(q - p);
}

/*
 * Write the value of a member whose key is already in the output. @key is this key with its quotes.
 *
 *	ET_NUMBERS_STRING: "9007199254740993"
 *	ET_NUMBERS_BOTH:   9007199254740993,"key_string":"9007199254740993"
 */
static char *put_big(char *out, enum et_numbers numbers, const char *key, size_t key_len,
		     const char *number, size_t len)
{
	/*
	 * Copy the number and the key first: they may be in the buffer of @out, and the output may
	 * then overwrite them.
	 */
	char name[64], digits[24];

	memcpy(digits, number, len);
	if (numbers == ET_NUMBERS_BOTH && key_len <= sizeof(name)) {
		memcpy(name, key, key_len);
		out = put(out, digits, len);
		*out++ = ',';
		out = put(out, name, key_len - 1);
		out = put(out, "_string\":", sizeof("_string\":") - 1);
	}
	*out++ = '"';
	out = put(out, digits, len);
	*out++ = '"';
	return out;
}

size_t et_big_numbers_apply(enum et_numbers numbers, const char *line, size_t len, char *out)
{
	const char *p = line, *end = line + len, *key = line;
	char *const begin = out;
	size_t key_len = 0, n;

	while (p < end) {
		if (*p == '"') {
			n = string_len(p);
			/*
			 * Let `key` point to the copy in the output: more output can overwrite the
			 * original.
			 */
			key = out;
			key_len = n;
			out = put(out, p, n);
			p += n;
			continue;
		}
		n = number_len(p, end);
		if (!n) {
			*out++ = *p++;
			continue;
		}
		if (n < 24 && is_big(p + (*p == '-'), n - (*p == '-')))
			out = put_big(out, numbers, key, key_len, p, n);
		else
			out = put(out, p, n);
		p += n;
	}
	return (size_t)(out - begin);
}
