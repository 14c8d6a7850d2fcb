/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests the accounts of the recordings that a session writes one after the other. Each account adds
 * up, and all together are the account of the session.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/session/parts.h"

#define FORK 1
#define EXEC 2

/* The counts of a session at some time. */
struct moment {
	struct et_event_stats stats[2];
	struct et_session_stats session;
};

static struct moment begin(void)
{
	return (struct moment){
		.stats = { { .id = FORK }, { .id = EXEC } },
		.session = { .sz = sizeof(struct et_session_stats), .wire_format = "varlen" },
	};
}

static void happen(struct moment *m, unsigned int type, __u64 sent, __u64 received, __u64 lost)
{
	struct et_event_stats *row = &m->stats[type == EXEC];

	row->sent += sent;
	row->received += received;
	row->lost += lost;
	row->attempted += sent + lost;
	row->bytes += sent * 100;
	row->filtered += 1;
}

struct part {
	struct et_file_account rows[2];
	struct et_recording_totals totals;
};

static struct part end(struct et_parts *parts, const struct moment *m, bool last)
{
	struct part part;
	__u64 lost = 0;

	memset(&part, 0x5a, sizeof(part));
	et_parts_account(parts, m->stats, 2, &m->session, last, part.rows, &part.totals);
	assert_ptr_equal(part.totals.accounts, part.rows);
	assert_int_equal(part.totals.count, 2);
	assert_string_equal(part.totals.wire_format, "varlen");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(part.rows[i].attempted, part.rows[i].sent + part.rows[i].lost);
		lost += part.rows[i].lost;
	}
	if (part.totals.accounted)
		assert_int_equal(part.totals.lost_told, lost + part.totals.missing);
	return part;
}

/* The session has one recording, whose account has the session's counts. */
static void one(void **state)
{
	struct et_parts parts = { .missing = 0 };
	struct moment m = begin();
	struct part part;

	(void)state;
	happen(&m, FORK, 10, 9, 3);
	m.session.missing = 1;
	m.session.malformed = 1;
	m.session.lost_told = 4;
	m.session.accounted = true;
	part = end(&parts, &m, true);
	assert_int_equal(part.rows[0].id, FORK);
	assert_int_equal(part.rows[0].sent, 10);
	assert_int_equal(part.rows[0].lost, 3);
	assert_int_equal(part.rows[0].bytes, 1000);
	assert_int_equal(part.totals.missing, 1);
	assert_int_equal(part.totals.lost_told, 4);
	assert_true(part.totals.accounted);
}

/* Records that wait in the ring when a recording ends count for the next recording. */
static void records_in_the_ring(void **state)
{
	struct et_parts parts = { .missing = 0 };
	struct moment m = begin();
	struct part part;

	(void)state;
	happen(&m, EXEC, 100, 60, 0);
	m.session.missing = 40;
	part = end(&parts, &m, false);
	assert_int_equal(part.rows[1].sent, 60);
	assert_int_equal(part.totals.missing, 0);
	assert_true(part.totals.accounted);

	happen(&m, EXEC, 5, 45, 0);
	m.session.missing = 0;
	m.session.accounted = true;
	part = end(&parts, &m, true);
	assert_int_equal(part.rows[1].sent, 45);
	assert_int_equal(part.rows[1].filtered, 1);
	assert_int_equal(part.rows[1].bytes, 500);
	assert_true(part.totals.accounted);
}

/* A loss counts for the recording that has its LOST record. */
static void losses_without_a_record(void **state)
{
	struct et_parts parts = { .missing = 0 };
	struct moment m = begin();
	struct part part;

	(void)state;
	happen(&m, FORK, 10, 10, 4);
	happen(&m, EXEC, 10, 10, 5);
	m.session.lost_told = 3;
	part = end(&parts, &m, false);
	assert_int_equal(part.rows[0].lost + part.rows[1].lost, 3);
	assert_int_equal(part.totals.lost_told, 3);
	assert_true(part.totals.accounted);

	happen(&m, EXEC, 1, 1, 2);
	m.session.lost_told = 11;
	m.session.accounted = true;
	part = end(&parts, &m, true);
	assert_int_equal(part.rows[0].lost + part.rows[1].lost, 8);
	assert_int_equal(part.totals.lost_told, 8);
	assert_true(part.totals.accounted);
	assert_int_equal(parts.rows[FORK].lost, 4);
	assert_int_equal(parts.rows[EXEC].lost, 7);
}

/* Recordings end at random times. The sums of their counts are the session's counts. */
static void sums(void **state)
{
	struct et_parts parts = { .missing = 0 };
	struct moment m = begin();
	struct et_file_account sum[2] = { { .id = FORK }, { .id = EXEC } };
	__u64 waiting[2] = { 0, 0 }, lost = 0, told = 0, missing = 0;
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		bool last = i == 9999;
		struct part part;

		for (unsigned int type = FORK; type <= EXEC; type++) {
			__u64 *ring = &waiting[type == EXEC];
			__u64 n[3];

			for (int k = 0; k < 3; k++) {
				seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
				n[k] = (seed >> 33) % 5;
			}
			*ring += n[0];
			if (last || n[1] > *ring)
				n[1] = *ring;
			*ring -= n[1];
			happen(&m, type, n[0], n[1], n[2]);
			lost += n[2];
		}
		if (seed >> 63 || last)
			m.session.lost_told = lost;
		m.session.missing = waiting[0] + waiting[1];
		m.session.accounted = last;
		part = end(&parts, &m, last);
		assert_true(part.totals.accounted);
		for (int k = 0; k < 2; k++) {
			sum[k].sent += part.rows[k].sent;
			sum[k].lost += part.rows[k].lost;
			sum[k].bytes += part.rows[k].bytes;
			sum[k].filtered += part.rows[k].filtered;
		}
		told += part.totals.lost_told;
		missing += part.totals.missing;
	}
	for (int k = 0; k < 2; k++) {
		assert_int_equal(sum[k].sent, m.stats[k].sent);
		assert_int_equal(sum[k].lost, m.stats[k].lost);
		assert_int_equal(sum[k].bytes, m.stats[k].bytes);
		assert_int_equal(sum[k].filtered, m.stats[k].filtered);
	}
	assert_int_equal(told, lost);
	assert_int_equal(missing, 0);
}

/*
 * Two records were rejected, but a LOST record reports only one of them. The account does not add
 * up, and the recording says that.
 */
static void wrong(void **state)
{
	struct et_parts parts = { .missing = 0 };
	struct moment m = begin();

	(void)state;
	m.session.malformed = 2;
	m.session.lost_told = 1;
	assert_false(end(&parts, &m, false).totals.accounted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one),
		cmocka_unit_test(records_in_the_ring),
		cmocka_unit_test(losses_without_a_record),
		cmocka_unit_test(sums),
		cmocka_unit_test(wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
