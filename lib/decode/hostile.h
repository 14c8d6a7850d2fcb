/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of records that lie have in common: they fail by cmocka's means. */
#ifndef ET_DECODE_HOSTILE_H
#define ET_DECODE_HOSTILE_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/decode/record_builder.h"

/**
 * decode_exact() - decode from memory that ends where the record does
 * @bytes:	the record
 * @len:	its bytes
 * @said:	what its header is made to say of that
 *
 * A sanitizer sees a read behind it. What comes out must lie inside of the record, and is read.
 *
 * Return: as et_decode().
 */
int decode_exact(const unsigned char *bytes, size_t len, __u32 said);

/* xorshift64: the same noise on every run. */
__u64 noise(__u64 *x);

/* Records that are right, and how they are spoilt. */
struct mutations {
	struct et_record *rec;
	void (*build)(__u64 *seed); /* makes the record anew: one of several */
	unsigned int rounds;
	size_t hot; /* bytes behind the fixed part that are hit half of the time; 0: all */
};

/**
 * expect_mutations_survived() - decode records of which one to four bytes are changed
 * @m:	which
 *
 * Some must be rejected and some not: the changes are neither harmless nor hopeless.
 */
void expect_mutations_survived(const struct mutations *m);

#endif /* ET_DECODE_HOSTILE_H */
