/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/summary.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/include/eventstrace_events.h"

/* ---- a fake session ---------------------------------------------------------------------- */

static const struct et_event_stats fake_events[] = {
	{ .id = 2,
	  .attempted = 3012,
	  .sent = 3000,
	  .lost = 12,
	  .lost_by = { [1] = 10, [2] = 2 },
	  .filtered = 5,
	  .truncated = 1,
	  .bytes = 34567890,
	  .received = 2999,
	  .written = 2998 },
	{ .id = 6, .attempted = 7, .sent = 7, .bytes = 700, .received = 7, .written = 7 },
	{ .id = 4 },
};

static const struct et_hook fake_hooks[] = {
	{ 2, ET_ATTACH_FENTRY, "fentry/exec", false, "refused" },
	{ 2, ET_ATTACH_TRACEPOINT, "tp_btf/exec", true, NULL },
	{ 6, ET_ATTACH_TRACEPOINT, "tp/enter", true, NULL },
	{ 6, ET_ATTACH_TRACEPOINT, "tp/exit", true, NULL },
	{ 4, ET_ATTACH_KPROBE, "kprobe/create", false, "not built" },
};

static int fake_count, fake_error, fake_recorded;
static bool fake_whole, fake_accounted;

int et_session__event_stats_sized(struct et_session *s, struct et_event_stats *ret, size_t row_size,
				  size_t max)
{
	(void)s;
	assert_int_equal(row_size, sizeof(*ret));
	assert_true(max >= 3);
	for (int i = 0; i < fake_count; i++)
		ret[i] = fake_events[i];
	return fake_count;
}

int et_session__stats(struct et_session *s, struct et_session_stats *ret)
{
	(void)s;
	assert_int_equal(ret->sz, sizeof(*ret));
	if (fake_error)
		return fake_error;
	ret->malformed = 1;
	ret->wakeups = 9;
	ret->output_bytes = 123456;
	ret->recorded_bytes = fake_recorded;
	ret->locked_ring = 8192 * 1024;
	ret->locked_scratch = 512 * 1024;
	ret->locked_maps = 64 * 1024;
	ret->cpus_possible = 2;
	ret->wire_format = "varlen";
	ret->accounted = true;
	ret->missing = 1;
	ret->lost_told = 13;
	ret->lost_written = 11;
	return 0;
}

static uint64_t fake_refused;

int et_session__table_stats_sized(struct et_session *s, struct et_table_stats *ret, size_t row_size,
				  size_t max)
{
	(void)s;
	assert_int_equal(row_size, sizeof(*ret));
	assert_true(max >= 2);
	ret[0] = (struct et_table_stats){ "lookups", fake_refused };
	ret[1] = (struct et_table_stats){ "attempts", 0 };
	return 2;
}

static const struct et_user_stats fake_users[] = { { 1000, 0, 40 }, { 65534, 0, 2 } };
static size_t fake_user_count;

int et_session__user_stats_sized(struct et_session *s, struct et_user_stats *ret, size_t row_size,
				 size_t max)
{
	(void)s;
	assert_int_equal(row_size, sizeof(*ret));
	assert_true(max >= 2);
	ret[0] = fake_users[0];
	ret[1] = fake_users[1];
	return (int)fake_user_count;
}

static const struct et_not_recorded_stats fake_not_recorded[] = {
	{ 0, ET_EVENT_LOST_CAUSE_SPOOL_FULL, 1 },
	{ 2, ET_EVENT_LOST_CAUSE_QUEUE_FULL, 3 },
	{ 2, ET_EVENT_LOST_CAUSE_DISK_FULL, 4 },
	{ 4, ET_EVENT_LOST_CAUSE_SPOOL_FULL, 5 },
};
static size_t fake_not_recorded_count;

int et_session__not_recorded_sized(struct et_session *s, struct et_not_recorded_stats *ret,
				   size_t row_size, size_t max)
{
	(void)s;
	assert_int_equal(row_size, sizeof(*ret));
	assert_true(max >= fake_not_recorded_count);
	memcpy(ret, fake_not_recorded, fake_not_recorded_count * sizeof(*ret));
	return (int)fake_not_recorded_count;
}

static int fake_left_out;

