/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/session/nap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS     1000000ULL
#define BUDGET (20 * MS)
#define NOW    (1000000 * MS)

static __u64 nap(struct et_nap_seen seen)
{
	seen.now_ns = seen.now_ns ? seen.now_ns : NOW;
	seen.began_ns = seen.began_ns ? seen.began_ns : seen.now_ns;
	return et_nap_length(BUDGET, BUDGET, &seen);
}

static void test_budget(void **state)
{
	(void)state;
	assert_int_equal(et_nap_budget(0, false), 20 * MS);
	assert_int_equal(et_nap_budget(0, true), MS);
	assert_int_equal(et_nap_budget(7, false), 7 * MS);
	assert_int_equal(et_nap_budget(7, true), 7 * MS);
}

static void test_small_rings(void **state)
{
	(void)state;
	assert_int_equal(et_nap_cap(BUDGET, 4 << 20), BUDGET);
	assert_int_equal(et_nap_cap(BUDGET, 1 << 20), BUDGET);
	assert_int_equal(et_nap_cap(BUDGET, 256 << 10), BUDGET / 4);
	assert_int_equal(et_nap_cap(BUDGET, 4096), BUDGET / 256);
}

/* The session naps only if the last two events came within the budget. */
static void test_seldom(void **state)
{
	(void)state;
	assert_int_equal(nap((struct et_nap_seen){ 0 }), 0);
	assert_int_equal(nap((struct et_nap_seen){ .before_last = NOW - BUDGET - 1 }), 0);
	assert_int_equal(nap((struct et_nap_seen){ .before_last = NOW - BUDGET }), BUDGET);
	assert_int_equal(nap((struct et_nap_seen){ .before_last = NOW - 1 }), BUDGET);
}

/* A fixed nap follows each event, and a sleep follows a nap without events. */
static void test_fixed(void **state)
{
	struct et_nap_seen seen = { .now_ns = NOW, .began_ns = NOW, .any = true };

	(void)state;
	assert_int_equal(et_nap_fixed(BUDGET, &seen), BUDGET);
	seen.any = false;
	assert_int_equal(et_nap_fixed(BUDGET, &seen), 0);
}

/*
 * A nap is as long as the budget, less the time that the last reading took, but at least half the
 * budget. So an event at the beginning of a nap is written within the budget.
 */
static void test_reading_takes_time(void **state)
{
	(void)state;
	assert_int_equal(
		nap((struct et_nap_seen){ .before_last = NOW - MS, .began_ns = NOW - 3 * MS }),
		17 * MS);
	assert_int_equal(
		nap((struct et_nap_seen){ .before_last = NOW - MS, .began_ns = NOW - 100 * MS }),
		BUDGET / 2);
}

/* A nap fills at most an eighth of a ring. */
static void test_fast(void **state)
{
	struct et_nap_seen seen = { .before_last = NOW - 1, .since_ns = NOW - 10 * MS };

	(void)state;
	seen.fill = 10;
	assert_int_equal(nap(seen), BUDGET);
	seen.fill = 125;
	assert_int_equal(nap(seen), 10 * MS);
	seen.fill = 500;
	assert_int_equal(nap(seen), 2500000);
	seen.fill = 3000000;
	assert_int_equal(nap(seen), 20000);
	/* The rings were never empty before, so the speed of the events is not known. */
	seen.since_ns = 0;
	assert_int_equal(nap(seen), BUDGET);
}

static void test_cap(void **state)
{
	struct et_nap_seen seen = { .now_ns = NOW, .began_ns = NOW, .before_last = NOW - 1 };

	(void)state;
	assert_int_equal(et_nap_length(BUDGET, MS, &seen), MS);
	assert_int_equal(et_nap_length(BUDGET, 4000, &seen), 4000);
	assert_int_equal(et_nap_length(0, 0, &seen), 0);
}

static void test_feedback(void **state)
{
	(void)state;
	assert_int_equal(nap((struct et_nap_seen){ .before_last = NOW - MS, .feedback = true }),
			 MS);
}

/*
 * Simulate events at a fixed rate. If the session does not nap, the next record wakes it at once.
 * @ret_wakes: how often the session wakes. @ret_longest: longest time in ns that an event waits.
 */
static void simulate(__u64 interval, __u64 events, __u64 *ret_wakes, __u64 *ret_longest)
{
	__u64 now = NOW, next = NOW + interval, waiting = 0, end = NOW + interval * events;
	__u64 last = 0, since = 0;
	struct et_nap_seen seen = { 0 };

	*ret_wakes = *ret_longest = 0;
	while (next <= end) {
		__u64 ns;

		for (; next <= now; next += interval) {
			if (!waiting)
				waiting = next;
			seen.before_last = last;
			last = next;
		}
		if (waiting && now - waiting > *ret_longest)
			*ret_longest = now - waiting;
		waiting = 0;
		seen.now_ns = seen.began_ns = now;
		seen.since_ns = since;
		since = now;
		ns = et_nap_length(BUDGET, BUDGET, &seen);
		now = ns ? now + ns : next > now ? next : now;
		++*ret_wakes;
	}
}

static void test_rates(void **state)
{
	__u64 wakes, longest;

	(void)state;
	/* 20 events a second: each event wakes the session, and no event waits. */
	simulate(50 * MS, 1000, &wakes, &longest);
	assert_in_range(wakes, 990, 1010);
	assert_int_equal(longest, 0);
	/* 300 events a second: the session reads about 6 events at once. */
	simulate(MS * 10 / 3, 3000, &wakes, &longest);
	assert_in_range(wakes, 490, 550);
	assert_in_range(longest, 1, BUDGET);
	/* 10,000 events a second: the session reads about 200 events at once. */
	simulate(MS / 10, 100000, &wakes, &longest);
	assert_in_range(wakes, 490, 520);
	assert_in_range(longest, 1, BUDGET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_small_rings),
		cmocka_unit_test(test_seldom),
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_reading_takes_time),
		cmocka_unit_test(test_fast),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_feedback),
		cmocka_unit_test(test_rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
