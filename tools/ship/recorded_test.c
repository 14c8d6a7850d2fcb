/* SPDX-License-Identifier: BSD-2-Clause */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/ship/recorded.h"

static struct ship_recorded recorded;

static struct et_lost make_lost(uint64_t count, unsigned int cause)
{
	return (struct et_lost){
		.hdr = { .type = ET_LOST, .size = sizeof(struct et_lost) },
		.count = count,
		.cause = (__u8)cause,
	};
}

static void test_lost(void **state)
{
	struct et_lost lost = make_lost(5, ET_LOST_CAUSE_SPOOL_FULL);
	const struct et_process_setsid other = { .hdr = { .type = ET_PROCESS_SETSID } };

	(void)state;
	recorded = (struct ship_recorded){ 0 };
	ship_recorded_add(&recorded, &lost, sizeof(lost));
	ship_recorded_add(&recorded, &lost, sizeof(lost));
	lost = make_lost(7, ET_LOST_CAUSE_RING_FULL);
	ship_recorded_add(&recorded, &lost, sizeof(lost));
	ship_recorded_add(&recorded, &other, sizeof(other));
	assert_int_equal(recorded.lost_by[ET_LOST_CAUSE_SPOOL_FULL], 10);
	assert_int_equal(recorded.lost_by[ET_LOST_CAUSE_RING_FULL], 7);
	/* A cause of a later version, and a record of the first generation, which had none. */
	lost = make_lost(1, 255);
	ship_recorded_add(&recorded, &lost, sizeof(lost));
	lost = make_lost(2, ET_LOST_CAUSE_RING_FULL);
	ship_recorded_add(&recorded, &lost, offsetof(struct et_lost, cause));
	assert_int_equal(recorded.lost_by[ET_LOST_CAUSE_UNKNOWN], 3);
	/* Records that are too short are not read. */
	ship_recorded_add(&recorded, &lost, offsetof(struct et_lost, count));
	ship_recorded_add(&recorded, &lost, 1);
	assert_int_equal(recorded.lost_by[ET_LOST_CAUSE_UNKNOWN], 3);
}

static void test_account(void **state)
{
	static const struct et_recording_account account = {
		.count = 2,
		.rows = { { .id = ET_PROCESS_EXEC,
			    .attempted = 9,
			    .sent = 7,
			    .lost = 2,
			    .filtered = 1,
			    .truncated = 3 },
			  { .id = ET_EVENT_TYPES + 1, .attempted = 100 } },
	};
	const struct et_file_account *exec = &recorded.by_type[ET_PROCESS_EXEC];

	(void)state;
	recorded = (struct ship_recorded){ 0 };
	ship_recorded_add_account(&recorded, &account);
	ship_recorded_add_account(&recorded, NULL);
	ship_recorded_add_account(&recorded, &account);
	assert_int_equal(exec->attempted, 18);
	assert_int_equal(exec->sent, 14);
	assert_int_equal(exec->lost, 4);
	assert_int_equal(exec->filtered, 2);
	assert_int_equal(exec->truncated, 6);
	assert_int_equal(recorded.by_type[ET_PROCESS_FORK].attempted, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
