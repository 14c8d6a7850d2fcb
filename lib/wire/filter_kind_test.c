/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares enum et_filter_kind as BPF programs see it with that of the public header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/wire/filter_kind.h"

extern const int filter_kinds_of_programs[];

static void test_same(void **state)
{
	static const int kinds[] = {
		ET_FILTER_PID,    ET_FILTER_TREE,        ET_FILTER_UID,   ET_FILTER_COMM,
		ET_FILTER_CGROUP, ET_FILTER_PATH_PREFIX, ET_FILTER_KINDS,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(filter_kinds_of_programs[i], kinds[i]);
	assert_int_equal(sizeof(kinds) / sizeof(kinds[0]), ET_FILTER_KINDS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_same) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
