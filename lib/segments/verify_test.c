/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests what the verification of a folder finds. */
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/segments/folder.h"
#include "lib/segments/testing.h"
#include "lib/segments/verify.h"

#define KINDS (ET_FINDING_BEFORE + 1)

struct found {
	unsigned int of_kind[KINDS];
	char message[256];                /* of the last fault; empty: none */
	struct et_verified first, second; /* sessions */
	size_t sessions;
};

static void on_finding(void *ctx, const struct et_finding *finding)
{
	struct found *found = ctx;

	found->of_kind[finding->kind]++;
	assert_int_equal(finding->is_fault, finding->kind <= ET_FINDING_CUT);
	if (finding->is_fault)
		memcpy(found->message, finding->message, sizeof(found->message));
}

static struct found verify(void)
{
	struct et_verify *verify = NULL;
	struct found found = { 0 };
	struct et_verified session;
	unsigned int faults = 0;

	assert_int_equal(et_verify_new(on_finding, &found, &verify), 0);
	found.sessions = (size_t)et_verify_folder(verify, test_folder);
	for (int i = 0; i <= ET_FINDING_CUT; i++)
		faults += found.of_kind[i];
	assert_int_equal(found.sessions, faults);
	found.sessions = 0;
	while (et_verify_session(verify, found.sessions, &session)) {
		/* The texts are freed with the object, so compare them before. */
		assert_string_equal(session.host, "host");
		if (found.sessions++)
			found.second = session;
		else
			found.first = session;
	}
	et_verify_free(verify);
	return found;
}

/* Expect @count findings of @kind, and none of another kind. */
static struct found expect_findings(enum et_finding_kind kind, unsigned int count)
{
	const struct found found = verify();

	for (unsigned int i = 0; i < KINDS; i++)
		if (found.of_kind[i] != (i == kind ? count : 0))
			fail_msg("%u findings of kind %u: %s", found.of_kind[i], i, found.message);
	return found;
}

static void verify_whole(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_turn(&w);
	test_writer_add_many(&w, 20);
	test_writer_add_lost(&w, 7, 0);
	test_writer_turn(&w);
	test_writer_add_many(&w, 30);
	test_writer_flush(&w);
	found = expect_findings(ET_FINDING_GROWS, 1);
	assert_int_equal(found.first.received, 30);
	test_writer_end(&w);
	found = expect_findings(ET_FINDING_GROWS, 0);
	assert_int_equal(found.sessions, 1);
	assert_int_equal(found.first.segments, 3);
	assert_int_equal(found.first.attempted, 67);
	assert_int_equal(found.first.received, 60);
	assert_int_equal(found.first.lost, 7);
	assert_int_equal(found.first.faults, 0);
	/* A sender deletes the first segment. */
	test_segment_remove(1);
	found = expect_findings(ET_FINDING_BEFORE, 1);
	assert_int_equal(found.first.attempted, 57);
}

static void verify_gap(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_turn(&w);
	test_writer_add_many(&w, 20);
	test_writer_turn(&w);
	test_writer_add_many(&w, 30);
	test_writer_turn(&w);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
	test_segment_remove(2);
	test_segment_remove(3);
	found = expect_findings(ET_FINDING_GAP, 1);
	assert_string_equal(found.message,
			    "segments 2 to 3 are missing, with 50 records of the session behind "
			    "them, and no LOST record reports their events");
	assert_int_equal(found.first.faults, 1);
}

static void verify_dropped(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_turn(&w);
	test_writer_add_many(&w, 20);
	test_writer_turn(&w);
	test_writer_add_many(&w, 30);
	test_writer_turn(&w);
	test_writer_add_lost(&w, 20, 2);
	test_writer_add_many(&w, 1);
	test_writer_end(&w);
	test_segment_remove(2);
	found = expect_findings(ET_FINDING_DROPPED, 1);
	assert_int_equal(found.first.attempted, 61);
	assert_int_equal(found.first.lost, 20);
	/* No LOST record reports segment 3. */
	test_segment_remove(3);
	(void)expect_findings(ET_FINDING_GAP, 1);
}

static void verify_duplicates(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	w.seq = 6;
	test_writer_turn(&w);
	test_writer_add_many(&w, 3);
	w.seq = 12;
	test_writer_turn(&w);
	test_writer_end(&w);
	found = verify();
	assert_int_equal(found.of_kind[ET_FINDING_DUPLICATE], 1);
	assert_int_equal(found.first.duplicates, 4);
	assert_int_equal(found.of_kind[ET_FINDING_GAP], 1);
	assert_string_equal(found.message,
			    "segment 3: 3 records are missing before it: numbers 9 to 11");
	assert_int_equal(found.first.faults, 2);
}

static void verify_account(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	w.not_counted = 1;
	test_writer_turn(&w);
	test_writer_add_lost(&w, 5, 0);
	w.lost = 4;
	test_writer_end(&w);
	found = expect_findings(ET_FINDING_ACCOUNT, 2);
	assert_string_equal(found.message,
			    "segment 2: its account has 4 lost events, and its LOST records 5");
}

static void verify_damaged(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_turn(&w);
	test_writer_add_many(&w, 10);
	test_writer_end(&w);
	test_segment_flip_bit(1, test_segment_size(1) / 2);
	found = expect_findings(ET_FINDING_DAMAGED, 1);
	assert_non_null(strstr(found.message, "segment 1 is damaged at byte "));
}

static void verify_killed(void **state)
{
	struct test_writer w;
	struct found found;

	(void)state;
	test_writer_killed(1 << 20, 500);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_string_equal(found.message,
			    "segment 1: its session ended without its end, after 500 records of "
			    "the segment");
	w = test_writer_begin_as("other", test_config(1 << 20, 0));
	test_writer_add_many(&w, 10);
	test_writer_end(&w);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_int_equal(found.sessions, 2);
	assert_int_equal(found.first.faults, 1);
	assert_int_equal(found.second.faults, 0);
	assert_int_equal(found.second.received, 10);
}

/* The last segment in the folder is complete, but it is not the last one of its session. */
static void verify_without_last(void **state)
{
	struct test_writer w = test_writer_begin(test_config(1 << 20, 0));
	struct found found;

	(void)state;
	test_writer_add_many(&w, 10);
	test_writer_end_segment(&w, false);
	assert_int_equal(et_spool_drain(w.spool, test_after_ns(10 * S)), 0);
	/* The writer still runs, and may begin the next segment. */
	(void)expect_findings(ET_FINDING_CUT, 0);
	et_spool_close(w.spool);
	found = expect_findings(ET_FINDING_CUT, 1);
	assert_string_equal(found.message,
			    "segment 1: its session ended without its end, after record 10");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_folder_make, test_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(verify_whole),      TEST(verify_gap),          TEST(verify_dropped),
		TEST(verify_duplicates), TEST(verify_account),      TEST(verify_damaged),
		TEST(verify_killed),     TEST(verify_without_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
