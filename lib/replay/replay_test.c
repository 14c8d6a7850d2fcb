/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the lines and the account of one recording's replay. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/decode/record_builder.h"
#include "lib/include/eventstrace.h"
#include "lib/recording/writer.h"
#include "lib/replay/testing.h"
#include "lib/sink/memory_file.h"

static void all(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;
	const char *line;

	(void)state;
	opts.events = EXEC | SETSID;
	got = test_replay(&opts, test_recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(got.error.kind, ET_ERROR_NONE);
	assert_int_equal(test_lines(got.text), 4);
	line = got.text;
	assert_non_null(strstr(line, "{\"event_type\":\"PROCESS_EXEC\",\"timestamp\":"
				     "\"2026-01-01T00:00:00.000000001Z\",\"ts_ns\":1000000001,"));
	assert_non_null(strstr(line, "\"tgid\":42,"));
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "\"PROCESS_SETSID\",\"timestamp\":\"2026-01-01T00:00:01.0"));
	line = strchr(line, '\n') + 1;
	assert_non_null(strstr(line, "{\"event_type\":\"LOST\",\"timestamp\":"
				     "\"2026-01-01T00:00:02.000000000Z\",\"ts_ns\":3000000000,"
				     "\"count\":3,\"cpu\":6,"));
	line = strchr(line, '\n') + 1;
	/*
	 * This event came after CLOCK_REALTIME was set back. The replay prints its wall clock time
	 * of that moment.
	 */
	assert_non_null(strstr(line, "\"PROCESS_EXEC\",\"timestamp\":\"2025-12-31T23:00:02.0"));
	free(got.text);

	assert_true(got.whole);
	assert_int_equal(got.event_count, 2);
	assert_int_equal(got.events[0].id, ET_PROCESS_EXEC);
	assert_int_equal(got.events[0].attempted, 5);
	assert_int_equal(got.events[0].sent, 2);
	assert_int_equal(got.events[0].lost, 3);
	assert_int_equal(got.events[0].bytes, 400);
	assert_int_equal(got.events[0].received, 2);
	assert_int_equal(got.events[0].written, 2);
	assert_int_equal(got.events[1].id, ET_PROCESS_SETSID);
	assert_int_equal(got.events[1].filtered, 4);
	assert_int_equal(got.events[1].received, 1);
	assert_int_equal(got.session.malformed, 4);
	assert_true(got.session.accounted);
	assert_int_equal(got.session.missing, 1);
	assert_int_equal(got.session.lost_told, 4);
	assert_int_equal(got.session.lost_written, 3);
	assert_int_equal(got.session.cpus_possible, 7);
	assert_int_equal(got.session.locked_ring, 0);
	assert_string_equal(got.wire_format, "fixed");
}

/* Return line number @n of @text, counted from 0. */
static const char *line_of(const char *text, unsigned int n)
{
	while (n--)
		text = strchr(text, '\n') + 1;
	return text;
}

static void expect_seq(const char *text, unsigned int line, unsigned int seq)
{
	static const char host[] = "\"host\":\"far\\u001baway\",\"boot_id\":\"a-boot\",";
	const char *begin = line_of(text, line), *end = strchr(begin, '\n');
	char expected[160];

	snprintf(expected, sizeof(expected), ",\"seq\":%u,%s", seq, host);
	begin = strstr(begin, expected);
	assert_true(begin && begin < end);
}

/*
 * Replayed events have the host of the recording, and the numbers that they had in the recorded
 * session.
 */
static void origin(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;

	(void)state;
	opts.events = EXEC | SETSID;
	opts.stream = ET_STREAM_HEADER | ET_STREAM_IDENTITY;
	got = test_replay(&opts, test_recording());
	assert_int_equal(got.r, 0);
	assert_int_equal(test_lines(got.text), 5);
	assert_memory_equal(got.text, "{\"header\":true,\"schema\":", 24);
	assert_true(
		strstr(got.text, "\"host\":\"far\\u001baway\",\"boot_id\":\"a-boot\",\"clock\"") <
		line_of(got.text, 1));
	assert_non_null(strstr(got.text, "\"time_unix_ns\":1767225600000000001,\"seq\":100,"));
	expect_seq(got.text, 1, 100);
	expect_seq(got.text, 2, 101);
	/* Record 102 is invalid. */
	expect_seq(got.text, 3, 103);
	expect_seq(got.text, 4, 107);
	free(got.text);

	/* The numbers do not change if the other event types are not requested. */
	opts.events = EXEC;
	got = test_replay(&opts, test_recording());
	assert_int_equal(test_lines(got.text), 4);
	expect_seq(got.text, 1, 100);
	expect_seq(got.text, 3, 107);
	assert_int_equal(got.events[0].written, 2);
	free(got.text);
}

