/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/decode/hostile.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/decode/decode.h"

/*
 * decode_exact() copies each byte of the decoded fields here. Volatile, because the compiler would
 * otherwise remove these reads.
 */
static volatile char read_byte;

int decode_exact(const unsigned char *bytes, size_t len, __u32 said)
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
		/* Each decoded field must lie inside the record, and its bytes must be readable. */
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

__u64 noise(__u64 *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/*
 * Change one random byte of the first @len bytes of the record. In half of all calls, change one of
 * the @hot bytes at offset @first.
 */
static void hit(struct et_record *rec, size_t len, size_t first, size_t hot, __u64 *seed)
{
	size_t at = noise(seed) % len;

	if (noise(seed) % 2)
		at = first + at % hot;
	if (noise(seed) % 2)
		rec->bytes[at] = noise(seed);
	else
		rec->bytes[at] ^= 1 << noise(seed) % 8;
}

void expect_mutations_survived(const struct mutations *m)
{
	unsigned int ok = 0, bad = 0;
	__u64 seed = 0x9e3779b97f4a7c15;

	for (unsigned int round = 0; round < m->rounds; round++) {
		size_t len, first;
		int r;

		m->build(&seed);
		len = et_record_len(m->rec);
		first = m->rec->hdr.fixed;
		for (unsigned int n = noise(&seed) % 4 + 1; n; n--)
			hit(m->rec, len, first, m->hot ? m->hot : len - first, &seed);
		r = decode_exact(m->rec->bytes, len, m->rec->hdr.size);
		assert_true(r == 0 || r == -EBADMSG || r == -EPROTONOSUPPORT);
		if (r == 0)
			ok++;
		else
			bad++;
	}
	assert_true(ok > 1000);
	assert_true(bad > 1000);
}
