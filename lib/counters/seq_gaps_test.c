/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests that every missing sequence number is reported once, at its position among the records. */
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/counters/seq_gaps.h"
#include "lib/wire/shared.h"

#define CPUS 3

/* ---- fake counters ---------------------------------------------------------------------- */

static struct et_lane lanes[CPUS][ET_LANES];
static struct et_overflow overflow[CPUS];

const struct et_lane *et_bpf_counters__lane(const struct et_bpf_counters *a, unsigned int cpu,
					    unsigned int lane)
{
	(void)a;
	assert_true(cpu < CPUS && lane < ET_LANES);
	return &lanes[cpu][lane];
}

const struct et_overflow *et_bpf_counters__overflow(const struct et_bpf_counters *a,
						    unsigned int cpu)
{
	(void)a;
	assert_true(cpu < CPUS);
	return &overflow[cpu];
}

#define SHARDS 2

static struct et_shares shares[ET_RING_CLASSES][SHARDS];

const struct et_shares *et_bpf_counters__shares(const struct et_bpf_counters *a,
						enum et_ring_class ring, unsigned int shard)
{
	(void)a;
	return &shares[ring][shard];
}

unsigned int et_bpf_counters__shards(const struct et_bpf_counters *a)
{
	(void)a;
	return SHARDS;
}

/* Refuse @events events of the user @uid: count them in the share @index, and as lost. */
static void refuse_in(enum et_ring_class ring, unsigned int shard, unsigned int index, __u32 uid,
		      __u64 events)
{
	struct et_share *share = &shares[ring][shard].shares[index];

	share->refused += events;
	share->changes += share->uid != uid;
	share->uid = uid;
	overflow[1].lost[ET_LOST_CAUSE_USER_SHARE][ring] += events;
}

static void refuse(enum et_ring_class ring, unsigned int index, __u32 uid, __u64 events)
{
	refuse_in(ring, 0, index, uid, events);
}

/* ---- reported gaps ---------------------------------------------------------------------- */

static struct et_gap reported[1000];
static size_t reported_count;
static __u64 reported_sum;

static void on_gap(void *ctx, const struct et_gap *gap)
{
	assert_ptr_equal(ctx, reported);
	assert_true(reported_count < 1000);
	assert_true(gap->count > 0);
	reported[reported_count++] = *gap;
	reported_sum += gap->count;
}

static struct et_seq_gaps *gaps;

static int setup(void **state)
{
	(void)state;
	memset(lanes, 0, sizeof(lanes));
	memset(overflow, 0, sizeof(overflow));
	memset(shares, 0, sizeof(shares));
	reported_count = 0;
	reported_sum = 0;
	return et_seq_gaps__new(CPUS, 1000, &gaps);
}

static int teardown(void **state)
{
	(void)state;
	et_seq_gaps__free(gaps);
	return 0;
}

/* Pass a record with these numbers to the checks. Return: the result of et_seq_gaps__see(). */
static int see(unsigned int cpu, unsigned int lane, unsigned int ring, __u64 seq, __u64 ts)
{
	struct et_header hdr = {
		.ts = ts, .seq = seq, .cpu = (__u16)cpu, .lane = (__u8)lane, .ring = (__u8)ring
	};
	struct et_gap gap;
	int r = et_seq_gaps__see(gaps, &hdr, &gap);

	if (r > 0)
		on_gap(reported, &gap);
	return r;
}

static void is_gap(size_t n, __u64 count, unsigned int cpu, int lane, unsigned int ring,
		   __u64 after, __u64 before)
{
	assert_true(n < reported_count);
	assert_int_equal(reported[n].count, count);
	assert_int_equal(reported[n].cpu, cpu);
	assert_int_equal(reported[n].lane, lane);
	assert_int_equal(reported[n].ring, ring);
	assert_int_equal(reported[n].after_ns, after);
	assert_int_equal(reported[n].before_ns, before);
}

static void check(bool empty, __u64 now)
{
	et_seq_gaps__check(gaps, NULL, empty, now, on_gap, reported);
}

static void finish(__u64 now)
{
	et_seq_gaps__finish(gaps, NULL, now, on_gap, reported);
}

/* Count @count records of a lane as lost, as a BPF program does. */
static void lose(unsigned int cpu, unsigned int lane, enum et_ring_class ring, __u64 count)
{
	lanes[cpu][lane].seq[ring] += count;
	lanes[cpu][lane].lost[ring] += count;
}

