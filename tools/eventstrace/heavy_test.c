/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the counter of frequent keys with exact counts. */
#include "tools/eventstrace/heavy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define KEYS 5000

static uint64_t state = 88172645463325252ULL;

/* A pseudo-random number: xorshift64. */
static uint64_t noise(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* A random key. Small numbers are more frequent than large numbers. */
static unsigned int skewed(void)
{
	const double x = (double)(noise() >> 11) / (double)(1ULL << 53);

	return (unsigned int)(x * x * x * x * KEYS);
}

/*
 * Check the guarantees of the algorithm. No count is too small. No count is too large by more than
 * its error. Each key that is frequent enough has a row.
 */
static void check(struct heavy *h, const uint64_t *exact, uint64_t total, uint32_t room)
{
	static struct heavy_row rows[KEYS];
	static unsigned char seen[KEYS];
	const size_t count = heavy_top(h, rows, KEYS);
	uint64_t before = UINT64_MAX, sum = 0;

	assert_true(count <= room);
	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < count; i++) {
		unsigned int key;

		assert_int_equal(rows[i].key_kept, sizeof(key));
		memcpy(&key, rows[i].key, sizeof(key));
		assert_false(seen[key]);
		seen[key] = 1;
		assert_true(rows[i].count <= before);
		before = rows[i].count;
		sum += rows[i].count;
		assert_true(rows[i].count >= exact[key]);
		assert_true(rows[i].count - rows[i].error <= exact[key]);
		assert_true(rows[i].error <= heavy_error(h));
		assert_true(rows[i].bytes >= 3 * (rows[i].count - rows[i].error));
		assert_true(rows[i].bytes <= 3 * exact[key]);
	}
	assert_int_equal(sum, total);
	assert_true(room && heavy_error(h) <= total / room);
	for (unsigned int key = 0; key < KEYS; key++)
		assert_true(seen[key] || exact[key] <= heavy_error(h));
}

static void against_exact_counts(void **unused)
{
	static const uint32_t rooms[] = { 1, 2, 3, 64, 1000, KEYS };
	static uint64_t exact[KEYS];

	(void)unused;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(*rooms); i++) {
		struct heavy *h = heavy_new(rooms[i]);

		assert_non_null(h);
		for (int round = 0; round < 3; round++) {
			memset(exact, 0, sizeof(exact));
			for (uint64_t total = 1; total <= 60000; total++) {
				const unsigned int key = skewed();

				exact[key]++;
				heavy_add(h, &key, sizeof(key), NULL, 0, 3);
				if (total % 20000 == 0 || total == 10)
					check(h, exact, total, rooms[i]);
			}
			heavy_clear(h);
			assert_int_equal(heavy_top(h, &(struct heavy_row){ 0 }, 1), 0);
		}
		heavy_free(h);
	}
}

/* With room for all keys, counts are exact. */
static void exact_with_room(void **unused)
{
	struct heavy *h = heavy_new(3);
	struct heavy_row rows[3];

	(void)unused;
	heavy_add(h, "b", 1, NULL, 0, 10);
	heavy_add(h, "c", 1, "old", 3, 1);
	heavy_add(h, "a", 1, NULL, 0, 100);
	heavy_add(h, "c", 1, "a name of more than 16", 22, 2);
	assert_int_equal(heavy_top(h, rows, 3), 3);
	assert_memory_equal(rows[0].key, "c", 1);
	assert_string_equal(rows[0].label, "a name of more t");
	assert_int_equal(rows[0].bytes, 3);
	assert_memory_equal(rows[1].key, "a", 1);
	assert_string_equal(rows[1].label, "");
	assert_memory_equal(rows[2].key, "b", 1);
	assert_int_equal(rows[0].error, 0);
	/* A fourth key replaces the key with the smallest count. */
	heavy_add(h, "d", 1, NULL, 0, 7);
	assert_int_equal(heavy_error(h), 1);
	assert_int_equal(heavy_top(h, rows, 3), 3);
	assert_int_equal(rows[1].count, 2);
	assert_memory_equal(rows[1].key, "d", 1);
	assert_int_equal(rows[1].error, 1);
	assert_int_equal(rows[1].bytes, 7);
	heavy_free(h);
	heavy_free(NULL);
}

/* Only the end of a long key is kept, but keys with the same end are distinguished. */
static void long_keys(void **unused)
{
	static char key[3000];
	struct heavy *h = heavy_new(4);
	struct heavy_row rows[4];

	(void)unused;
	memset(key, 'x', sizeof(key));
	heavy_add(h, key, sizeof(key), NULL, 0, 1);
	key[0] = 'y';
	heavy_add(h, key, sizeof(key), NULL, 0, 1);
	heavy_add(h, key + 1, sizeof(key) - 1, NULL, 0, 1);
	heavy_add(h, "", 0, NULL, 0, 1);
	heavy_add(h, key, sizeof(key), NULL, 0, 1);
	assert_int_equal(heavy_top(h, rows, 4), 4);
	assert_int_equal(rows[0].count, 2);
	assert_int_equal(rows[0].key_kept, HEAVY_KEY_MAX);
	assert_int_equal(rows[0].key_size, sizeof(key));
	assert_int_equal(rows[1].key_size, 0);
	heavy_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_with_room),
		cmocka_unit_test(long_keys),
		cmocka_unit_test(against_exact_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
