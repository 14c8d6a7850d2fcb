/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests how many rings a class gets, and which CPU uses which ring. */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/attach/ring_shards.h"
#include "lib/wire/shared.h"

#define K 1024UL
#define M (1024 * K)

static void test_for_cpus(void **state)
{
	static const struct {
		unsigned int cpus, shards;
	} cases[] = {
		{ 0, 1 },    { 1, 1 },    { 2, 1 },    { 4, 1 },    { 5, 2 },
		{ 8, 2 },    { 16, 4 },   { 17, 8 },   { 64, 16 },  { 65, 32 },
		{ 128, 32 }, { 192, 64 }, { 256, 64 }, { 440, 64 }, { 8192, 64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(et_ring_shards__for_cpus(cases[i].cpus), cases[i].shards);
}

static void test_least(void **state)
{
	(void)state;
	assert_true(et_ring_shards__least(ET_RING_LIFECYCLE) >= 3UL * ET_FIXED_SIZE_PROCESS_EXEC);
	assert_true(et_ring_shards__least(ET_RING_BULK) >= 3UL * ET_FIXED_SIZE_PROCESS_TTY_WRITE);
	for (int i = 0; i < ET_RING_CLASSES; i++) {
		size_t least = et_ring_shards__least((enum et_ring_class)i);

		assert_true(least >= 256 * K && least <= M);
		assert_int_equal(least & (least - 1), 0);
	}
}

static void test_fit(void **state)
{
	(void)state;
	for (int i = 0; i < ET_RING_CLASSES; i++) {
		enum et_ring_class class = (enum et_ring_class)i;
		size_t least = et_ring_shards__least(class);

		assert_int_equal(et_ring_shards__fit(class, 4 * least, 1), 1);
		assert_int_equal(et_ring_shards__fit(class, 4 * least, 4), 4);
		assert_int_equal(et_ring_shards__fit(class, 4 * least, 7), 4);
		assert_int_equal(et_ring_shards__fit(class, 4 * least, 8), 4);
		assert_int_equal(et_ring_shards__fit(class, 4 * least, 64), 4);
		assert_int_equal(et_ring_shards__fit(class, least, 64), 1);
		assert_int_equal(et_ring_shards__fit(class, 4096, 64), 1);
		assert_int_equal(et_ring_shards__fit(class, 1024 * M, 4096), ET_RING_SHARDS_MAX);
	}
}

#define CPUS 440

static void test_assign(void **state)
{
	bool online[CPUS] = { false };
	__u32 shards[CPUS];
	unsigned int counts[4] = { 0 };

	(void)state;
	/*
	 * One CPU of eight is online, as on a host that keeps the other threads of each core
	 * offline.
	 */
	for (unsigned int cpu = 0; cpu < 64; cpu += 8)
		online[cpu] = true;
	et_ring_shards__assign(online, CPUS, 4, shards);
	for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
		assert_true(shards[cpu] < 4);
		if (online[cpu])
			counts[shards[cpu]]++;
	}
	for (int i = 0; i < 4; i++)
		assert_int_equal(counts[i], 2);
	assert_int_equal(shards[0], 0);
	assert_int_equal(shards[8], 0);
	assert_int_equal(shards[16], 1);
	assert_int_equal(shards[56], 3);
	/* CPUs that are offline have a ring too. */
	assert_int_equal(shards[1], 0);
	assert_int_equal(shards[CPUS - 1], 3);

	memset(online, true, sizeof(online));
	et_ring_shards__assign(online, 2, 16, shards);
	assert_int_equal(shards[0], 0);
	assert_int_equal(shards[1], 8);
	et_ring_shards__assign(online, CPUS, 1, shards);
	assert_int_equal(shards[CPUS - 1], 0);
}

static void test_keys(void **state)
{
	bool used[ET_RING_KEYS_MAX] = { [ET_RING_WAKE] = true };

	(void)state;
	for (__u32 shard = 0; shard < ET_RING_SHARDS_MAX; shard++) {
		for (__u32 class = 0; class < ET_RING_CLASSES; class ++) {
			__u32 key = et_ring_key(class, shard);

			assert_true(key < (__u32)ET_RING_KEYS(shard + 1));
			assert_false(used[key]);
			assert_int_equal(key % ET_RING_CLASSES, class);
			used[key] = true;
		}
	}
	assert_int_equal(et_ring_key(ET_RING_BULK, 0), ET_RING_BULK);
}

static void is_list(const char *text, const char *want)
{
	bool got[16];

	assert_int_equal(et_cpu_list__parse(text, got, (unsigned int)strlen(want)), 0);
	for (size_t i = 0; want[i]; i++)
		assert_int_equal(got[i], want[i] == '1');
}

static void test_list(void **state)
{
	static const char *const bad[] = { "",   "\n",  "x",  "1-",  "3-1",        "1,",
					   ",1", "1;2", "-1", "1 2", "99999999999" };
	bool got[2];

	(void)state;
	is_list("0", "1000");
	is_list("0-3\n", "11110");
	is_list("0-1,4,6-7\n", "11001011");
	is_list("0-999", "11");
	is_list("7", "00");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		got[0] = got[1] = false;
		assert_int_equal(et_cpu_list__parse(bad[i], got, 2), -EINVAL);
		assert_true(got[0] && got[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_for_cpus), cmocka_unit_test(test_least),
		cmocka_unit_test(test_fit),      cmocka_unit_test(test_assign),
		cmocka_unit_test(test_keys),     cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