static void test_nothing_missing(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 100; i++) {
		unsigned int cpu = i % CPUS, lane = i / CPUS % ET_LANES;

		for (unsigned int n = 0; n < 5; n++) {
			assert_int_equal(see(cpu, lane, ET_RING_BULK, i / 12 * 5 + n, 2000 + i), 0);
			lanes[cpu][lane].seq[ET_RING_BULK]++;
		}
	}
	check(true, 5000);
	finish(6000);
	assert_int_equal(reported_count, 0);
	assert_int_equal(et_seq_gaps__total(gaps), 0);
}

static void test_gaps_between(void **state)
{
	(void)state;
	/*
	 * The lane has no earlier record, so the gap begins at the time that setup() gave to
	 * et_seq_gaps__new().
	 */
	assert_int_equal(see(0, 0, ET_RING_BULK, 3, 2000), 1);
	is_gap(0, 3, 0, 0, ET_RING_BULK, 1000, 2000);
	assert_int_equal(see(0, 0, ET_RING_BULK, 4, 2001), 0);
	/* Another ring, lane or CPU has its own sequence numbers. */
	assert_int_equal(see(0, 0, ET_RING_LIFECYCLE, 0, 2002), 0);
	assert_int_equal(see(0, 1, ET_RING_BULK, 0, 2003), 0);
	assert_int_equal(see(1, 0, ET_RING_BULK, 0, 2004), 0);
	assert_int_equal(see(0, 0, ET_RING_BULK, 1000004, 2005), 1);
	is_gap(1, 999999, 0, 0, ET_RING_BULK, 2001, 2005);
	assert_int_equal(see(2, 3, ET_RING_LIFECYCLE, 1, 2006), 1);
	is_gap(2, 1, 2, 3, ET_RING_LIFECYCLE, 1000, 2006);
	assert_int_equal(et_seq_gaps__total(gaps), 3 + 999999 + 1);
}

static void test_lies(void **state)
{
	(void)state;
	assert_int_equal(see(0, 0, ET_RING_BULK, 7, 2000), 1);
	assert_int_equal(see(0, 0, ET_RING_BULK, 7, 2001), -EBADMSG);
	assert_int_equal(see(0, 0, ET_RING_BULK, 0, 2001), -EBADMSG);
	assert_int_equal(see(CPUS, 0, ET_RING_BULK, 0, 2001), -EBADMSG);
	assert_int_equal(see(0, ET_LANES, ET_RING_BULK, 0, 2001), -EBADMSG);
	assert_int_equal(see(0, 0, ET_RING_CLASSES, 0, 2001), -EBADMSG);
	/* A rejected record does not change the next expected number. */
	assert_int_equal(see(0, 0, ET_RING_BULK, 8, 2002), 0);
	assert_int_equal(et_seq_gaps__total(gaps), 7);
}

static void test_losses_at_the_end(void **state)
{
	(void)state;
	assert_int_equal(see(1, 2, ET_RING_BULK, 0, 2000), 0);
	lanes[1][2].seq[ET_RING_BULK] = 1;
	lose(1, 2, ET_RING_BULK, 5);
	lose(2, 0, ET_RING_LIFECYCLE, 1);
	/*
	 * Lane 0 of CPU 0 has numbered four records, and none was received. These records are a
	 * gap, although no program counted them as lost.
	 */
	lanes[0][0].seq[ET_RING_LIFECYCLE] = 4;
	finish(9000);
	assert_int_equal(reported_count, 3);
	is_gap(0, 4, 0, 0, ET_RING_LIFECYCLE, 1000, 9000);
	is_gap(1, 5, 1, 2, ET_RING_BULK, 2000, 9000);
	is_gap(2, 1, 2, 0, ET_RING_LIFECYCLE, 1000, 9000);
	finish(9001);
	assert_int_equal(reported_count, 3);
	assert_int_equal(et_seq_gaps__total(gaps), 10);
}

static void test_overflow(void **state)
{
	(void)state;
	overflow[1].lost[ET_LOST_CAUSE_NO_LANE][ET_RING_BULK] = 3;
	overflow[1].lost[ET_LOST_CAUSE_NO_LANE][ET_RING_LIFECYCLE] = 4;
	overflow[1].lost[ET_LOST_CAUSE_SEGMENTS][ET_RING_BULK] = 72;
	/*
	 * Events without a sequence number have no position among the records. So a check reports
	 * them even if the rings are not empty.
	 */
	check(false, 5000);
	assert_int_equal(reported_count, 3);
	is_gap(0, 4, 1, -1, ET_RING_LIFECYCLE, 1000, 5000);
	is_gap(1, 3, 1, -1, ET_RING_BULK, 1000, 5000);
	is_gap(2, 72, 1, -1, ET_RING_BULK, 1000, 5000);
	assert_int_equal(reported[0].cause, ET_LOST_CAUSE_NO_LANE);
	assert_int_equal(reported[1].cause, ET_LOST_CAUSE_NO_LANE);
	assert_int_equal(reported[2].cause, ET_LOST_CAUSE_SEGMENTS);
	check(true, 6000);
	assert_int_equal(reported_count, 3);
	overflow[1].lost[ET_LOST_CAUSE_NO_LANE][ET_RING_LIFECYCLE]++;
	finish(7000);
	assert_int_equal(reported_count, 4);
	is_gap(3, 1, 1, -1, ET_RING_LIFECYCLE, 6000, 7000);
}

