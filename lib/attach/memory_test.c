/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests how large rings become within a memory budget, and the smallest budget for which rings fit.
 */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/attach/memory.h"

#define PAGE   4096
#define K      1024UL
#define M      (1024 * K)
#define OTHERS (100 * K)

static __u64 all_of(size_t lifecycle, size_t bulk)
{
	return OTHERS + et_memory__ring(lifecycle, PAGE) + et_memory__ring(bulk, PAGE) +
	       et_memory__ring(PAGE, PAGE);
}

static const unsigned int one[ET_RING_CLASSES] = { 1, 1 };

static void fits(__u64 budget, size_t lifecycle, size_t bulk, size_t want0, size_t want1)
{
	size_t sizes[ET_RING_CLASSES] = { lifecycle, bulk };
	__u64 least = 77;

	assert_int_equal(et_memory__fit(budget, OTHERS, PAGE, one, sizes, &least), 0);
	assert_int_equal(sizes[ET_RING_LIFECYCLE], want0);
	assert_int_equal(sizes[ET_RING_BULK], want1);
	assert_int_equal(least, 77);
}

static void test_ring(void **state)
{
	(void)state;
	/*
	 * The result is hardly more than the memory that Linux 6.18 reports for rings of these
	 * sizes, and never less.
	 */
	assert_in_range(et_memory__ring(4 * M, PAGE), 4 * M + 3 * PAGE, 4 * M + 8 * PAGE);
	assert_in_range(et_memory__ring(PAGE, PAGE), 4 * PAGE, 4 * PAGE + 1024);
}

static void test_fits(void **state)
{
	(void)state;
	fits(0, 64 * M, 1 * M, 64 * M, 1 * M);
	fits(all_of(1 * M, 2 * M), 1 * M, 2 * M, 1 * M, 2 * M);
	/*
	 * With a budget of one byte less, the larger ring is halved. If both rings are equal, the
	 * bulk ring is halved.
	 */
	fits(all_of(1 * M, 2 * M) - 1, 1 * M, 2 * M, 1 * M, 1 * M);
	fits(all_of(1 * M, 1 * M) - 1, 1 * M, 2 * M, 1 * M, 512 * K);
	fits(all_of(1 * M, 512 * K) - 1, 1 * M, 2 * M, 512 * K, 512 * K);
	fits(all_of(PAGE, PAGE), 1UL << 30, 1UL << 30, PAGE, PAGE);
	/* A larger budget does not make the rings larger. */
	fits(UINT64_MAX, PAGE, 8 * K, PAGE, 8 * K);
}

static void test_fits_not(void **state)
{
	size_t sizes[ET_RING_CLASSES] = { 1 * M, 2 * M };
	__u64 least = 0;

	(void)state;
	assert_int_equal(et_memory__fit(1, OTHERS, PAGE, one, sizes, &least), -ENOSPC);
	assert_int_equal(least, all_of(PAGE, PAGE));
	assert_int_equal(sizes[0], 1 * M);
	assert_int_equal(sizes[1], 2 * M);
	assert_int_equal(et_memory__fit(least - 1, OTHERS, PAGE, one, sizes, &least), -ENOSPC);
	assert_int_equal(et_memory__fit(least, OTHERS, PAGE, one, sizes, &least), 0);
	assert_int_equal(sizes[0], PAGE);
}

/*
 * Each ring of a class has its own pages. If a class gets less memory, its rings become smaller,
 * and finally fewer.
 */
static void test_shards(void **state)
{
	static const unsigned int many[ET_RING_CLASSES] = { 4, 4 };
	size_t sizes[ET_RING_CLASSES] = { 4 * M, 4 * M };
	__u64 whole = et_memory__ring(PAGE, PAGE) + 8 * et_memory__ring(M, PAGE), least = 0;

	(void)state;
	assert_int_equal(et_memory__fit(OTHERS + whole, OTHERS, PAGE, many, sizes, &least), 0);
	assert_int_equal(sizes[ET_RING_BULK], 4 * M);
	assert_int_equal(et_memory__fit(OTHERS + whole - 1, OTHERS, PAGE, many, sizes, &least), 0);
	assert_int_equal(sizes[ET_RING_LIFECYCLE], 4 * M);
	assert_int_equal(sizes[ET_RING_BULK], 2 * M);
	/* The smallest possible rings are one ring of one page for each class. */
	assert_int_equal(et_memory__fit(1, OTHERS, PAGE, many, sizes, &least), -ENOSPC);
	assert_int_equal(least, all_of(PAGE, PAGE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_fits),
		cmocka_unit_test(test_fits_not),
		cmocka_unit_test(test_shards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
