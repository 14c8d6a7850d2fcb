/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of records that lie have in common. Include behind cmocka.h. */
#ifndef ET_DECODE_HOSTILE_H
#define ET_DECODE_HOSTILE_H

#include <stdlib.h>
#include <string.h>

#include "lib/decode/decode.h"

/* Reads that the compiler must not leave out. */
static volatile char read_byte;

/* Memory that ends where the record does, so that a sanitizer sees a read behind it. */
static inline int decode_exact(const unsigned char *bytes, size_t len, __u32 said)
{
	unsigned char *copy = malloc(len ? len : 1);
	struct et_event event;
	int r;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	if (len >= offsetof(struct et_header, size) + sizeof(said))
		memcpy(copy + offsetof(struct et_header, size), &said, sizeof(said));
	r = et_decode(copy, len, &event);
	if (r == 0) {
		/* Every view must be inside, and readable. */
		for (unsigned int i = 0; i < ET_VARS_MAX; i++) {
			const struct et_field_view *v = &event.vars[i];

			if (!v->data) {
				assert_int_equal(v->size, 0);
				continue;
			}
			assert_true((const unsigned char *)v->data >= copy);
			assert_true((const unsigned char *)v->data + v->size <= copy + len);
			for (__u32 b = 0; b < v->size; b++)
				read_byte = v->data[b];
		}
	}
	free(copy);
	return r;
}

/* xorshift64: the same noise on every run. */
static inline __u64 noise(__u64 *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

#endif /* ET_DECODE_HOSTILE_H */