int et_session__left_out_sized(struct et_session *s, struct et_left_out *ret, size_t row_size,
			       size_t max, uint64_t *ret_others)
{
	(void)s;
	assert_int_equal(row_size, sizeof(*ret));
	assert_true(max >= 2);
	ret[0] = (struct et_left_out){ .tgid = 71, .comm = "tee", .events = 12 };
	/* The name has 16 bytes and no NUL. */
	ret[1] = (struct et_left_out){ .tgid = 72, .events = 3 };
	memcpy(ret[1].comm, "a\"b\x1b[2J\xff--------", 16);
	*ret_others = fake_left_out ? 5 : 0;
	return fake_left_out;
}

const struct et_hook *et_session__hooks(const struct et_session *s, size_t *ret_count)
{
	(void)s;
	*ret_count = sizeof(fake_hooks) / sizeof(*fake_hooks);
	return fake_hooks;
}

/* ---- a fake recording -------------------------------------------------------------------- */

int et_replay__event_stats_sized(struct et_replay *r, struct et_event_stats *ret, size_t row_size,
				 size_t max)
{
	(void)r;
	return et_session__event_stats_sized(NULL, ret, row_size, max);
}

int et_replay__stats(struct et_replay *r, struct et_session_stats *ret)
{
	(void)r;
	if (fake_error)
		return fake_error;
	ret->output_bytes = 123456;
	ret->malformed = 1;
	ret->wire_format = "varlen";
	ret->cpus_possible = 2;
	ret->accounted = fake_accounted;
	return 0;
}

bool et_replay__whole(const struct et_replay *r)
{
	(void)r;
	return fake_whole;
}

/* ---- tests ------------------------------------------------------------------------------- */

static struct summary take(int events)
{
	struct summary s;

	fake_count = events;
	fake_error = 0;
	assert_int_equal(summary_take(NULL, &s), 0);
	return s;
}

static void text_is(const struct summary *s, const char *expected)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(summary_print_text(s, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void json_is(const struct summary *s, const char *expected)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	summary_print_json(s, out);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expected);
	free(text);
}

static void text(void **state)
{
	struct summary s;

	(void)state;
	fake_refused = 67;
	s = take(3);
	fake_refused = 0;
	text_is(&s,
		"event            attempted  sent  received  written  lost  truncated  filtered     "
		"bytes  hook\n"
		"process-exec          3012  3000      2999     2998    12          1         5  "
		"34567890  tp_btf/exec\n"
		"net-conn-closed          7     7         7        7     0          0         0       "
		"700  tp/enter + tp/exit\n"
		"file-create              0     0         0        0     0          0         0         "
		"0  not attached\n"
		"total                 3019  3007      3006     3005    12          1         5  "
		"34568590\n"
		"lost process-exec: 10 RING_FULL, 2 NO_LANE\n"
		"the table lookups had no room 67 times\n"
		"locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		"(per-CPU maps for 2 possible CPUs)\n"
		"wire format: varlen; reader woken 9 times; output 123456 bytes; "
		"malformed records: 1\n"
		"every event is accounted for: 3019 attempted = 3006 received + 12 lost, "
		"1 missing; LOST lines report 11\n"
		"eventstrace: 3005 events, 12 lost, 1 sent but not received\n");
}

/*
 * On a terminal, the table has only rows that are not 0, and hooks only if requested. During the
 * recording, there is no account.
 */
static void text_at_a_terminal(void **state)
{
	struct summary s = take(3);
	static const char cost[] =
		"locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		"(per-CPU maps for 2 possible CPUs)\n"
		"wire format: varlen; reader woken 9 times; output 123456 bytes; "
		"malformed records: 1\n";
	char expected[2048];

	(void)state;
	s.brief = s.running = true;
	s.events[0] = fake_events[1];
	snprintf(expected, sizeof(expected),
		 "event            attempted  sent  received  written  lost  truncated  filtered  "
		 "bytes\n"
		 "net-conn-closed          7     7         7        7     0          0         0  "
		 "  700\n"
		 "net-conn-closed          7     7         7        7     0          0         0  "
		 "  700\n"
		 "total                   14    14        14       14     0          0         0  "
		 " 1400\n"
		 "%seventstrace: so far 14 events, 0 lost\n",
		 cost);
	text_is(&s, expected);
	s.event_count = 1;
	s.verbose = true;
	snprintf(expected, sizeof(expected),
		 "event            attempted  sent  received  written  lost  truncated  filtered  "
		 "bytes  hook\n"
		 "net-conn-closed          7     7         7        7     0          0         0  "
		 "  700  tp/enter + tp/exit\n"
		 "%seventstrace: so far 7 events, 0 lost\n",
		 cost);
	text_is(&s, expected);
	s.events[0] = fake_events[2];
	snprintf(expected, sizeof(expected), "%seventstrace: so far 0 events, 0 lost\n", cost);
	text_is(&s, expected);
}

