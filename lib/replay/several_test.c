/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the replay of several recordings, one after the other: their gaps, losses and account. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

/*
 * A recording that is part of a session: execs with consecutive sequence numbers, all from one
 * lane.
 */
struct part {
	__u64 first, count;
	/* number of events that a LOST record at the beginning reports; 0: no such record */
	__u64 told;
	bool cut;      /* true: the recording has no end */
	bool other;    /* true: another session and wire format; the account does not add up */
	__u64 segment; /* number of the segment; 0: the recording is no segment */
	__u64 dropped; /* number of the dropped segment that the LOST record reports; 0: none */
};

static int recording_of(const struct part *part)
{
	const struct et_file_account account = {
		.id = ET_PROCESS_EXEC,
		.attempted = part->count + part->told,
		.sent = part->count,
		.lost = part->told,
	};
	const struct et_recording_totals totals = {
		.wire_format = part->other ? "fixed" : "varlen",
		.accounts = &account,
		.count = 1,
		.accounted = !part->other,
		.lost_told = part->told,
	};
	const struct et_lost lost = {
		.hdr = { .ts = part->first + 1,
			 .size = sizeof(lost),
			 .type = ET_LOST,
			 .version = ET_WIRE_VERSION,
			 .format = ET_FORMAT_VARLEN,
			 .fixed = sizeof(lost) },
		.count = part->told,
		.cpu = 3,
		.lane = part->segment ? -1 : 2,
		.lost_type = part->segment ? ET_PROCESS_EXEC : 0,
		.segment = part->dropped,
	};
	const struct et_recording_about about = {
		.events = EXEC,
		.clock_offset = BEFORE,
		.cpus_possible = 4,
		.program = "eventstrace of a test",
		.origin = { .session = "a-session", .segment = part->segment },
	};
	struct et_recording_writer *w = NULL;
	int fd = memory_file_new();

	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	if (part->told)
		assert_int_equal(et_recording_writer_add(w, &lost, sizeof(lost), BEFORE), 0);
	for (__u64 i = 0; i < part->count; i++) {
		et_record_begin(&test_record, ET_PROCESS_EXEC);
		test_record.hdr.cpu = 3;
		test_record.hdr.lane = 2;
		test_record.hdr.seq = part->first + i;
		test_recording_add(w, 1000000000 + part->first + i, BEFORE);
	}
	assert_int_equal(
		part->cut ? et_recording_writer_flush(w) : et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

struct several {
	char *text;
	int r[4]; /* the result of each recording */
	struct et_session_stats session;
	struct et_event_stats row;
	bool whole;
};

static struct several replay_since(__u64 events, __u64 since_ns, const struct part *parts,
				   size_t count)
{
	struct several ret = { .session.sz = sizeof(ret.session) };
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_replay *replay = NULL;
	int fd = recording_of(&parts[0]), out = memory_file_new();

	opts.events = events;
	opts.since_ns = since_ns;
	opts.output_fd = out;
	assert_int_equal(et_replay__open(&opts, fd, &replay, NULL), 0);
	assert_int_equal(et_replay__next(replay, fd), -EINVAL);
	for (size_t i = 0; i < count; i++) {
		ret.r[i] = test_replay_to_end(replay);
		close(fd);
		if (i + 1 == count)
			break;
		fd = recording_of(&parts[i + 1]);
		assert_int_equal(et_replay__next(replay, fd), 0);
		assert_int_equal(et_replay__error(replay)->kind, ET_ERROR_NONE);
		assert_false(et_replay__whole(replay));
	}
	assert_int_equal(et_replay__stats(replay, &ret.session), 0);
	assert_int_equal(et_replay__event_stats(replay, &ret.row, 1), events & EXEC ? 1 : 0);
	ret.whole = et_replay__whole(replay);
	et_replay__close(replay);
	ret.text = memory_file_text(out, NULL);
	close(out);
	return ret;
}

static struct several replay_several(__u64 events, const struct part *parts, size_t count)
{
	return replay_since(events, 0, parts, count);
}

static void one_account(void **state)
{
	static const struct part parts[] = {
		{ .first = 7, .count = 3 },
		{ .first = 12, .count = 2, .told = 2 },
		{ .first = 14, .count = 4 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(got.r[0] || got.r[1] || got.r[2], 0);
	assert_int_equal(test_lines(got.text), 10);
	assert_true(got.whole);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.session.lost_told, 2);
	assert_int_equal(got.session.lost_written, 2);
	assert_int_equal(got.session.cpus_possible, 4);
	assert_int_equal(got.row.attempted, 11);
	assert_int_equal(got.row.sent, 9);
	assert_int_equal(got.row.received, 9);
	assert_int_equal(got.row.written, 9);
	assert_int_equal(got.row.lost, 2);
	free(got.text);
}

/*
 * Numbers are missing between the recordings, because other recordings of the session are not
 * given. A LOST line reports each gap, less the events that a recorded LOST record reports.
 */
static void gap_between(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3 },
		{ .first = 8, .count = 2 },
		{ .first = 16, .count = 1, .told = 2 },
	};
	struct several got = replay_several(EXEC, parts, 3);
	const char *line;

	(void)state;
	assert_int_equal(test_lines(got.text), 9);
	line = strstr(got.text, "\"event_type\":\"LOST\"");
	assert_non_null(line);
	assert_non_null(strstr(line, "\"count\":5,\"cpu\":3,\"lane\":2,"));
	assert_non_null(strstr(line, "\"after_ts_ns\":1000000002,\"before_ts_ns\":1000000008,"));
	assert_non_null(strstr(line, "\"count\":2,"));
	assert_non_null(strstr(line, "\"count\":4,"));
	assert_true(got.whole);
	assert_false(got.session.accounted);
	assert_int_equal(got.session.missing, 9);
	assert_int_equal(got.session.lost_told, 11);
	assert_int_equal(got.row.attempted, 8);
	free(got.text);

	/* LOST lines are printed even if no event of the recordings is requested. */
	got = replay_several(SETSID, parts, 3);
	assert_int_equal(test_lines(got.text), 3);
	free(got.text);

	/* The first gap is before the range of time, so it has no LOST line. */
	got = replay_since(EXEC, BEFORE + 1000000016, parts, 3);
	assert_int_equal(test_lines(got.text), 2);
	assert_non_null(strstr(got.text, "\"count\":4,"));
	assert_int_equal(got.session.missing, 9);
	free(got.text);
}

/*
 * Each segment directly follows the one before. A LOST record in segment 3 reports five events that
 * found no room in the queue. The missing numbers before segment 2 are those of these events, so
 * the replay reports no gap there.
 */
static void segments_follow(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3 },
		{ .segment = 2, .first = 8, .count = 2 },
		{ .segment = 3, .first = 10, .count = 1, .told = 5 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(test_lines(got.text), 7);
	assert_null(strstr(got.text, "\"cause\":\"UNKNOWN\",\"uid\":-1"));
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.session.lost_told, 5);
	assert_int_equal(got.row.attempted, 11);
	free(got.text);
}

