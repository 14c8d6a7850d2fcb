/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sender puts into a topic, with one fault in each test. */
#include "tools/ship/verify/ledger.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/ship/recording_bytes.h"
#include "tools/ship/spool_maker.h"

#define KINDS 16

/* When the messages were sent, in ms since 1970. */
#define SENT_MS 1767225600000LL

static struct ledger *ledger;
static unsigned int found[KINDS];
static char last_message[2048];

/* Of the messages that follow. */
static const char *boot;
static int64_t sent_ms;

static void on_finding(void *ctx, const struct ledger_finding *finding)
{
	assert_ptr_equal(ctx, found);
	assert_int_equal(finding->is_fault, finding->kind < LEDGER_DUPLICATE);
	found[finding->kind]++;
	snprintf(last_message, sizeof(last_message), "%s", finding->message);
}

static int set_up(void **state)
{
	(void)state;
	memset(found, 0, sizeof(found));
	*last_message = '\0';
	boot = "boot";
	sent_ms = SENT_MS;
	return ledger_new(on_finding, found, &ledger);
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(ledger);
	return 0;
}

static void see(const char *host, uint64_t segment, const char *payload)
{
	const struct ship_received message = {
		.host = host,
		.boot_id = boot,
		.session = "session",
		.kind = "",
		.format = "json",
		.segment = segment,
		.payload = payload,
		.size = strlen(payload),
		.time_ms = sent_ms,
	};

	assert_int_equal(ledger_see(ledger, &message), 0);
}

/* A message with the events from @first on, before @next. */
static void see_events(uint64_t segment, uint64_t first, uint64_t next)
{
	char text[4096];
	size_t len = 0;

	for (uint64_t seq = first; seq < next; seq++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"{\"event_type\":\"PROCESS_SETSID\",\"seq\":%" PRIu64 "}\n",
					seq);
	see("host", segment, text);
}

/* One LOST line. */
static void see_lost(uint64_t segment, uint64_t seq, uint64_t count, uint64_t dropped)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"event_type\":\"LOST\",\"count\":%" PRIu64 ",\"segment\":%" PRIu64
		 ",\"seq\":%" PRIu64 "}\n",
		 count, dropped, seq);
	see("host", segment, text);
}

struct account {
	const char *moment;
	uint64_t segment, first, next, received, lost, rejected, attempted;
};

static void see_account(struct account a)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"type\":\"SHIP_ACCOUNT\",\"moment\":\"%s\",\"segment\":%" PRIu64
		 ",\"first_seq\":%" PRIu64 ",\"next_seq\":%" PRIu64 ",\"received\":%" PRIu64
		 ",\"lost\":%" PRIu64 ",\"rejected\":%" PRIu64 ",\"attempted\":%" PRIu64 "}\n",
		 a.moment, a.segment, a.first, a.next, a.received, a.lost, a.rejected, a.attempted);
	see("host", a.segment, text);
}

static void see_start(void)
{
	see_account((struct account){ "start", 1, 0, 0, 0, 0, 0, 0 });
}

/* The whole of a segment, all of whose records are events. */
static void see_segment(uint64_t segment, uint64_t first, uint64_t next)
{
	see_events(segment, first, next);
	see_account((struct account){ "segment_end", segment, first, next, next - first, 0, 0,
				      next - first });
}

static void see_end(uint64_t segment, uint64_t seq)
{
	see_account((struct account){ "session_end", segment, seq, seq, 0, 0, 0, 0 });
}

static int finish(void)
{
	return ledger_finish(ledger, SENT_MS + 1000);
}

static void check_sums(uint64_t attempted, uint64_t received, uint64_t lost)
{
	struct ledger_session session;

	assert_true(ledger_session(ledger, 0, &session));
	assert_int_equal(session.attempted, attempted);
	assert_int_equal(session.received, received);
	assert_int_equal(session.lost, lost);
}

/* Only findings of one kind, @count of them. */
static void check_only(enum ledger_kind kind, unsigned int count)
{
	for (unsigned int i = 0; i < KINDS; i++)
		if (found[i] != (i == kind ? count : 0))
			fail_msg("%u findings of kind %u; the last: %s", found[i], i, last_message);
}