static void json_while_running(void **state)
{
	struct summary s = take(0);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	s.running = true;
	assert_non_null(out);
	summary_print_json(&s, out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, ",\"running\":true}\n"));
	free(text);
}

static void text_of_one_event_has_no_total(void **state)
{
	struct summary s = take(1);

	(void)state;
	s.events[0] = fake_events[1];
	s.session.missing = s.session.lost_told = s.session.lost_written = 0;
	text_is(&s,
		"event            attempted  sent  received  written  lost  truncated  filtered  "
		"bytes  hook\n"
		"net-conn-closed          7     7         7        7     0          0         0  "
		"  700  tp/enter + tp/exit\n"
		"locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		"(per-CPU maps for 2 possible CPUs)\n"
		"wire format: varlen; reader woken 9 times; output 123456 bytes; "
		"malformed records: 1\n"
		"every event is accounted for: 7 attempted = 7 received + 0 lost\n"
		"eventstrace: 7 events, 0 lost\n");
}

static void text_of_an_account_that_does_not_add_up(void **state)
{
	struct summary s = take(1);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	s.session.accounted = false;
	s.session.lost_told = s.session.lost_written = 7;
	assert_non_null(out);
	assert_int_equal(summary_print_text(&s, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text,
			       "\nNOT every event is accounted for: 3012 attempted, 2999 received, "
			       "12 lost, 1 missing; found to be lost: 7\n"));
	free(text);
}

static void text_says_why_not_direct(void **state)
{
	struct summary s = take(1);
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	s.session.wire_format = "auto: varlen";
	s.session.wire_format_why = "the kernel is old";
	assert_non_null(out);
	assert_int_equal(summary_print_text(&s, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, "\nwire format: auto: varlen (the kernel is old); reader "));
	free(text);
}

static void users(void **state)
{
	char *printed = NULL;
	size_t size;
	struct summary s;
	FILE *out;

	(void)state;
	fake_user_count = 2;
	s = take(3);
	fake_user_count = 0;
	out = open_memstream(&printed, &size);
	assert_non_null(out);
	assert_int_equal(summary_print_text(&s, out), 0);
	summary_print_json(&s, out);
	fclose(out);
	assert_non_null(strstr(
		printed, "\nlost for their user's share of a ring: user 1000 40, user 65534 2\n"));
	assert_non_null(strstr(printed, ",\"refused_users\":[{\"uid\":1000,\"events\":40},"
					"{\"uid\":65534,\"events\":2}],"));
	free(printed);
}

static void json(void **state)
{
	struct summary s = take(3);

	(void)state;
	json_is(&s,
		"{\"events\":{"
		"\"process-exec\":{\"attempted\":3012,\"sent\":3000,\"received\":2999,"
		"\"written\":2998,\"lost\":12,\"truncated\":1,\"filtered\":5,"
		"\"bytes\":34567890,\"lost_by_cause\":{\"RING_FULL\":10,\"NO_LANE\":2},"
		"\"hooks\":[\"tp_btf/exec\"]},"
		"\"net-conn-closed\":{\"attempted\":7,\"sent\":7,\"received\":7,\"written\":7,"
		"\"lost\":0,\"truncated\":0,\"filtered\":0,\"bytes\":700,\"lost_by_cause\":{},"
		"\"hooks\":[\"tp/enter\",\"tp/exit\"]},"
		"\"file-create\":{\"attempted\":0,\"sent\":0,\"received\":0,\"written\":0,"
		"\"lost\":0,\"truncated\":0,\"filtered\":0,\"bytes\":0,"
		"\"lost_by_cause\":{},\"hooks\":[]}},"
		"\"total\":{\"attempted\":3019,\"sent\":3007,\"received\":3006,"
		"\"written\":3005,\"lost\":12,\"truncated\":1,\"filtered\":5,"
		"\"bytes\":34568590,\"lost_by_cause\":{\"RING_FULL\":10,\"NO_LANE\":2}},"
		"\"accounted\":true,\"missing\":1,\"lost_told\":13,\"lost_written\":11,"
		"\"malformed\":1,\"wakeups\":9,\"output_bytes\":123456,"
		"\"recorded_bytes\":0,"
		"\"locked\":{\"rings\":8388608,\"scratch\":524288,\"maps\":65536,"
		"\"total\":8978432},\"cpus_possible\":2,\"tree_missed\":0,\"skipped\":0,\"wire_format\":\"varlen\","
		"\"refused\":{\"lookups\":0,\"attempts\":0},"
		"\"grown\":{\"sockets\":0,\"tasks\":0},\"refused_users\":[],"
		"\"left_out\":[],\"left_out_others\":0,"
		"\"switched_off\":false,\"away_ns\":0,\"away_longest_ns\":0}\n");
}

