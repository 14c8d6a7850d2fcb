/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes decimal numbers fast: an event has about twenty numbers, which take most of its encoding
 * time. The functions first find the number of digits, then write the digits in place, two by two.
 *
 * Each function writes at @p without a terminating 0 and returns the end of its output.
 */
#ifndef ET_ENCODE_NUMBERS_H
#define ET_ENCODE_NUMBERS_H

#include <linux/types.h>
#include <stddef.h>
#include <string.h>

/* Largest number of decimal digits of a number of each type, with the sign. */
#define ET_MAX_U8  3
#define ET_MAX_U16 5
#define ET_MAX_U32 10
#define ET_MAX_U64 20
#define ET_MAX_S32 11
#define ET_MAX_S64 20
#define ET_MAX_OCT 6 /* octal digits of a 16-bit number */

/* The numbers 00 to 99 with two digits each, in one string: "000102...99". */
extern const char et_digit_pairs[201];

/*
 * Table for et_count_digits(). The index is the position of the number's highest bit. The number of
 * digits is (number + entry) >> 32. Numbers with the same highest bit may have d or d + 1 digits.
 * The entry is then (d + 1) * 2^32 - 10^d. Example for 8 to 15: the entry is 2 * 2^32 - 10, so the
 * result is 1 up to 9, and 2 from 10.
 */
extern const __u64 et_digit_counts[32];

/* Number of decimal digits of @v, found without a division or a loop. */
static inline unsigned int et_count_digits(__u32 v)
{
	return (v + et_digit_counts[31 - __builtin_clz(v | 1)]) >> 32;
}

/* Write @v with exactly two digits; @v is less than 100. */
static inline void et_put_pair(char *p, size_t v)
{
	memcpy(p, &et_digit_pairs[2 * v], 2);
}

/* Write @v with exactly 8 digits; @v is less than 100,000,000. */
static inline char *et_put_8_digits(char *p, __u32 v)
{
	__u32 high = v / 10000, low = v % 10000;

	et_put_pair(p, high / 100);
	et_put_pair(p + 2, high % 100);
	et_put_pair(p + 4, low / 100);
	et_put_pair(p + 6, low % 100);
	return p + 8;
}

static inline char *et_put_u32(char *p, __u32 v)
{
	char *end = p + et_count_digits(v), *q = end;

	while (v >= 100) {
		q -= 2;
		et_put_pair(q, v % 100);
		v /= 100;
	}
	if (v >= 10)
		et_put_pair(q - 2, v);
	else
		q[-1] = '0' + v;
	return end;
}

static inline char *et_put_u64(char *p, __u64 v)
{
	const __u32 e8 = 100000000;
	__u64 high;

	if (v <= 0xffffffff)
		return et_put_u32(p, v);

	high = v / e8;
	if (high <= 0xffffffff)
		p = et_put_u32(p, high);
	else
		p = et_put_8_digits(et_put_u32(p, high / e8), high % e8);
	return et_put_8_digits(p, v % e8);
}

static inline char *et_put_s32(char *p, __s32 v)
{
	if (v >= 0)
		return et_put_u32(p, v);
	*p = '-';
	return et_put_u32(p + 1, -(__u32)v);
}

static inline char *et_put_s64(char *p, __s64 v)
{
	if (v >= 0)
		return et_put_u64(p, v);
	*p = '-';
	return et_put_u64(p + 1, -(__u64)v);
}

/* Write @v as an octal number without leading zeroes. */
static inline char *et_put_octal(char *p, __u16 v)
{
	unsigned int shift = (31 - __builtin_clz(v | 1)) / 3 * 3;

	for (;; shift -= 3) {
		*p++ = '0' + (v >> shift & 7);
		if (!shift)
			return p;
	}
}

#endif /* ET_ENCODE_NUMBERS_H */
