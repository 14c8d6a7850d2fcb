/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests pairs_judge() with noisy measurements. Each run has the same noise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/gate/pairs.h"

#define SEEDS 1000

static uint64_t state_of_noise;

/* A pseudo-random number from -1 to 1, evenly distributed: xorshift64*. */
static double noise(void)
{
	state_of_noise ^= state_of_noise >> 12;
	state_of_noise ^= state_of_noise << 25;
	state_of_noise ^= state_of_noise >> 27;
	return (double)(state_of_noise * 0x2545f4914f6cdd1d >> 11) / (double)(1ULL << 52) - 1;
}

/*
 * Judge figures around 400 in the base, and @factor times as much in the new build. @amount: the
 * largest noise, as a fraction of the figure.
 */
static enum pairs_verdict judge_ratio(uint64_t seed, double factor, double amount)
{
	struct pairs_figure f = { .kind = PAIRS_RATIO, .margin = 0.03, .count = PAIRS_DEFAULT };

	state_of_noise = seed * 0x9e3779b97f4a7c15;
	for (size_t i = 0; i < f.count; i++) {
		f.base[i] = 400 * (1 + amount * noise());
		f.new[i] = 400 * factor * (1 + amount * noise());
	}
	return pairs_judge(&f).verdict;
}

static size_t count(enum pairs_verdict verdict, double factor, double amount)
{
	size_t n = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		n += judge_ratio(seed, factor, amount) == verdict;
	return n;
}

/* Without a change, chance gives about one failure in 1,000, also with large noise. */
static void no_change(void **state)
{
	(void)state;
	assert_in_range(count(PAIRS_WORSE, 1, 0.05), 0, 3);
	assert_in_range(count(PAIRS_WORSE, 1, 0.5), 0, 3);
}

/* An increase by 10 % is found if each measurement has a noise of up to 5 %. */
static void ten_per_cent(void **state)
{
	(void)state;
	assert_int_equal(count(PAIRS_WORSE, 1.1, 0.04), SEEDS);
	assert_true(count(PAIRS_WORSE, 1.1, 0.05) > SEEDS * 95 / 100);
	assert_int_equal(count(PAIRS_BETTER, 1 / 1.1, 0.04), SEEDS);
}

/* A change below the margin is no failure, even if p is small. */
static void margin(void **state)
{
	(void)state;
	assert_int_equal(count(PAIRS_SAME, 1.02, 0.001), SEEDS);
	assert_int_equal(count(PAIRS_WORSE, 1.04, 0.001), SEEDS);
}

static void wakeups(void **state)
{
	struct pairs_figure f = { .kind = PAIRS_DIFFERENCE, .margin = 0.005, .count = PAIRS_LEAST };
	struct pairs_outcome o;

	(void)state;
	for (size_t i = 0; i < f.count; i++)
		f.base[i] = f.new[i] = 0.0001 * (double)i;
	assert_int_equal(pairs_judge(&f).verdict, PAIRS_SAME);
	/* One more wake-up in 100 events. */
	for (size_t i = 0; i < f.count; i++)
		f.new[i] = f.base[i] + 0.01;
	o = pairs_judge(&f);
	assert_int_equal(o.verdict, PAIRS_WORSE);
	assert_true(fabs(o.change - 0.01) < 1e-9);
	/*
	 * A reader that other processes sometimes interrupt causes at most 0.004 more wake-ups per
	 * event.
	 */
	for (size_t i = 0; i < f.count; i++)
		f.new[i] = f.base[i] + 0.004;
	assert_int_equal(pairs_judge(&f).verdict, PAIRS_SAME);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_change),
		cmocka_unit_test(ten_per_cent),
		cmocka_unit_test(margin),
		cmocka_unit_test(wakeups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