/* Make the summary of a session whose counts add up. */
static struct summary take_accounted(void)
{
	struct summary s = take(0);

	s.session.accounted = true;
	s.session.missing = s.session.lost_told = s.session.lost_written = 0;
	return s;
}

static void events_that_segments_lack(void **state)
{
	struct summary s;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	fake_not_recorded_count = sizeof(fake_not_recorded) / sizeof(*fake_not_recorded);
	s = take_accounted();
	fake_not_recorded_count = 0;
	s.session.not_recorded = 13;
	summary_print_json(&s, out);
	summary_print_text(&s, out);
	fclose(out);
	assert_non_null(strstr(text, ",\"not_recorded\":13,\"not_recorded_by_event\":{"
				     "\"unknown\":{\"SPOOL_FULL\":1},"
				     "\"process-exec\":{\"QUEUE_FULL\":3,\"DISK_FULL\":4},"
				     "\"file-create\":{\"SPOOL_FULL\":5}}}\n"));
	assert_non_null(strstr(text, "\n13 events are NOT in the folder of segments: 1 unknown "
				     "SPOOL_FULL, 3 process-exec QUEUE_FULL, 4 process-exec "
				     "DISK_FULL, 5 file-create SPOOL_FULL\n"));
	free(text);
}

/* Several rings of a kind. The number of rings is unknown in a replay. */
static void rings(void **state)
{
	struct summary s = take_accounted();
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	s.session.lifecycle_rings = 2;
	s.session.lifecycle_ring_bytes = 524288;
	s.session.bulk_rings = 8;
	s.session.bulk_ring_bytes = 262144;
	summary_print_json(&s, out);
	summary_print_text(&s, out);
	fclose(out);
	assert_non_null(strstr(text,
			       ",\"ring_shards\":{\"lifecycle\":{\"count\":2,\"bytes\":524288},"
			       "\"bulk\":{\"count\":8,\"bytes\":262144}}}\n"));
	assert_non_null(strstr(text, "\nrings: lifecycle 2 of 512 KiB, bulk 8 of 256 KiB; each CPU "
				     "uses one of each\n"));
	free(text);
}

/* Without /proc and /sys, locked memory and CPUs are unknown. */
static void unknown(void **state)
{
	struct summary s = take_accounted();

	(void)state;
	s.session.locked_unknown = true;
	s.session.cpus_possible = 0;
	text_is(&s, "event  attempted  sent  received  written  lost  truncated  filtered  bytes  "
		    "hook\n"
		    "locked memory: not known: /proc does not tell\n"
		    "wire format: varlen; reader woken 9 times; output 123456 bytes; "
		    "malformed records: 1\n"
		    "every event is accounted for: 0 attempted = 0 received + 0 lost\n"
		    "eventstrace: 0 events, 0 lost\n");
	json_is(&s, "{\"events\":{},\"total\":{\"attempted\":0,\"sent\":0,\"received\":0,"
		    "\"written\":0,\"lost\":0,\"truncated\":0,\"filtered\":0,\"bytes\":0,"
		    "\"lost_by_cause\":{}},\"accounted\":true,\"missing\":0,\"lost_told\":0,"
		    "\"lost_written\":0,\"malformed\":1,\"wakeups\":9,\"output_bytes\":123456,"
		    "\"recorded_bytes\":0,\"locked\":null,\"cpus_possible\":null,\"tree_missed\":0,"
		    "\"skipped\":0,\"wire_format\":\"varlen\","
		    "\"refused\":{\"lookups\":0,\"attempts\":0},"
		    "\"grown\":{\"sockets\":0,\"tasks\":0},\"refused_users\":[],"
		    "\"left_out\":[],\"left_out_others\":0,"
		    "\"switched_off\":false,\"away_ns\":0,\"away_longest_ns\":0}\n");
}

