/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests which emit mode is chosen for each request, on a kernel that can pack records in the ring
 * and on a kernel that cannot.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/attach/emit_mode.h"

#define WHY "the kernel has no such thing"

/* Return a set of features in which ET_FEATURE_DIRECT is already tested, with the result @err. */
static struct et_feature_set kernel(int err)
{
	struct et_feature_set set = ET_FEATURE_SET_INIT;

	set.states[ET_FEATURE_DIRECT].tried = true;
	set.states[ET_FEATURE_DIRECT].err = err;
	if (err)
		snprintf(set.states[ET_FEATURE_DIRECT].why,
			 sizeof(set.states[ET_FEATURE_DIRECT].why), WHY);
	return set;
}

static struct et_emit_choice chosen(enum et_emit_request request, int err)
{
	struct et_feature_set set = kernel(err);
	struct et_emit_choice choice = { 0 };

	assert_int_equal(et_emit_mode__choose(request, &set, &choice), 0);
	assert_int_equal(choice.request, request);
	return choice;
}

static void is(struct et_emit_choice choice, enum et_emit_mode emit, const char *name,
	       const char *why)
{
	assert_int_equal(choice.mode, emit);
	assert_string_equal(choice.name, name);
	assert_string_equal(choice.why, why);
}

static void test_new_kernel(void **state)
{
	(void)state;
	is(chosen(ET_WIRE_FIXED, 0), ET_EMIT_FIXED, "fixed", "");
	is(chosen(ET_WIRE_VARLEN, 0), ET_EMIT_VARLEN, "varlen", "");
	is(chosen(ET_WIRE_DIRECT, 0), ET_EMIT_DIRECT, "direct", "");
	is(chosen(ET_WIRE_AUTO, 0), ET_EMIT_DIRECT, "auto: direct", "");
}

static void test_old_kernel(void **state)
{
	struct et_feature_set set = kernel(-ENOENT);
	struct et_emit_choice choice = { .mode = ET_EMIT_FIXED, .name = "before" };

	(void)state;
	is(chosen(ET_WIRE_FIXED, -ENOENT), ET_EMIT_FIXED, "fixed", "");
	is(chosen(ET_WIRE_VARLEN, -ENOENT), ET_EMIT_VARLEN, "varlen", "");
	is(chosen(ET_WIRE_AUTO, -ENOENT), ET_EMIT_VARLEN, "auto: varlen", WHY);
	assert_int_equal(et_emit_mode__choose(ET_WIRE_DIRECT, &set, &choice), -EOPNOTSUPP);
	is(choice, ET_EMIT_FIXED, "before", WHY);
}

/*
 * The kernel has the functions for direct mode, but its verifier rejects a program that uses them.
 */
static void test_program_does_not_load(void **state)
{
	struct et_emit_choice choice = chosen(ET_WIRE_AUTO, 0);

	(void)state;
	assert_int_equal(et_emit_mode__without_direct(&choice, "exec_tp", "too complex"), 0);
	is(choice, ET_EMIT_VARLEN, "auto: varlen", "exec_tp does not load: too complex");

	choice = chosen(ET_WIRE_DIRECT, 0);
	assert_int_equal(et_emit_mode__without_direct(&choice, "exec_tp", "too complex"),
			 -EOPNOTSUPP);
	is(choice, ET_EMIT_DIRECT, "direct", "exec_tp does not load: too complex");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_kernel),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_program_does_not_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
