/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>

#include "lib/encode/json_text.h"

/*
 * Vectors of 16 and 8 bytes, which the compiler compares with one instruction: SSE2 on x86, NEON on
 * arm64.
 */
typedef signed char vec16 __attribute__((vector_size(16)));
typedef signed char vec8 __attribute__((vector_size(8)));

/*
 * Each byte of @mask is the result for one of 8 compared bytes. Return the index, in the order of
 * memory, of the first byte of @mask that is not 0.
 */
static inline unsigned int first_byte(__u64 mask)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_ctzll(mask) / 8;
#else
	return __builtin_clzll(mask) / 8;
#endif
}

/*
 * Compare each byte of the vector @v. The result is not 0 for a byte that needs an escape or is not
 * ASCII. As signed numbers, 0x80 to 0xff are less than 0x20.
 */
#define SPECIAL(v) (((v) < 0x20) | ((v) == 0x7f) | ((v) == '"') | ((v) == '\\'))

/*
 * Copy 16 bytes. Return how many of them come before the first byte that needs an escape or is not
 * ASCII.
 */
static inline unsigned int copy_plain_16(char *out, const unsigned char *in)
{
	__u64 mask[2];
	vec16 v, special;

	memcpy(&v, in, sizeof(v));
	memcpy(out, &v, sizeof(v));
	special = (vec16)SPECIAL(v);
	memcpy(mask, &special, sizeof(mask));
	if (mask[0])
		return first_byte(mask[0]);
	return mask[1] ? 8 + first_byte(mask[1]) : 16;
}

/* Number of bytes of a block: four vectors. */
#define BLOCK 64

/* Copy a block if none of its bytes needs an escape, and all are ASCII. Return: true if copied. */
static inline bool copy_plain_block(char *out, const unsigned char *in)
{
	__u64 mask[2];
	vec16 v[4], special;

	memcpy(v, in, BLOCK);
	special = (vec16)(SPECIAL(v[0]) | SPECIAL(v[1]) | SPECIAL(v[2]) | SPECIAL(v[3]));
	memcpy(mask, &special, sizeof(mask));
	if (mask[0] | mask[1])
		return false;
	memcpy(out, v, BLOCK);
	return true;
}

static inline unsigned int copy_plain_8(char *out, const unsigned char *in)
{
	__u64 mask;
	vec8 v, special;

	memcpy(&v, in, sizeof(v));
	memcpy(out, &v, sizeof(v));
	special = (vec8)SPECIAL(v);
	memcpy(&mask, &special, sizeof(mask));
	return mask ? first_byte(mask) : 8;
}

static inline bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/*
 * Copy the bytes before the first one that needs an escape or is not ASCII. Return their number, at
 * most @n.
 *
 * While all bytes are plain, `at` grows by constants. So the processor begins the next vector
 * before it has compared the one before. The loop of blocks begins only after 16 plain bytes: in a
 * text with many special bytes, most blocks would be compared and not copied.
 */
static inline size_t copy_plain(char *out, const unsigned char *in, size_t n)
{
	size_t at = 0;
	unsigned int plain;

	while (n - at >= 16) {
		plain = copy_plain_16(out + at, in + at);
		if (plain < 16)
			return at + plain;
		at += 16;
		while (n - at >= BLOCK && copy_plain_block(out + at, in + at))
			at += BLOCK;
	}
	if (n - at >= 8) {
		plain = copy_plain_8(out + at, in + at);
		if (plain < 8)
			return at + plain;
		at += 8;
	}
	for (; at < n && is_plain(in[at]); at++)
		out[at] = (char)in[at];
	return at;
}

/* True for a continuation byte of UTF-8: any byte of a character but the first. */
static inline bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Return the length in bytes of the UTF-8 character at @p, whose first byte is 0x80 or more. Return
 * 0 for invalid UTF-8, and for U+10FE80 to U+10FEFF. This encoder writes these characters for
 * invalid bytes.
 *
 * The limits `low` and `high` of the second byte reject encodings longer than necessary,
 * surrogates, and code points above U+10FFFF.
 */
