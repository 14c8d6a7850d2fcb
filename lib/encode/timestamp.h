/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes wall clock times in the format of RFC 3339, in UTC, with nanoseconds. */
#ifndef ET_ENCODE_TIMESTAMP_H
#define ET_ENCODE_TIMESTAMP_H

#include "lib/encode/encode.h"
#include "lib/encode/numbers.h"

/* Length of a time such as "2026-11-22T16:22:53.123456789Z". */
#define ET_TIMESTAMP_LEN 30

/* Length of the part of a time that enc->second_text contains: "2026-11-22T16:22:53.". */
#define ET_TIMESTAMP_SECOND_LEN 20

/* Write the time @second, in seconds since 1970, as text to enc->second_text. */
void et_timestamp_set_second(struct et_encoder *enc, __u64 second);

/* Write the time @time_ns, in nanoseconds since 1970, at @p. Return the address after the text. */
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
