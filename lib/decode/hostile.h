/* SPDX-License-Identifier: BSD-2-Clause */
/* Helpers for tests with malformed records; on failure they fail the cmocka test. */
#ifndef ET_DECODE_HOSTILE_H
#define ET_DECODE_HOSTILE_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/decode/record_builder.h"

/**
 * decode_exact() - decode from memory that ends where the record does
 * @bytes:	the record
 * @len:	its bytes
 * @said:	size to write into the record's header
 *
 * A sanitizer detects a read past the end. The decoded fields must lie inside the record; the
 * function reads them all.
 *
 * Return: as et_decode().
 */
int decode_exact(const unsigned char *bytes, size_t len, __u32 said);

/* xorshift64: the same numbers on every run. */
__u64 noise(__u64 *x);

/* How to build valid records, and how to mutate them. */
struct mutations {
	struct et_record *rec;
	void (*build)(__u64 *seed); /* builds a new record, one of several kinds */
	unsigned int rounds;
	size_t hot; /* bytes after the fixed part that half of the mutations hit; 0: all */
};

/**
 * expect_mutations_survived() - decode records with one to four changed bytes
 * @m:	the records, and the mutations
 *
 * The decoder must reject some of the records and accept others.
 */
void expect_mutations_survived(const struct mutations *m);

#endif /* ET_DECODE_HOSTILE_H */