static void test_whole(void **state)
{
	struct ledger_session session;

	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_events(2, 10, 12);
	see_lost(2, 12, 7, 0);
	see_account((struct account){ "session_end", 2, 10, 13, 2, 7, 0, 9 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_GAP, 0);
	check_sums(19, 12, 7);
	assert_true(ledger_session(ledger, 0, &session));
	assert_true(session.ended);
	assert_string_equal(session.host, "host");
	assert_string_equal(session.boot_id, "boot");
	assert_string_equal(session.session, "session");
	assert_false(ledger_session(ledger, 1, &session));
}

static void test_gap(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 4);
	see_events(1, 6, 10);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 2);
	assert_int_equal(found[LEDGER_GAP], 1);
	assert_int_equal(found[LEDGER_ACCOUNT], 1);
	check_sums(10, 8, 0);
}

static void test_first_missing(void **state)
{
	(void)state;
	see_start();
	see_events(1, 1, 10);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 2);
	assert_int_equal(found[LEDGER_GAP], 1);
}

static void test_last_missing(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 9);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 2);
	assert_int_equal(found[LEDGER_GAP], 1);
}

/* A message that is missing between two that are there, where only a LOST line differs. */
static void test_lost_line_missing(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 3);
	see_account((struct account){ "session_end", 1, 0, 4, 3, 7, 0, 10 });
	assert_int_equal(finish(), 2);
	assert_int_equal(found[LEDGER_ACCOUNT], 1);
	check_sums(10, 3, 0);
}

/* The tracer's own account does not add up. */
static void test_not_attempted(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 11 });
	assert_int_equal(finish(), 1);
	check_only(LEDGER_ACCOUNT, 1);
	check_sums(11, 10, 0);
}

static void test_order(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 3);
	see_events(1, 6, 10);
	see_events(1, 3, 6);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 1);
	check_only(LEDGER_ORDER, 1);
	assert_non_null(strstr(last_message, "numbers 3 to 5 "));
}

/* No key, or another number of partitions: the session is in two of them. */
static void test_partitions(void **state)
{
	static const char line[] = "{\"event_type\":\"PROCESS_SETSID\",\"seq\":0}\n";
	struct ship_received message = {
		.host = "host",
		.boot_id = "boot",
		.session = "session",
		.kind = "events",
		.format = "json",
		.segment = 1,
		.payload = line,
		.size = strlen(line),
		.partition = 2,
		.time_ms = SENT_MS,
	};

	(void)state;
	assert_int_equal(ledger_see(ledger, &message), 0);
	assert_int_equal(found[LEDGER_ORDER], 0);
	message.partition = 3;
	assert_int_equal(ledger_see(ledger, &message), 0);
	assert_non_null(strstr(last_message, "in partitions 2 and 3"));
	assert_int_equal(ledger_see(ledger, &message), 0);
	assert_int_equal(found[LEDGER_ORDER], 1);
}

/* A sender was killed: its successor sends a part again, and the account too. */
static void test_duplicates(void **state)
{
	struct ledger_session session;

	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_events(1, 4, 10);
	see_account((struct account){ "session_end", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_DUPLICATE, 1);
	assert_non_null(strstr(last_message, "numbers 4 to 9 are there twice"));
	check_sums(10, 10, 0);
	assert_true(ledger_session(ledger, 0, &session));
	assert_int_equal(session.duplicates, 6);
}

/* The successor of a killed sender reads the segment again, and stops in the middle. */
static void test_repeated_account(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 0 });
	see_start();
	see_events(1, 0, 4);
	see_account((struct account){ "running", 1, 0, 4, 4, 0, 0, 0 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_DUPLICATE, 1);
	check_sums(10, 10, 0);
}

/* The same at the end of the segment, where nothing is missing in the account. */
static void test_repeated_account_at_end(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 0 });
	see_segment(2, 10, 20);
	see_end(3, 20);
	assert_int_equal(finish(), 0);
	check_sums(20, 20, 0);
}

