/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/encode/capability.h"

static void check(__u64 mask, const char *expected)
{
	char got[ET_CAPABILITIES_MAX + 1] = "";

	assert_ptr_equal(et_put_capabilities(got, mask), got + strlen(expected));
	assert_string_equal(got, expected);
}

static void test_names(void **state)
{
	(void)state;
	check(0, "[]");
	check(1, "[\"CAP_CHOWN\"]");
	check(1ULL << 39 | 1ULL << 21, "[\"CAP_SYS_ADMIN\",\"CAP_BPF\"]");
	check(1ULL << 40, "[\"CAP_CHECKPOINT_RESTORE\"]");
}

/* A kernel of the future may have more capabilities. */
static void test_without_a_name(void **state)
{
	(void)state;
	check(1ULL << 41, "[\"CAP_41\"]");
	check(1ULL << 63, "[\"CAP_63\"]");
}

static void test_bound(void **state)
{
	char all[ET_CAPABILITIES_MAX];

	(void)state;
	assert_true(et_put_capabilities(all, UINT64_MAX) <= all + sizeof(all));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_without_a_name),
		cmocka_unit_test(test_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