static inline unsigned int utf8_len(const unsigned char *p, size_t n)
{
	unsigned char first = p[0], low = 0x80, high = 0xbf;

	if (first < 0xc2 || first > 0xf4)
		return 0;
	if (first < 0xe0)
		return n >= 2 && is_tail(p[1]) ? 2 : 0;

	if (first < 0xf0) {
		if (first == 0xe0)
			low = 0xa0;
		else if (first == 0xed)
			high = 0x9f;
		return n >= 3 && p[1] >= low && p[1] <= high && is_tail(p[2]) ? 3 : 0;
	}

	if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	if (n < 4 || p[1] < low || p[1] > high || !is_tail(p[2]) || !is_tail(p[3]))
		return 0;
	/* U+10FE80 to U+10FEFF */
	if (first == 0xf4 && p[1] == 0x8f && (p[2] == 0xba || p[2] == 0xbb))
		return 0;
	return 4;
}

/*
 * @p is a valid UTF-8 character. If it controls a terminal, return its code point, otherwise 0.
 * U+0080 to U+009F are control characters. U+061C, U+200E, U+200F, U+202A to U+202E and U+2066 to
 * U+2069 change the direction of writing.
 */
static inline unsigned int control_at(const unsigned char *p)
{
	if (p[0] == 0xc2)
		return p[1] < 0xa0 ? p[1] : 0;
	if (p[0] == 0xd8)
		return p[1] == 0x9c ? 0x61c : 0;
	if (p[0] != 0xe2)
		return 0;
	if (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f || (p[2] >= 0xaa && p[2] <= 0xae)))
		return 0x2000 + (p[2] & 0x3f);
	if (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
		return 0x2040 + (p[2] & 0x3f);
	return 0;
}

static inline char *put_hex(char *out, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";

	*out++ = digits[c >> 4];
	*out++ = digits[c & 15];
	return out;
}

static char *put_ascii_escape(char *out, unsigned char c)
{
	/*
	 * The letter of a short escape, such as n for \n. A character whose letter is 0 is written
	 * as \u00NN.
	 */
	static const char letters[128] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  ['\f'] = 'f',
		['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\',
	};

	if (letters[c]) {
		out[0] = '\\';
		out[1] = letters[c];
		return out + 2;
	}
	memcpy(out, "\\u00", 4);
	return put_hex(out + 4, c);
}

static char *put_control_escape(char *out, unsigned int c)
{
	memcpy(out, "\\u", 2);
	return put_hex(put_hex(out + 2, c >> 8), c & 0xff);
}

static inline char *put_byte_escape(char *out, unsigned char c)
{
	memcpy(out, "\\udbff\\ude", 10);
	return put_hex(out + 10, c);
}

/*
 * Write the bytes from @p to @end without the outer quotes. If @list is true, they are strings that
 * end with a 0 byte: a\0b\0 -> a","b. The last 0 byte may be missing.
 */
static inline __attribute__((always_inline)) char *put_text(char *out, const unsigned char *p,
							    const unsigned char *end, bool list)
{
	for (;;) {
		size_t n = copy_plain(out, p, (size_t)(end - p));

		out += n;
		p += n;
		/*
		 * A special character often follows another one, as in "\r\n" or in text that is
		 * not ASCII. So this loop handles all special characters in a row.
		 */
		do {
			if (p == end)
				return out;
			if (*p >= 0x80) {
				n = utf8_len(p, end - p);
				if (!n) {
					out = put_byte_escape(out, *p++);
					continue;
				}
				if (control_at(p)) {
					out = put_control_escape(out, control_at(p));
					p += n;
					continue;
				}
				do
					*out++ = *p++;
				while (--n);
			} else if (list && !*p) {
				if (++p == end)
					return out;
				memcpy(out, "\",\"", 3);
				out += 3;
			} else {
				out = put_ascii_escape(out, *p++);
			}
		} while (p == end || !is_plain(*p));
	}
}

char *et_json_put_string(char *out, const char *in, size_t n)
{
	const unsigned char *p = (const unsigned char *)in;

	*out++ = '"';
	if (n)
		out = put_text(out, p, p + n, false);
	*out++ = '"';
	return out;
}

char *et_json_put_list(char *out, const char *in, size_t n)
{
	const unsigned char *p = (const unsigned char *)in;

	*out++ = '[';
	if (n) {
		*out++ = '"';
		out = put_text(out, p, p + n, true);
		*out++ = '"';
	}
	*out++ = ']';
	return out;
}

char *et_json_put_comm(char *out, const char in[16])
{
	unsigned int n = copy_plain_16(out + 1, (const unsigned char *)in);

	if (n == 16 || !in[n]) {
		out[0] = '"';
		out += 1 + n;
		*out++ = '"';
		return out;
	}
	return et_json_put_string(out, in, strnlen(in, 16));
}
