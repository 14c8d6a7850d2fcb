/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define READER   100
#define FARTHER  200
#define STRANGER 300

static const struct et_loop_root readers[] = {
	{ .tgid = READER, .start_time_ns = 1, .comm = "sh" },
	{ .tgid = FARTHER, .start_time_ns = 2, .hop = 1, .comm = "tee" },
};

static __u64 now_ns;
static bool is_loop; /* do events stop when nothing is written? */
static const struct et_loop_root *noticed;
static unsigned int suspected;

static bool event(struct et_loop *l, __u32 tgid, __u32 ppid)
{
	struct et_process_exec ev = {
		.hdr = { .type = ET_PROCESS_EXEC, .ts = now_ns },
		.pids = { .tgid = tgid, .ppid = ppid, .start_time_ns = tgid },
	};

	bool ret = et_loop_event(l, &ev.hdr);

	if (l->suspected) {
		const struct et_loop_root *root;

		suspected++;
		root = et_loop_judge(l, is_loop ? 0 : 100, 100000000, now_ns);
		noticed = root ? root : noticed;
	}
	return ret;
}

/* Some seconds of a process's events. */
static unsigned int seconds(struct et_loop *l, unsigned int count, unsigned int rate, __u32 tgid,
			    __u32 ppid)
{
	unsigned int left_out = 0;

	for (unsigned int i = 0; i < count * rate; i++) {
		now_ns += 1000000000ULL / rate;
		left_out += event(l, tgid, ppid);
	}
	return left_out;
}

static int begin(void **state)
{
	static struct et_loop l;

	memset(&l, 0, sizeof(l));
	now_ns = 1000000000ULL;
	noticed = NULL;
	is_loop = true;
	suspected = 0;
	l.limits = true;
	*state = &l;
	return et_loop_readers(&l, readers, 2);
}

static int end(void **state)
{
	et_loop_close(*state);
	return 0;
}

static void test_reader(void **state)
{
	struct et_loop *l = *state;
	unsigned int left_out = seconds(l, 3, 1000, READER, 1);

	assert_ptr_equal(noticed, &l->roots[0]);
	assert_true(left_out > 500 && left_out < 1500);
	assert_int_equal(left_out, l->roots[0].left_out);
	/* Some are still recorded. */
	assert_in_range(seconds(l, 4, 1000, READER, 1), 3700, 3850);
	/* All events of an unrelated process are recorded. */
	assert_int_equal(seconds(l, 1, 50, STRANGER, 1), 0);
}

static void test_farther(void **state)
{
	struct et_loop *l = *state;

	seconds(l, 3, 1000, FARTHER, 1);
	assert_ptr_equal(noticed, &l->roots[1]);
}

/* The reader starts a program for each line, which starts others in turn. */
static void test_descendants(void **state)
{
	struct et_loop *l = *state;
	unsigned int left_out = 0;

	for (__u32 i = 0; i < 2000; i++) {
		now_ns += 1000000;
		left_out += event(l, 1000 + 2 * i, READER);
		/* Its parent may no longer exist by then. */
		left_out += event(l, 1001 + 2 * i, 1000 + 2 * i);
		left_out += event(l, 1001 + 2 * i, 1);
	}
	assert_ptr_equal(noticed, &l->roots[0]);
	assert_true(left_out > 500);
}

static void test_strangers(void **state)
{
	struct et_loop *l = *state;

	assert_int_equal(seconds(l, 5, 10000, STRANGER, 1), 0);
	/* Their parent does not read. */
	assert_int_equal(seconds(l, 5, 10000, STRANGER + 1, STRANGER), 0);
	assert_null(noticed);
}

/* A reader with other reasons, for which the checks become rarer. */
static void test_other_reasons(void **state)
{
	struct et_loop *l = *state;

	is_loop = false;
	assert_int_equal(seconds(l, 60, 1000, READER, 1), 0);
	assert_null(noticed);
	assert_in_range(suspected, 4, 7);
	is_loop = true;
	assert_true(seconds(l, 60, 1000, READER, 1) > 0);
	assert_ptr_equal(noticed, &l->roots[0]);
}

/* A reader that acts from time to time, or less than others do. */
static void test_no_loop(void **state)
{
	struct et_loop *l = *state;

	assert_int_equal(seconds(l, 5, 80, READER, 1), 0);
	for (int i = 0; i < 10000; i++) {
		now_ns += 100000;
		assert_false(event(l, i % 3 ? STRANGER : READER, 1));
	}
	assert_null(noticed);
}

static void test_calm(void **state)
{
	struct et_loop *l = *state;

	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	noticed = NULL;
	seconds(l, 12, 20, STRANGER, 1);
	assert_false(l->damped);
	assert_int_equal(seconds(l, 1, 1000, READER, 1), 0);
	/* If the loop begins again, it is detected again. */
	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	assert_non_null(noticed);
}

/* A process with the ID of one that no longer exists. */
static void test_gone(void **state)
{
	struct et_loop *l = *state;

	assert_true(seconds(l, 3, 1000, READER, 1) > 0);
	assert_int_equal(et_loop_readers(l, &readers[1], 1), 0);
	assert_int_equal(seconds(l, 3, 1000, READER, 1), 0);
	assert_true(l->roots[0].left_out > 0);
	assert_int_equal(et_loop_readers(l, NULL, 0), 0);
	assert_int_equal(seconds(l, 3, 1000, FARTHER, 1), 0);
}

/* A loop is noticed without limits too, and then nothing is left out. */
static void test_no_limits(void **state)
{
	struct et_loop *l = *state;

	l->limits = false;
	assert_int_equal(seconds(l, 5, 1000, READER, 1), 0);
	assert_ptr_equal(noticed, &l->roots[0]);
	assert_int_equal(l->roots[0].left_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reader, begin, end),
		cmocka_unit_test_setup_teardown(test_farther, begin, end),
		cmocka_unit_test_setup_teardown(test_descendants, begin, end),
		cmocka_unit_test_setup_teardown(test_strangers, begin, end),
		cmocka_unit_test_setup_teardown(test_no_loop, begin, end),
		cmocka_unit_test_setup_teardown(test_other_reasons, begin, end),
		cmocka_unit_test_setup_teardown(test_calm, begin, end),
		cmocka_unit_test_setup_teardown(test_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_no_limits, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
