/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the clock enricher with simulated clocks: the linker replaces clock_gettime() by
 * __wrap_clock_gettime().
 */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "lib/enrich/enrich.h"

#define SECOND 1000000000ULL

static __u64 mono, wall;   /* simulated CLOCK_MONOTONIC and CLOCK_REALTIME, in ns */
static unsigned int reads; /* number of readings of CLOCK_REALTIME */
static unsigned int calls; /* number of readings of any clock */
static __u64 delay;        /* time of one reading, in ns: both clocks advance by it */

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	__u64 now = clock == CLOCK_REALTIME ? wall : mono;

	calls++;
	reads += clock == CLOCK_REALTIME;
	ret->tv_sec = now / SECOND;
	ret->tv_nsec = now % SECOND;
	mono += delay;
	wall += delay;
	return 0;
}

static struct et_enricher *start(__u64 mono_now, __u64 wall_now)
{
	struct et_enricher *clock = NULL;

	mono = mono_now;
	wall = wall_now;
	delay = 0;
	reads = 0;
	assert_int_equal(et_clock_enricher_new(&clock), 0);
	return clock;
}

static __u64 time_of(struct et_enricher *clock, __u64 ts)
{
	const struct et_header hdr = { .ts = ts };
	struct et_event event = { .hdr = &hdr };

	et_enrich(clock, &event);
	return event.time_ns;
}

static void pass(__u64 ns)
{
	mono += ns;
	wall += ns;
}

static void test_offset(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);

	(void)state;
	assert_int_equal(time_of(clock, 5 * SECOND), 1700000000 * SECOND);
	assert_int_equal(time_of(clock, 5 * SECOND + 123), 1700000000 * SECOND + 123);
	/* This event is older than the enricher. */
	assert_int_equal(time_of(clock, 4 * SECOND), 1699999999 * SECOND);
	et_enricher_free(clock);

	/*
	 * On a host with a long uptime whose clock was never set, CLOCK_REALTIME is less than
	 * CLOCK_MONOTONIC.
	 */
	clock = start(5000 * SECOND, 100 * SECOND);
	assert_int_equal(time_of(clock, 5000 * SECOND), 100 * SECOND);
	et_enricher_free(clock);
	et_enricher_free(NULL);
}

static void test_step_shows_after_a_second(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);

	(void)state;
	wall += 3600 * SECOND;
	pass(SECOND - 1);
	assert_int_equal(time_of(clock, mono), 1700000000 * SECOND + SECOND - 1);
	pass(1);
	assert_int_equal(time_of(clock, mono), 1700003601 * SECOND);
	/* CLOCK_REALTIME steps back by two hours. */
	wall -= 7200 * SECOND;
	pass(SECOND);
	assert_int_equal(time_of(clock, mono), 1699996402 * SECOND);
	et_enricher_free(clock);
}

static void test_measures_once_a_second(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);
	unsigned int per_measure = reads;

	(void)state;
	assert_true(per_measure > 0);
	/*
	 * For ten seconds, an event comes each millisecond. These 10,000 events cause only ten
	 * measurements.
	 */
	for (int i = 0; i < 10000; i++) {
		pass(SECOND / 1000);
		time_of(clock, mono);
	}
	assert_int_equal(reads, 11 * per_measure);
	et_enricher_free(clock);
}

/* Within a second after a measurement, events cause no reading of a clock. */
static void test_reads_no_clock(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);
	unsigned int before = calls;

	(void)state;
	for (int i = 0; i < 999; i++) {
		pass(SECOND / 1000);
		time_of(clock, mono);
	}
	assert_int_equal(calls, before);
	et_enricher_free(clock);
}

/* Records with times far from now neither stop the measurements nor make them more frequent. */
static void test_strange_times(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);
	unsigned int before = reads;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		time_of(clock, ~0ULL);
		time_of(clock, 0);
		time_of(clock, 1000000 * SECOND);
	}
	assert_int_equal(reads, before);
	wall += 60 * SECOND;
	pass(2 * SECOND);
	assert_int_equal(time_of(clock, mono), 1700000062 * SECOND);
	et_enricher_free(clock);
}

/*
 * A measurement reads CLOCK_REALTIME between two readings of CLOCK_MONOTONIC, and subtracts the
 * mean of these two.
 */
static void test_slow_clocks(void **state)
{
	struct et_enricher *clock = start(5 * SECOND, 1700000000 * SECOND);

	(void)state;
	delay = 1000;
	pass(SECOND);
	assert_int_equal(time_of(clock, 6 * SECOND), 1700000001 * SECOND);
	et_enricher_free(clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_step_shows_after_a_second),
		cmocka_unit_test(test_measures_once_a_second),
		cmocka_unit_test(test_reads_no_clock),
		cmocka_unit_test(test_strange_times),
		cmocka_unit_test(test_slow_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