/* LOST lines name the segments that the tracer has dropped. */
static void test_dropped(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	/* Segments 2 and 3 had the numbers 10 to 29. */
	see_lost(4, 30, 10, 2);
	see_lost(4, 31, 10, 3);
	see_account((struct account){ "session_end", 4, 30, 32, 0, 20, 0, 20 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_DROPPED, 1);
	check_sums(30, 10, 20);
}

/* LOST lines of the next boot report the last segments of the boot before. */
static void test_dropped_before_boot(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	/* Segment 2 had the numbers 10 to 19. */
	see_events(3, 20, 22);
	see_account((struct account){ "session_end", 3, 20, 22, 2, 0, 0, 2 });
	boot = "next";
	sent_ms += 1000;
	see_account((struct account){ "start", 4, 0, 0, 0, 0, 0, 0 });
	see_lost(4, 0, 10, 2);
	see_account((struct account){ "session_end", 4, 0, 1, 0, 10, 0, 10 });
	/* The sender was killed, and a second one sends the end of the first boot again. */
	boot = "boot";
	see_events(3, 20, 22);
	see_account((struct account){ "session_end", 3, 20, 22, 2, 0, 0, 2 });
	assert_int_equal(finish(), 0);
	assert_int_equal(found[LEDGER_DROPPED], 1);
}

/* Another machine of the same name has dropped its own segment 2. */
static void test_two_machines(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	boot = "other";
	see_account((struct account){ "start", 4, 0, 0, 0, 0, 0, 0 });
	see_lost(4, 0, 10, 2);
	see_account((struct account){ "session_end", 4, 0, 1, 0, 10, 0, 10 });
	boot = "boot";
	sent_ms += 500;
	see_segment(3, 20, 30);
	see_end(4, 30);
	assert_int_equal(finish(), 1);
	check_only(LEDGER_GAP, 1);
}

/* A segment is missing that no LOST line names: here, one of two. */
static void test_uncounted_drop(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_lost(4, 30, 10, 2);
	see_account((struct account){ "session_end", 4, 30, 31, 0, 10, 0, 10 });
	assert_int_equal(finish(), 1);
	check_only(LEDGER_GAP, 1);
}

/* A dropped segment that was sent in part: LOST lines report all of it. */
static void test_dropped_half(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_events(2, 10, 14);
	see_account((struct account){ "running", 2, 10, 14, 4, 0, 0, 0 });
	see_lost(3, 20, 10, 2);
	see_account((struct account){ "session_end", 3, 20, 21, 0, 10, 0, 10 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_DROPPED, 2);
	check_sums(20, 10, 10);
}

/* Without its account, the end of a segment could be missing. */
static void test_no_end_of_segment(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_segment(2, 10, 20);
	see_end(3, 20);
	assert_int_equal(finish(), 1);
	check_only(LEDGER_ACCOUNT, 1);
}

/* The probes have attempted ten events, and the sender could not decode one record. */
static void test_rejected(void **state)
{
	struct ledger_session session;

	(void)state;
	see_start();
	see_events(1, 0, 4);
	see_events(1, 5, 10);
	see_account((struct account){ "session_end", 1, 0, 10, 9, 0, 1, 10 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_DROPPED, 1);
	check_sums(10, 9, 0);
	assert_true(ledger_session(ledger, 0, &session));
	assert_int_equal(session.rejected, 1);
	assert_true(ledger_adds_up(&session));
}

static void test_cut(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "cut", 1, 0, 10, 10, 0, 0, 0 });
	assert_int_equal(finish(), 1);
	check_only(LEDGER_CUT, 1);
	assert_non_null(strstr(last_message, "without its end after number 9"));
	check_sums(10, 10, 0);
}

/* A damaged segment in the middle: its end is missing, and the session continues. */
static void test_damaged(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "cut", 1, 0, 10, 10, 0, 0, 0 });
	see_segment(2, 15, 20);
	see_end(3, 20);
	assert_int_equal(finish(), 2);
	assert_int_equal(found[LEDGER_DAMAGED], 1);
	assert_int_equal(found[LEDGER_GAP], 1);
}

/* It runs: what is behind the last account is not verified yet. */
static void test_running(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 0 });
	see_events(1, 10, 13);
	assert_int_equal(finish(), 0);
	check_only(LEDGER_BEHIND, 1);
	check_sums(10, 10, 0);
}

static void test_silent(void **state)
{
	(void)state;
	see_start();
	see_events(1, 0, 10);
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 0 });
	assert_int_equal(ledger_finish(ledger, SENT_MS + 29999), 0);
	assert_int_equal(ledger_finish(ledger, SENT_MS + 30000), 1);
	check_only(LEDGER_SILENT, 1);
	assert_non_null(strstr(last_message, "silent for 30 s, after number 9"));
}

/* A session that has ended may be silent. */
static void test_silent_after_end(void **state)
{
	(void)state;
	see_start();
	see_segment(1, 0, 10);
	see_end(2, 10);
	assert_int_equal(ledger_finish(ledger, SENT_MS + 1000000), 0);
}

/* The topic's first messages have expired: a part of segment 1, which is not verified then. */
static void test_expired(void **state)
{
	(void)state;
	ledger_begin_partition(ledger, 0, 77);
	see_events(1, 6, 10);
	see_account((struct account){ "segment_end", 1, 0, 10, 10, 0, 0, 10 });
	see_segment(2, 10, 20);
	see_end(3, 20);
	assert_int_equal(finish(), 0);
	check_only(LEDGER_BEFORE, 3);
	check_sums(10, 10, 0);
}