/* A gap of refused events names their user, if all belong to one user. */
static void test_users(void **state)
{
	(void)state;
	overflow[1].lost[ET_LOST_CAUSE_NO_LANE][ET_RING_BULK] = 1;
	refuse(ET_RING_BULK, 7, 1000, 5);
	refuse(ET_RING_LIFECYCLE, 128, 0, 2);
	check(false, 2000);
	assert_int_equal(reported_count, 3);
	assert_int_equal(reported[0].uid, 0);
	assert_int_equal(reported[1].uid, -1);
	assert_int_equal(reported[2].uid, 1000);

	refuse(ET_RING_BULK, 7, 1000, 5);
	check(false, 3000);
	assert_int_equal(reported[3].uid, 1000);
	refuse(ET_RING_BULK, 7, 1000, 5);
	refuse(ET_RING_BULK, 8, 1001, 1);
	check(false, 4000);
	assert_int_equal(reported[4].uid, -1);

	/*
	 * A check compares the users with those of two checks ago. Since then, events of both users
	 * were refused. So the user of this gap is unknown.
	 */
	refuse(ET_RING_BULK, 8, 1001, 1);
	check(false, 5000);
	assert_int_equal(reported[5].uid, -1);
	refuse(ET_RING_BULK, 8, 1001, 1);
	check(false, 6000);
	assert_int_equal(reported[6].uid, 1001);
	refuse(ET_RING_BULK, 8, 1001, 1);
	finish(7000);
	assert_int_equal(reported[7].uid, 1001);
	assert_int_equal(reported_count, 8);
}

/* A ring class has several rings. In each of them, a user has a share of its own. */
static void test_users_of_several_rings(void **state)
{
	(void)state;
	refuse_in(ET_RING_BULK, 0, 7, 1000, 1);
	refuse_in(ET_RING_BULK, 1, 7, 1000, 2);
	check(false, 2000);
	assert_int_equal(reported[0].count, 3);
	assert_int_equal(reported[0].uid, 1000);
	/* Only the second ring has refused an event of user 1001. */
	refuse_in(ET_RING_BULK, 0, 7, 1000, 1);
	refuse_in(ET_RING_BULK, 1, 8, 1001, 1);
	check(false, 3000);
	assert_int_equal(reported[1].uid, -1);
	/*
	 * After two checks, the earlier refused events no longer count. Now the shares with the
	 * same index belong to different users in the two rings.
	 */
	check(false, 4000);
	check(false, 5000);
	refuse_in(ET_RING_BULK, 0, 9, 1002, 1);
	refuse_in(ET_RING_BULK, 1, 9, 1003, 1);
	check(false, 6000);
	assert_int_equal(reported[2].uid, -1);
	check(false, 7000);
	check(false, 8000);
	refuse_in(ET_RING_BULK, 1, 9, 1003, 1);
	check(false, 9000);
	assert_int_equal(reported[3].uid, 1003);
}

/* One share counts the events of two users, so the user of refused events is unknown. */
static void test_users_of_one_share(void **state)
{
	(void)state;
	refuse(ET_RING_BULK, 7, 1000, 1);
	refuse(ET_RING_BULK, 7, 1001, 1);
	check(false, 2000);
	assert_int_equal(reported[0].uid, -1);
	check(false, 3000);
	check(false, 4000);
	refuse(ET_RING_BULK, 7, 1001, 1);
	check(false, 5000);
	assert_int_equal(reported[1].uid, 1001);
	refuse(ET_RING_BULK, 7, 1000, 1);
	refuse(ET_RING_BULK, 7, 1001, 1);
	check(false, 6000);
	assert_int_equal(reported[2].uid, -1);
	assert_int_equal(reported_count, 3);
}

/*
 * Each gap has one cause: a program counted the loss, the decoder rejected the record, or the
 * record was never received.
 */
