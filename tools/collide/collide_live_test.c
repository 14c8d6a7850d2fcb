/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs that interrupt each other on one CPU do not damage each other's records. Without the
 * guard they must damage records, or the test has tested nothing. main.c runs the same programs for
 * longer.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/collide/run.h"
#include "tools/livetest/cannot.h"

#define SECONDS 2.5 /* duration of a run in each emit mode */

/* The last CPU that this process may run on. */
static unsigned int last_cpu(void)
{
	unsigned int cpu = CPU_SETSIZE - 1;
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
	while (!CPU_ISSET(cpu, &set))
		cpu--;
	return cpu;
}

/* @missing: sources that this kernel or CPU lacks. Only two of them may be missing. */
static void check_missing(unsigned int missing)
{
	if (missing & ~(1U << COLLIDE_WATCH | 1U << COLLIDE_SLEEP))
		fail_msg("this kernel lacks sources, mask %#x: see above", missing);
	if (missing & 1U << COLLIDE_WATCH)
		assert_true(cannot("collide", "no hardware breakpoints (perf_event_open(2))"));
	if (missing & 1U << COLLIDE_SLEEP)
		assert_true(cannot("collide", "no userfaultfd(2) in this kernel"));
}

static void collide(enum et_emit_mode mode, bool guarded, struct run_result *res)
{
	struct run_options opts = {
		.mode = mode,
		.guarded = guarded,
		.seconds = SECONDS,
		.stop_when_wrong = true,
		.cpu = last_cpu(),
	};
	int r;

	r = run(&opts, res);
	if (r < 0)
		fail_msg("%s: %s", run_mode_names[mode], strerror(-r));
	run_print(&opts, res);
	check_missing(res->missing);
}

static void guarded(enum et_emit_mode mode)
{
	struct run_result res;

	collide(mode, true, &res);
	assert_int_equal(res.counts.wrong_bytes, 0);
	assert_int_equal(res.counts.malformed, 0);
	assert_int_equal(res.counts.out_of_order, 0);
	assert_int_equal(res.accounts, 0);
	/* Programs must have collided, or the test has tested nothing. */
	assert_true(res.collisions > 0);
	assert_true(res.counts.by_lane[1] > 0);
	assert_true(run_is_clean(&res));
}

static void unguarded(enum et_emit_mode mode)
{
	struct run_result res;

	collide(mode, false, &res);
	assert_true(res.collisions > 0);
	assert_true(res.counts.wrong_bytes > 0);
	assert_false(run_is_clean(&res));
}

#define TESTS(name, mode)                                 \
	static void test_##name(void **state)             \
	{                                                 \
		(void)state;                              \
		guarded(mode);                            \
	}                                                 \
                                                          \
	static void test_##name##_unguarded(void **state) \
	{                                                 \
		(void)state;                              \
		unguarded(mode);                          \
	}

TESTS(varlen, ET_EMIT_VARLEN)
TESTS(fixed, ET_EMIT_FIXED)
TESTS(direct, ET_EMIT_DIRECT)
TESTS(auto, ET_EMIT_BY_SIZE)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_varlen), cmocka_unit_test(test_varlen_unguarded),
		cmocka_unit_test(test_fixed),  cmocka_unit_test(test_fixed_unguarded),
		cmocka_unit_test(test_direct), cmocka_unit_test(test_direct_unguarded),
		cmocka_unit_test(test_auto),   cmocka_unit_test(test_auto_unguarded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