static void interference(void **state)
{
	struct summary s = take(0);
	size_t size;
	char *text;
	FILE *out;

	(void)state;
	s.session.switched_off = true;
	s.session.away_ns = 3240000000;
	s.session.away_longest_ns = 2100000000;
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(summary_print_text(&s, out), 0);
	summary_print_json(&s, out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text,
			       "\nanother process has switched the recording off: what happened "
			       "since is NOT known\nthe reader did not run for 3.2 s in all, 2.1 s "
			       "at once, while events waited: it was stopped, or had no CPU\n"));
	/* This line is printed only if processes were dropped. */
	assert_null(strstr(text, "context"));
	assert_non_null(strstr(text, ",\"switched_off\":true,\"away_ns\":3240000000,"
				     "\"away_longest_ns\":2100000000}\n"));
	free(text);
}

static void left_out(void **state)
{
	struct summary s;
	size_t size;
	char *text;
	FILE *out;

	(void)state;
	fake_left_out = 2;
	s = take(0);
	fake_left_out = 0;
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(summary_print_text(&s, out), 0);
	summary_print_json(&s, out);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text,
			       "\n71 tee: 12 events left out: it writes what a tracer printed\n"
			       "72 a\"b\\u001b[2J\\xff--------: 3 events left out: "));
	assert_non_null(strstr(text, "\nother processes: 5 events left out\n"));
	assert_non_null(strstr(text, ",\"left_out\":[{\"pid\":71,\"comm\":\"tee\",\"events\":12},"
				     "{\"pid\":72,\"comm\":\"a\\u0022b\\u001b[2J\\u00ff--------\","
				     "\"events\":3}],\"left_out_others\":5,"));
	free(text);
}

static void trees(void **state)
{
	struct summary s = take_accounted();

	(void)state;
	s.session.tree_missed = 3;
	text_is(&s, "event  attempted  sent  received  written  lost  truncated  filtered  bytes  "
		    "hook\n"
		    "locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		    "(per-CPU maps for 2 possible CPUs)\n"
		    "wire format: varlen; reader woken 9 times; output 123456 bytes; "
		    "malformed records: 1\n"
		    "no room for 3 processes of a tree: their events, and those of what "
		    "descends from them, are NOT judged by it\n"
		    "every event is accounted for: 0 attempted = 0 received + 0 lost\n"
		    "eventstrace: 0 events, 0 lost\n");
	json_is(&s,
		"{\"events\":{},\"total\":{\"attempted\":0,\"sent\":0,\"received\":0,"
		"\"written\":0,\"lost\":0,\"truncated\":0,\"filtered\":0,\"bytes\":0,"
		"\"lost_by_cause\":{}},\"accounted\":true,\"missing\":0,\"lost_told\":0,\"lost_written\":0,"
		"\"malformed\":1,\"wakeups\":9,\"output_bytes\":123456,"
		"\"recorded_bytes\":0,"
		"\"locked\":{\"rings\":8388608,\"scratch\":524288,\"maps\":65536,"
		"\"total\":8978432},\"cpus_possible\":2,\"tree_missed\":3,\"skipped\":0,"
		"\"wire_format\":\"varlen\","
		"\"refused\":{\"lookups\":0,\"attempts\":0},"
		"\"grown\":{\"sockets\":0,\"tasks\":0},\"refused_users\":[],"
		"\"left_out\":[],\"left_out_others\":0,"
		"\"switched_off\":false,\"away_ns\":0,\"away_longest_ns\":0}\n");
}

static void skipped(void **state)
{
	struct summary s = take_accounted();

	(void)state;
	s.session.skipped = 4;
	text_is(&s, "event  attempted  sent  received  written  lost  truncated  filtered  bytes  "
		    "hook\n"
		    "locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		    "(per-CPU maps for 2 possible CPUs)\n"
		    "wire format: varlen; reader woken 9 times; output 123456 bytes; "
		    "malformed records: 1\n"
		    "the kernel did not run a program 4 times that it should have: what happened "
		    "then is NOT known\n"
		    "every event is accounted for: 0 attempted = 0 received + 0 lost\n"
		    "eventstrace: 0 events, 0 lost\n");
}