/* All events have expired, and only accounts of an idle host are in sight. */
static void test_only_accounts(void **state)
{
	(void)state;
	ledger_begin_partition(ledger, 0, 77);
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 10 });
	see_account((struct account){ "running", 1, 0, 10, 10, 0, 0, 10 });
	assert_int_equal(finish(), 0);
	check_only(LEDGER_BEFORE, 3);
}

/* The same where nothing has expired. */
static void test_head_missing(void **state)
{
	(void)state;
	ledger_begin_partition(ledger, 0, 0);
	see_segment(2, 10, 20);
	see_end(3, 20);
	assert_int_equal(finish(), 1);
	check_only(LEDGER_GAP, 1);
}

static void test_hosts(void **state)
{
	struct ledger_session session;

	(void)state;
	see("a", 1, "{\"event_type\":\"PROCESS_SETSID\",\"seq\":0}\n");
	see("b", 1, "{\"event_type\":\"PROCESS_SETSID\",\"seq\":0}\n");
	see("a", 1, "{\"event_type\":\"PROCESS_SETSID\",\"seq\":1}\n");
	assert_int_equal(finish(), 0);
	assert_true(ledger_session(ledger, 1, &session));
	assert_string_equal(session.host, "b");
	assert_int_equal(session.duplicates, 0);
}

static void test_foreign(void **state)
{
	(void)state;
	see("host", 1, "hello");
	see("\033[31m", 1, "{}\n");
	assert_int_equal(finish(), 2);
	check_only(LEDGER_DAMAGED, 2);
	/* What comes from the topic cannot control a terminal. */
	assert_null(strchr(last_message, '\033'));
}

/* A line that is no event hides none of those behind it. */
static void test_foreign_line(void **state)
{
	(void)state;
	see_start();
	see("host", 1,
	    "hello\n{\"event_type\":\"PROCESS_SETSID\",\"seq\":0}\n"
	    "{}\n{\"event_type\":\"PROCESS_SETSID\",\"seq\":1}");
	see_account((struct account){ "session_end", 1, 0, 2, 2, 0, 0, 2 });
	assert_int_equal(finish(), 1);
	check_only(LEDGER_DAMAGED, 1);
	assert_non_null(strstr(last_message, "host host, "));
	assert_non_null(strstr(last_message, "no event: 2 of its lines are no events"));
	check_sums(2, 2, 0);
}

/* A recording in a message, which no sender compresses. */
static void test_recording(void **state)
{
	static char recording[32768], frame[sizeof(recording) + RECORDING_BYTES_FRAME];
	struct ship_received message = {
		.host = "host",
		.boot_id = "boot",
		.session = "session",
		.kind = "events",
		.format = "record",
		.segment = 1,
		.time_ms = SENT_MS,
	};
	struct spool_maker maker;
	size_t size;

	(void)state;
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	size = recording_bytes_read(spool_maker_path(&maker, 1), recording, sizeof(recording));
	spool_maker_remove(&maker);
	message.payload = recording;
	message.size = size;
	assert_int_equal(ledger_see(ledger, &message), 0);
	check_only(LEDGER_DAMAGED, 0);
	message.payload = frame;
	message.size = recording_bytes_frame(recording, size, frame);
	assert_int_equal(ledger_see(ledger, &message), 0);
	check_only(LEDGER_DAMAGED, 1);
	assert_non_null(strstr(last_message, "no event: its recording is compressed"));
	message.payload = recording;
	message.size = size - 1;
	assert_int_equal(ledger_see(ledger, &message), 0);
	check_only(LEDGER_DAMAGED, 2);
	assert_non_null(strstr(last_message, "host host, "));
	assert_non_null(strstr(last_message, "no event: its recording is cut off"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whole),
		TEST(test_gap),
		TEST(test_first_missing),
		TEST(test_last_missing),
		TEST(test_lost_line_missing),
		TEST(test_not_attempted),
		TEST(test_order),
		TEST(test_partitions),
		TEST(test_duplicates),
		TEST(test_repeated_account),
		TEST(test_repeated_account_at_end),
		TEST(test_dropped),
		TEST(test_dropped_before_boot),
		TEST(test_two_machines),
		TEST(test_uncounted_drop),
		TEST(test_dropped_half),
		TEST(test_no_end_of_segment),
		TEST(test_rejected),
		TEST(test_cut),
		TEST(test_damaged),
		TEST(test_running),
		TEST(test_silent),
		TEST(test_silent_after_end),
		TEST(test_expired),
		TEST(test_only_accounts),
		TEST(test_head_missing),
		TEST(test_hosts),
		TEST(test_foreign),
		TEST(test_foreign_line),
		TEST(test_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
