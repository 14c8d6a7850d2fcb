/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/recording/crc32c.h"

/* The examples of RFC 3720, appendix B.4, and the checksum of "123456789". */
static void known(void **state)
{
	unsigned char bytes[32];

	(void)state;
	assert_int_equal(et_crc32c(0, "", 0), 0);
	assert_int_equal(et_crc32c(0, "123456789", 9), 0xe3069283);
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(et_crc32c(0, bytes, sizeof(bytes)), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(et_crc32c(0, bytes, sizeof(bytes)), 0x62a8ab43);
	for (int i = 0; i < 32; i++)
		bytes[i] = i;
	assert_int_equal(et_crc32c(0, bytes, sizeof(bytes)), 0x46dd794e);
}

/*
 * The CPU's instruction and the table give the same checksum, at each alignment, for whole inputs
 * and for inputs in two pieces.
 */
static void alike(void **state)
{
	unsigned char bytes[80];
	__u32 seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = seed >> 24;
	}
	for (size_t from = 0; from < 16; from++) {
		for (size_t n = 0; from + n <= sizeof(bytes); n++) {
			const unsigned char *p = bytes + from;
			__u32 whole = et_crc32c_portable(7, p, n);

			assert_int_equal(et_crc32c(7, p, n), whole);
			for (size_t cut = 0; cut <= n; cut++)
				assert_int_equal(et_crc32c(et_crc32c(7, p, cut), p + cut, n - cut),
						 whole);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known),
		cmocka_unit_test(alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
