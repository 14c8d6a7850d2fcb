/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the texts of IPv6 addresses with those of inet_ntop(3). IPv4-mapped addresses are
 * compared with fixed texts: et_put_address() writes 192.0.2.1, and inet_ntop(3) ::ffff:192.0.2.1.
 */
#include <arpa/inet.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/encode/address.h"

static void check_is(const __u8 address[16], const char *expected)
{
	char got[ET_ADDRESS_MAX + 2];

	memset(got, '#', sizeof(got));
	assert_ptr_equal(et_put_address(got, address), got + strlen(expected));
	assert_memory_equal(got, expected, strlen(expected));
	/* et_put_address() must not write after the end of the text. */
	for (size_t i = strlen(expected); i < sizeof(got); i++)
		assert_int_equal(got[i], '#');
}

static void check(const __u8 address[16])
{
	char expected[INET6_ADDRSTRLEN];

	assert_non_null(inet_ntop(AF_INET6, address, expected, sizeof(expected)));
	check_is(address, expected);
}

static void check_text(const char *text, const char *expected)
{
	__u8 address[16];

	assert_int_equal(inet_pton(AF_INET6, text, address), 1);
	check_is(address, expected);
}

static void test_known(void **state)
{
	(void)state;
	check_text("::", "::");
	check_text("::1", "::1");
	check_text("1::", "1::");
	check_text("fe80::1", "fe80::1");
	check_text("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a");
	/*
	 * A single zero group is written as 0. The longer of two runs of zero groups becomes ::, or
	 * the first if both are equally long.
	 */
	check_text("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1");
	check_text("2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1");
	check_text("2001:0:0:1:0:0:0:1", "2001:0:0:1::1");
	check_text("0:0:1:0:0:0:0:0", "0:0:1::");
	check_text("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	check_text("1:20:300:4000:5:6:7:8", "1:20:300:4000:5:6:7:8");
}

static void test_ipv4(void **state)
{
	(void)state;
	check_text("::ffff:0.0.0.0", "0.0.0.0");
	check_text("::ffff:127.0.0.1", "127.0.0.1");
	check_text("::ffff:255.255.255.255", "255.255.255.255");
	check_text("::ffff:192.0.2.1", "192.0.2.1");
	/* Addresses just outside ::ffff:0:0/96 are no IPv4 addresses. */
	check_text("::fffe:192.0.2.1", "::fffe:c000:201");
	check_text("::1:ffff:192.0.2.1", "::1:ffff:c000:201");
	check_text("1::ffff:192.0.2.1", "1::ffff:c000:201");
	check_text("::ffff:0:192.0.2.1", "::ffff:0:c000:201");
}

/* Check all combinations of zero and non-zero groups. Non-zero groups have one to four digits. */
static void test_every_pattern(void **state)
{
	static const unsigned int sizes[] = { 0x1, 0x2f, 0xa0b, 0xc0de, 0xffff };

	(void)state;
	for (unsigned int mask = 0; mask < 256; mask++) {
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
			__u8 address[16] = { 0 };
			bool ipv4 = true;

			for (size_t i = 0; i < 8; i++) {
				if (!(mask & 1U << i))
					continue;
				address[2 * i] = sizes[s] >> 8;
				address[2 * i + 1] = sizes[s] & 0xff;
			}
			for (int i = 0; i < 12; i++)
				ipv4 = ipv4 && address[i] == (i < 10 ? 0 : 0xff);
			if (!ipv4)
				check(address);
		}
	}
}

static void test_noise(void **state)
{
	uint64_t x = 0x9e3779b97f4a7c15;

	(void)state;
	for (int round = 0; round < 100000; round++) {
		__u8 address[16];

		for (int i = 0; i < 16; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			/*
			 * Only one byte in 16 is not zero: many addresses then have runs of zero
			 * groups.
			 */
			address[i] = x >> 60 ? 0 : x >> 20;
		}
		address[0] |= 1; /* no IPv4-mapped address: these begin with 80 zero bits */
		check(address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_ipv4),
		cmocka_unit_test(test_every_pattern),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
