/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares the digits of numbers with those of snprintf(3), around all powers of ten and of two. */
#include <inttypes.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/encode/numbers.h"

static void check_u64(uint64_t v)
{
	char expected[32], got[32];

	snprintf(expected, sizeof(expected), "%" PRIu64, v);
	memset(got, 0, sizeof(got));
	assert_ptr_equal(et_put_u64(got, v), got + strlen(expected));
	assert_string_equal(got, expected);

	if (v > UINT32_MAX)
		return;
	memset(got, 0, sizeof(got));
	assert_ptr_equal(et_put_u32(got, v), got + strlen(expected));
	assert_string_equal(got, expected);
}

static void check_s32(int32_t v)
{
	char expected[32], got[32];

	snprintf(expected, sizeof(expected), "%" PRId32, v);
	memset(got, 0, sizeof(got));
	assert_ptr_equal(et_put_s32(got, v), got + strlen(expected));
	assert_string_equal(got, expected);
	assert_true(strlen(expected) <= ET_MAX_S32);
}

static void check_s64(int64_t v)
{
	char expected[32], got[32];

	snprintf(expected, sizeof(expected), "%" PRId64, v);
	memset(got, 0, sizeof(got));
	assert_ptr_equal(et_put_s64(got, v), got + strlen(expected));
	assert_string_equal(got, expected);
	assert_true(strlen(expected) <= ET_MAX_S64);
}

static void test_around_powers(void **state)
{
	uint64_t ten = 1;

	(void)state;
	for (unsigned int i = 0; i < 20; i++, ten *= 10) {
		for (uint64_t d = 0; d < 4; d++) {
			check_u64(ten - d);
			check_u64(ten + d);
		}
	}
	for (unsigned int i = 0; i < 64; i++) {
		for (uint64_t d = 0; d < 4; d++) {
			check_u64((1ULL << i) - d);
			check_u64((1ULL << i) + d);
		}
	}
}

static void test_small_and_spread(void **state)
{
	uint64_t x = 88172645463325252;

	(void)state;
	for (uint64_t v = 0; v <= 70000; v++)
		check_u64(v);
	for (int i = 0; i < 200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		check_u64(x >> (i % 64));
	}
}

static void test_signed(void **state)
{
	(void)state;
	check_s32(0);
	check_s32(-1);
	check_s32(-9);
	check_s32(-10);
	check_s32(127);
	check_s32(-128);
	check_s32(INT32_MAX);
	check_s32(INT32_MIN);
	check_s32(INT32_MIN + 1);

	for (unsigned int i = 0; i < 64; i++) {
		check_s64((int64_t)(1ULL << i));
		check_s64((int64_t)(1ULL << i) - (i < 63));
		check_s64(-(int64_t)(1ULL << (i % 63)));
	}
	check_s64(0);
	check_s64(INT64_MAX);
	check_s64(INT64_MIN);
	check_s64(INT64_MIN + 1);
	check_s64(INT32_MIN);
	check_s64((int64_t)INT32_MIN - 1);
}

/* Compare et_put_octal() with snprintf(3) for all 16-bit values. */
static void test_octal(void **state)
{
	char expected[16], got[16];

	(void)state;
	for (unsigned int v = 0; v <= UINT16_MAX; v++) {
		snprintf(expected, sizeof(expected), "%o", v);
		memset(got, 0, sizeof(got));
		assert_ptr_equal(et_put_octal(got, v), got + strlen(expected));
		assert_string_equal(got, expected);
		assert_true(strlen(expected) <= ET_MAX_OCT);
	}
}

static void test_8_digits(void **state)
{
	static const uint32_t values[] = { 0, 1, 9999, 10000, 12345678, 99999999 };
	char expected[16], got[16];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(expected, sizeof(expected), "%08" PRIu32, values[i]);
		memset(got, 0, sizeof(got));
		assert_ptr_equal(et_put_8_digits(got, values[i]), got + 8);
		assert_string_equal(got, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_around_powers), cmocka_unit_test(test_small_and_spread),
		cmocka_unit_test(test_signed),        cmocka_unit_test(test_8_digits),
		cmocka_unit_test(test_octal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