static void recording(void **state)
{
	struct summary s;

	(void)state;
	fake_recorded = 7777;
	s = take_accounted();
	fake_recorded = 0;
	text_is(&s, "event  attempted  sent  received  written  lost  truncated  filtered  bytes  "
		    "hook\n"
		    "locked memory: 8768 KiB: rings 8192, scratch 512, other maps 64 "
		    "(per-CPU maps for 2 possible CPUs)\n"
		    "wire format: varlen; reader woken 9 times; output 123456 bytes, "
		    "recording 7777 bytes; malformed records: 1\n"
		    "every event is accounted for: 0 attempted = 0 received + 0 lost\n"
		    "eventstrace: 0 events, 0 lost\n");
}

static void replayed_text_is(const char *middle)
{
	char text[1024];
	struct summary s;

	fake_count = 1;
	assert_int_equal(summary_take_replay(NULL, &s), 0);
	snprintf(text, sizeof(text),
		 "event         attempted  sent  received  written  lost  truncated  filtered     "
		 "bytes  hook\n"
		 "process-exec       3012  3000      2999     2998    12          1         5  "
		 "34567890  replayed\n"
		 "%s"
		 "eventstrace: 2998 events, 12 lost, 1 sent but not recorded\n",
		 middle);
	text_is(&s, text);
}

static void replayed(void **state)
{
	struct summary s;

	(void)state;
	fake_error = 0;
	fake_whole = true;
	fake_accounted = true;
	replayed_text_is(
		"recorded with wire format varlen; output 123456 bytes; malformed records: "
		"1\nwhen it was recorded, every event was accounted for\n");
	fake_accounted = false;
	replayed_text_is(
		"recorded with wire format varlen; output 123456 bytes; malformed records: "
		"1\nwhen it was recorded, NOT every event was accounted for\n");
	fake_whole = false;
	replayed_text_is(
		"output 123456 bytes; malformed records: 1\n"
		"the recording's own account was not reached: it is at the end of the file\n");

	fake_count = 0;
	assert_int_equal(summary_take_replay(NULL, &s), 0);
	json_is(&s,
		"{\"events\":{},\"total\":{\"attempted\":0,\"sent\":0,\"received\":0,"
		"\"written\":0,\"lost\":0,\"truncated\":0,\"filtered\":0,\"bytes\":0},"
		"\"accounted\":false,\"missing\":0,\"lost_told\":0,\"lost_written\":0,"
		"\"malformed\":1,\"wakeups\":0,\"output_bytes\":123456,\"recorded_bytes\":0,"
		"\"locked\":{\"rings\":0,\"scratch\":0,\"maps\":0,\"total\":0},"
		"\"cpus_possible\":2,\"tree_missed\":0,\"skipped\":0,\"wire_format\":\"varlen\",\"replayed\":true,"
		"\"whole\":false}\n");
	s.event_count = 17;
	fake_error = -EBADF;
	assert_int_equal(summary_take_replay(NULL, &s), -EBADF);
	assert_int_equal(s.event_count, 17);
}

static void a_failure_leaves_the_result_alone(void **state)
{
	struct summary s = { .event_count = 17 };

	(void)state;
	fake_count = -EIO;
	assert_int_equal(summary_take(NULL, &s), -EIO);
	fake_count = 1;
	fake_error = -EBADF;
	assert_int_equal(summary_take(NULL, &s), -EBADF);
	assert_int_equal(s.event_count, 17);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_that_segments_lack),
		cmocka_unit_test(text),
		cmocka_unit_test(text_of_one_event_has_no_total),
		cmocka_unit_test(text_of_an_account_that_does_not_add_up),
		cmocka_unit_test(text_says_why_not_direct),
		cmocka_unit_test(users),
		cmocka_unit_test(json),
		cmocka_unit_test(a_failure_leaves_the_result_alone),
		cmocka_unit_test(rings),
		cmocka_unit_test(unknown),
		cmocka_unit_test(interference),
		cmocka_unit_test(left_out),
		cmocka_unit_test(trees),
		cmocka_unit_test(text_at_a_terminal),
		cmocka_unit_test(json_while_running),
		cmocka_unit_test(skipped),
		cmocka_unit_test(recording),
		cmocka_unit_test(replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
