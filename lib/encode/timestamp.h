/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Wall-clock times as RFC 3339 has them, in UTC, to the nanosecond.
 */
#ifndef ET_ENCODE_TIMESTAMP_H
#define ET_ENCODE_TIMESTAMP_H

#include "lib/encode/encode.h"
#include "lib/encode/numbers.h"

/* "2026-11-22T16:22:53.123456789Z" */
#define ET_TIMESTAMP_LEN 30

/* Of them, "2026-11-22T16:22:53.": what enc->second_text holds. */
#define ET_TIMESTAMP_SECOND_LEN 20

/* Computes enc->second_text anew. */
void et_timestamp_set_second(struct et_encoder *enc, __u64 second);

/* Writes @time_ns, nanoseconds since 1970, and returns the end of what it wrote. */
static inline char *et_put_timestamp(struct et_encoder *enc, char *p, __u64 time_ns)
{
	__u64 second = time_ns / 1000000000;
	__u32 ns = time_ns % 1000000000;

	if (second != enc->second)
		et_timestamp_set_second(enc, second);
	memcpy(p, enc->second_text, ET_TIMESTAMP_SECOND_LEN);
	p += ET_TIMESTAMP_SECOND_LEN;
	*p++ = '0' + ns / 100000000;
	p = et_put_8_digits(p, ns % 100000000);
	*p++ = 'Z';
	return p;
}

#endif /* ET_ENCODE_TIMESTAMP_H */
