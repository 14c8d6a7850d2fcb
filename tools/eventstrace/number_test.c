/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/number.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void counts(void **state)
{
	uint64_t n = 7;

	(void)state;
	assert_int_equal(parse_count("0", &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(parse_count("18446744073709551615", &n), 0);
	assert_true(n == UINT64_MAX);

	n = 7;
	assert_int_equal(parse_count("18446744073709551616", &n), -ERANGE);
	assert_int_equal(parse_count("99999999999999999999", &n), -ERANGE);
	assert_int_equal(parse_count("", &n), -EINVAL);
	assert_int_equal(parse_count("-1", &n), -EINVAL);
	assert_int_equal(parse_count("+1", &n), -EINVAL);
	assert_int_equal(parse_count(" 1", &n), -EINVAL);
	assert_int_equal(parse_count("1 ", &n), -EINVAL);
	assert_int_equal(parse_count("0x10", &n), -EINVAL);
	assert_int_equal(n, 7);
}

static void seconds(void **state)
{
	uint64_t ns = 7;

	(void)state;
	assert_int_equal(parse_seconds("5", &ns), 0);
	assert_int_equal(ns, 5000000000);
	assert_int_equal(parse_seconds("0.25", &ns), 0);
	assert_int_equal(ns, 250000000);
	assert_int_equal(parse_seconds(".5", &ns), 0);
	assert_int_equal(ns, 500000000);
	assert_int_equal(parse_seconds("1.0000000019", &ns), 0);
	assert_int_equal(ns, 1000000001);

	assert_int_equal(parse_seconds("1.5s", &ns), 0);
	assert_int_equal(ns, 1500000000);
	assert_int_equal(parse_seconds("200ms", &ns), 0);
	assert_int_equal(ns, 200000000);
	assert_int_equal(parse_seconds("2m", &ns), 0);
	assert_int_equal(ns, 120000000000);
	assert_int_equal(parse_seconds(".5h", &ns), 0);
	assert_int_equal(ns, 1800000000000);

	ns = 7;
	assert_int_equal(parse_seconds("1.", &ns), -EINVAL);
	assert_int_equal(parse_seconds("1.s", &ns), -EINVAL);
	assert_int_equal(parse_seconds("s", &ns), -EINVAL);
	assert_int_equal(parse_seconds("5 s", &ns), -EINVAL);
	assert_int_equal(parse_seconds("5sec", &ns), -EINVAL);
	assert_int_equal(parse_seconds("5S", &ns), -EINVAL);
	assert_int_equal(parse_seconds("5d", &ns), -EINVAL);
	assert_int_equal(parse_seconds("9999999h", &ns), -ERANGE);
	assert_int_equal(parse_seconds(".", &ns), -EINVAL);
	assert_int_equal(parse_seconds("", &ns), -EINVAL);
	assert_int_equal(parse_seconds("1e3", &ns), -EINVAL);
	assert_int_equal(parse_seconds("inf", &ns), -EINVAL);
	assert_int_equal(parse_seconds("1.2.3", &ns), -EINVAL);
	assert_int_equal(parse_seconds("99999999999", &ns), -ERANGE);
	assert_int_equal(parse_seconds("18446744073.8", &ns), -ERANGE);
	assert_int_equal(ns, 7);
}

static void sizes(void **state)
{
	size_t n = 7;

	(void)state;
	assert_int_equal(parse_size("4096", &n), 0);
	assert_int_equal(n, 4096);
	assert_int_equal(parse_size("256K", &n), 0);
	assert_int_equal(n, 262144);
	assert_int_equal(parse_size("4m", &n), 0);
	assert_int_equal(n, 4194304);
	assert_int_equal(parse_size("1G", &n), 0);
	assert_int_equal(n, 1073741824);

	n = 7;
	assert_int_equal(parse_size("K", &n), -EINVAL);
	assert_int_equal(parse_size("4KB", &n), -EINVAL);
	assert_int_equal(parse_size("4T", &n), -EINVAL);
	assert_int_equal(parse_size("1.5M", &n), -EINVAL);
	assert_int_equal(parse_size("99999999999999999G", &n), -ERANGE);
	assert_int_equal(n, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(seconds),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