static void test_causes(void **state)
{
	struct et_header rejected = { .seq = 3, .cpu = 0, .lane = 0, .ring = ET_RING_BULK };
	struct et_gap gap = { 0 };

	(void)state;
	assert_int_equal(see(0, 0, ET_RING_BULK, 2, 2000), 1);
	assert_int_equal(reported[0].cause, ET_LOST_CAUSE_RING_FULL);
	assert_int_equal(et_seq_gaps__reject(gaps, &rejected, &gap), 1);
	assert_int_equal(gap.count, 1);
	assert_int_equal(gap.cause, ET_LOST_CAUSE_MALFORMED);
	/*
	 * A rejected record is ignored if its number is not the next expected one, because its
	 * header may be wrong.
	 */
	assert_int_equal(et_seq_gaps__reject(gaps, &rejected, &gap), 0);
	rejected.cpu = CPUS;
	assert_int_equal(et_seq_gaps__reject(gaps, &rejected, &gap), 0);
	assert_int_equal(see(0, 0, ET_RING_BULK, 4, 3000), 0);
	lanes[0][0].seq[ET_RING_BULK] = 8;
	lanes[0][0].lost[ET_RING_BULK] = 4;
	finish(9000);
	assert_int_equal(reported_count, 3);
	is_gap(1, 2, 0, 0, ET_RING_BULK, 3000, 9000);
	assert_int_equal(reported[1].cause, ET_LOST_CAUSE_RING_FULL);
	is_gap(2, 1, 0, 0, ET_RING_BULK, 3000, 9000);
	assert_int_equal(reported[2].cause, ET_LOST_CAUSE_UNKNOWN);
	assert_int_equal(et_seq_gaps__total(gaps), 2 + 1 + 3);
}

/*
 * A counter reveals a loss before a gap in the numbers does. The loss is then not reported a second
 * time.
 */
static void test_losses_told_ahead(void **state)
{
	(void)state;
	assert_int_equal(see(0, 0, ET_RING_BULK, 0, 2000), 0);
	lanes[0][0].seq[ET_RING_BULK] = 1;
	lose(0, 0, ET_RING_BULK, 4);
	/*
	 * The rings are not empty, so a record from before the losses may still come. The losses
	 * are not reported yet.
	 */
	check(false, 3000);
	assert_int_equal(reported_count, 0);
	check(true, 3001);
	is_gap(0, 4, 0, 0, ET_RING_BULK, 2000, 3001);
	check(true, 3002);
	assert_int_equal(reported_count, 1);

	/*
	 * Record 3 comes late: the program sent it before the last two of the reported losses.
	 * Record 8 then shows two more losses, which no check has reported.
	 */
	assert_int_equal(see(0, 0, ET_RING_BULK, 3, 2900), 0);
	assert_int_equal(see(0, 0, ET_RING_BULK, 8, 4000), 1);
	is_gap(1, 2, 0, 0, ET_RING_BULK, 2900, 4000);
	lanes[0][0].lost[ET_RING_BULK] = 6;
	lanes[0][0].seq[ET_RING_BULK] = 9;
	check(true, 5000);
	finish(6000);
	assert_int_equal(reported_count, 2);
	assert_int_equal(et_seq_gaps__total(gaps), 6);
}

static uint64_t noise(void)
{
	static uint64_t seed = 0x2545f4914f6cdd1d;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/*
 * Send and lose records at random, and check the counters in between. The gaps must add up to the
 * lost records.
 */
static void test_noise(void **state)
{
	__u64 ts = 2000, lost = 0, late[64];
	unsigned int waiting = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct et_lane *lane = &lanes[1][3];

		/* A sent record waits in the ring until see() below. */
		if (noise() % 3 && waiting < 64) {
			late[waiting++] = lane->seq[ET_RING_BULK]++;
		} else {
			lose(1, 3, ET_RING_BULK, 1);
			lost++;
		}
		if (noise() % 20 == 0) {
			for (unsigned int n = 0; n < waiting; n++)
				assert_true(see(1, 3, ET_RING_BULK, late[n], ts++) >= 0);
			waiting = 0;
		}
		if (noise() % 50 == 0) {
			/*
			 * The argument `empty` may be true although records have come since the
			 * ring was drained.
			 */
			check(true, ts);
			assert_int_equal(reported_sum, lost);
			reported_count = 0;
		}
		assert_true(reported_sum <= lost);
	}
	finish(ts);
	/* Records that still wait in the ring are reported as missing, too. */
	assert_int_equal(reported_sum, lost + waiting);
	assert_int_equal(et_seq_gaps__total(gaps), reported_sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gaps_between, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_losses_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_overflow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_users, setup, teardown),
		cmocka_unit_test_setup_teardown(test_users_of_several_rings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_users_of_one_share, setup, teardown),
		cmocka_unit_test_setup_teardown(test_causes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_losses_told_ahead, setup, teardown),
		cmocka_unit_test_setup_teardown(test_noise, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