static void chosen(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;

	(void)state;
	opts.events = SETSID | ET_EVENT_BIT(ET_PROCESS_FORK);
	got = test_replay(&opts, test_recording());
	assert_int_equal(got.r, 0);
	/* Only setsid is requested, but LOST records are also printed. */
	assert_int_equal(test_lines(got.text), 2);
	assert_non_null(strstr(got.text, "PROCESS_SETSID"));
	assert_non_null(strstr(got.text, "LOST"));
	/* Only the requested type has counts. */
	assert_int_equal(got.event_count, 1);
	assert_int_equal(got.events[0].id, ET_PROCESS_SETSID);
	free(got.text);
}

static void counted(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed got;

	(void)state;
	opts.events = EXEC;
	opts.max_events = 1;
	got = test_replay(&opts, test_recording());
	assert_int_equal(got.r, -ECANCELED);
	assert_int_equal(got.error.kind, ET_ERROR_NONE);
	assert_int_equal(test_lines(got.text), 1);
	assert_int_equal(got.events[0].written, 1);
	assert_int_equal(got.events[0].attempted, 0);
	assert_false(got.whole);
	free(got.text);
}

/* A compressed recording has the same events and the same account. */
static void compressed(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct test_replayed plain, got;
	int fd;

	(void)state;
	opts.events = EXEC | SETSID;
	plain = test_replay(&opts, test_recording());
	got = test_replay(&opts, test_recording_compressed());
	assert_int_equal(got.r, 0);
	assert_true(got.whole);
	assert_string_equal(got.text, plain.text);
	assert_string_equal(got.wire_format, plain.wire_format);
	assert_int_equal(got.event_count, plain.event_count);
	assert_memory_equal(got.events, plain.events, sizeof(got.events[0]) * 2);
	free(got.text);
	free(plain.text);

	/* Cut the compressed recording in its last frame. */
	fd = test_recording_compressed();
	assert_int_equal(ftruncate(fd, (off_t)test_file_size(fd) - 10), 0);
	lseek(fd, 0, SEEK_SET);
	got = test_replay(&opts, fd);
	assert_int_equal(got.r, -ENODATA);
	assert_false(got.whole);
	assert_int_equal(got.error.kind, ET_ERROR_INPUT);
	assert_non_null(strstr(got.error.message, " of its uncompressed content"));
	free(got.text);
}

/*
 * The pipe has no more bytes, but the replay has read compressed bytes that it has not replayed.
 * Until it has replayed them, et_replay__is_blocked() is true.
 */
static void compressed_in_steps(void **state)
{
	struct et_options opts = ET_OPTIONS_INIT;
	struct et_recording_about about = { .events = SETSID, .program = "test", .compress = true };
	const struct et_recording_totals totals = { .wire_format = "fixed" };
	struct et_recording_writer *w = NULL;
	struct et_replay *replay = NULL;
	int fd = memory_file_new(), fds[2], out = memory_file_new(), r;
	char bytes[65536];
	ssize_t size;

	(void)state;
	assert_int_equal(et_recording_writer_new(fd, &about, &w), 0);
	for (unsigned int i = 0; i < 8000; i++) {
		et_record_begin(&test_record, ET_PROCESS_SETSID);
		test_recording_add(w, i, 0);
	}
	assert_int_equal(et_recording_writer_end(w, &totals), 0);
	et_recording_writer_free(w);
	size = pread(fd, bytes, sizeof(bytes), 0);
	assert_in_range(size, 1000, 60000);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(write(fds[1], bytes, (size_t)size), size);

	opts.events = SETSID;
	opts.output_fd = out;
	assert_int_equal(et_replay__open(&opts, fds[0], &replay, NULL), 0);
	assert_false(et_replay__is_blocked(replay));
	do
		r = et_replay__step(replay);
	while (r == 1 && et_replay__is_blocked(replay));
	/* All events are replayed. Only the next step reads from the pipe again. */
	assert_int_equal(r, 1);
	assert_int_equal(et_replay__step(replay), -EAGAIN);
	close(fds[1]);
	while ((r = et_replay__step(replay)) > 0)
		;
	assert_int_equal(r, 0);
	et_replay__close(replay);
	close(fds[0]);
	close(out);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all),        cmocka_unit_test(origin),
		cmocka_unit_test(chosen),     cmocka_unit_test(counted),
		cmocka_unit_test(compressed), cmocka_unit_test(compressed_in_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