/*
 * Segment 2 was dropped. The replay reports the gap where segment 2 is missing. A LOST record in
 * segment 4 reports the same events again, but they are counted once.
 */
static void segment_was_dropped(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3 },
		{ .segment = 3, .first = 8, .count = 2 },
		{ .segment = 4, .first = 10, .count = 1, .told = 5, .dropped = 2 },
	};
	static const struct part others[] = {
		{ .segment = 3, .first = 8, .count = 2 },
		{ .segment = 5, .first = 20, .count = 1 },
		{ .segment = 6, .first = 21, .count = 1, .told = 5, .dropped = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(test_lines(got.text), 6);
	assert_int_equal(got.session.missing, 5);
	assert_false(got.session.accounted);
	free(got.text);
	got = replay_several(EXEC, parts, 3);
	assert_int_equal(test_lines(got.text), 8);
	assert_int_equal(got.session.missing, 0);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.lost_told, 5);
	free(got.text);
	/*
	 * Segment 2 was dropped before the first replayed segment, so it does not explain another
	 * gap.
	 */
	got = replay_several(EXEC, others, 3);
	assert_int_equal(test_lines(got.text), 6);
	assert_int_equal(got.session.missing, 10);
	assert_false(got.session.accounted);
	free(got.text);
}

/*
 * Segment 1 has no end, so the events that it lost are not known. The replay reports the gap after
 * it.
 */
static void segment_is_cut(void **state)
{
	static const struct part parts[] = {
		{ .segment = 1, .first = 0, .count = 3, .cut = true },
		{ .segment = 2, .first = 8, .count = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(got.r[0], -ENODATA);
	assert_int_equal(test_lines(got.text), 6);
	assert_int_equal(got.session.missing, 5);
	assert_false(got.whole);
	free(got.text);
}

/*
 * The second recording is of another session. Its sequence numbers begin at 0 again, so no record
 * is missing.
 */
static void other_session(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3 },
		{ .first = 0, .count = 2, .other = true },
		{ .first = 2, .count = 1 },
	};
	struct several got = replay_several(EXEC, parts, 3);

	(void)state;
	assert_int_equal(test_lines(got.text), 6);
	assert_int_equal(got.session.missing, 0);
	assert_false(got.session.accounted);
	assert_true(got.whole);
	free(got.text);
}

/*
 * The first recording was not finished, so it has no end. The second one is replayed nevertheless.
 */
static void one_is_cut(void **state)
{
	static const struct part parts[] = {
		{ .first = 0, .count = 3, .cut = true },
		{ .first = 3, .count = 2 },
	};
	struct several got = replay_several(EXEC, parts, 2);

	(void)state;
	assert_int_equal(got.r[0], -ENODATA);
	assert_int_equal(got.r[1], 0);
	assert_int_equal(test_lines(got.text), 5);
	assert_false(got.whole);
	assert_false(got.session.accounted);
	assert_int_equal(got.session.missing, 0);
	assert_int_equal(got.row.sent, 2);
	assert_int_equal(got.row.received, 5);
	free(got.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_account),     cmocka_unit_test(gap_between),
		cmocka_unit_test(segments_follow), cmocka_unit_test(segment_was_dropped),
		cmocka_unit_test(segment_is_cut),  cmocka_unit_test(other_session),
		cmocka_unit_test(one_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
