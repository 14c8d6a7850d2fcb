/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/attach/cost.h"

static void test_account(void **state)
{
	struct et_program p = { .name = "p" };

	(void)state;
	assert_int_equal(
		et_cost__read("verification time 1234 usec\n"
			      "stack depth 120+16+0\n"
			      "processed 98765 insns (limit 1000000) max_states_per_insn 4 "
			      "total_states 10 peak_states 9 mark_read 3\n",
			      &p),
		0);
	assert_int_equal(p.verified_insns, 98765);
	assert_int_equal(p.verified_usec, 1234);
	assert_string_equal(p.name, "p");
}

static void test_no_account(void **state)
{
	struct et_program p = { .verified_insns = 7, .verified_usec = 8 };

	(void)state;
	assert_int_equal(et_cost__read("", &p), -ENOENT);
	assert_int_equal(et_cost__read("processed 12 insns", &p), -ENOENT);
	assert_int_equal(et_cost__read("verification time 1 usec\nprocessed - insns", &p), -ENOENT);
	assert_int_equal(p.verified_insns, 7);
	assert_int_equal(p.verified_usec, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_account),
		cmocka_unit_test(test_no_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
