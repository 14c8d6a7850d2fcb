/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/attach/dcache.h"

#define SAMPLES 40
#define TABLE   0xffff888100000000ULL

/*
 * Make samples of dentries in a hash table of 2^@bits chains. Every @rest'th dentry is not the
 * first of its chain.
 */
static void fill(struct et_dcache_sample *samples, unsigned int bits, size_t rest)
{
	uint32_t hash = 1;

	for (size_t i = 0; i < SAMPLES; i++) {
		hash = hash * 1664525 + 1013904223;
		samples[i].hash = hash;
		samples[i].slot = TABLE + (hash >> (32 - bits)) * sizeof(uint64_t);
		if (rest && i % rest == 0)
			samples[i].slot = TABLE + 0x100000000ULL + i * 192;
	}
}

static void test_found(void **state)
{
	struct et_dcache_sample samples[SAMPLES];
	__u64 table = 0;
	__u32 shift = 0;

	(void)state;
	for (unsigned int bits = 8; bits < 28; bits++) {
		fill(samples, bits, 5);
		assert_int_equal(et_dcache__derive(samples, SAMPLES, &table, &shift), 0);
		assert_int_equal(table, TABLE);
		assert_int_equal(shift, 32 - bits);
	}
}

static void test_not_found(void **state)
{
	struct et_dcache_sample samples[SAMPLES];
	__u64 table = 1;
	__u32 shift = 2;

	(void)state;
	/* Only half of the samples agree, which is too few. */
	fill(samples, 20, 2);
	assert_int_equal(et_dcache__derive(samples, SAMPLES, &table, &shift), -ENOENT);
	/* Ten samples are too few. */
	fill(samples, 20, 0);
	assert_int_equal(et_dcache__derive(samples, 10, &table, &shift), -ENOENT);
	assert_int_equal(et_dcache__derive(samples, 0, &table, &shift), -ENOENT);
	assert_int_equal(table, 1);
	assert_int_equal(shift, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
