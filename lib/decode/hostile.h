/* SPDX-License-Identifier: BSD-2-Clause */
/* Helpers for tests with malformed records; on failure they fail the cmocka test. */
#ifndef ET_DECODE_HOSTILE_H
#define ET_DECODE_HOSTILE_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/decode/record_builder.h"

/**
 * decode_exact() - decode a copy of a record in a memory block of exactly its size
 * @bytes:	the record
 * @len:	bytes of the record
 * @said:	size to write into the record's header; the size may be wrong
 *
 * A sanitizer then detects a read after the record's end. The function checks that the decoded
 * fields lie inside the record, and reads all their bytes.
 *
 * Return: the result of et_decode().
 */
int decode_exact(const unsigned char *bytes, size_t len, __u32 said);

/*
 * Return the next pseudo-random number (xorshift64), and store it in *@x as the next seed. The
 * numbers are the same in every run.
 */
__u64 noise(__u64 *x);

/* How a test builds valid records, and how it damages (mutates) them. */
struct mutations {
	struct et_record *rec;
	void (*build)(__u64 *seed); /* writes a new random record into rec */
	unsigned int rounds;        /* number of records to mutate */
	/*
	 * half of the mutations hit one of the first `hot` bytes after the fixed-size part; 0: any
	 * byte after that part
	 */
	size_t hot;
};

/**
 * expect_mutations_survived() - decode records with one to four changed bytes
 * @m:	the records, and the mutations
 *
 * The decoder must reject more than 1,000 of the records and accept more than 1,000.
 */
void expect_mutations_survived(const struct mutations *m);

#endif /* ET_DECODE_HOSTILE_H */
