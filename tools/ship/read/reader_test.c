/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages without a cluster. */
#include "tools/ship/read/reader.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tools/ship/recording_bytes.h"
#include "tools/ship/spool_maker.h"

#define SECOND_NS 1000000000ULL
#define HOUR_NS   (3600 * SECOND_NS)

static struct ship_source_options options;
static struct reader *reader;
static FILE *out;
static char *output;
static size_t output_size;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
}

static void begin(size_t sources)
{
	options = (struct ship_source_options){
		.count = UINT64_MAX,
		.window_ns = SECOND_NS,
		.group = "g",
	};
	out = open_memstream(&output, &output_size);
	assert_non_null(out);
	assert_int_equal(reader_new(&options, sources, out, &reader), 0);
}

static int tear_down(void **state)
{
	(void)state;
	reader_free(reader);
	fclose(out);
	free(output);
	return 0;
}

/* Take a payload from the partition that has the source's number. */
static void take(size_t source, int64_t offset, const char *host, const char *format,
		 const void *payload, size_t size)
{
	const struct ship_received message = {
		.host = host,
		.boot_id = "boot",
		.session = "session",
		.kind = "events",
		.format = format,
		.payload = payload,
		.size = size,
		.partition = (int32_t)source,
		.offset = offset,
	};

	assert_int_equal(reader_take_message(reader, source, &message), 0);
}

static void take_event(size_t source, int64_t offset, const char *host, uint64_t time_ns)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"event_type\":\"PROCESS_EXEC\",\"time_unix_ns\":%" PRIu64 ",\"seq\":%lld}\n",
		 time_ns, (long long)offset);
	take(source, offset, host, "json", text, strlen(text));
}

/* Position of the group in partition 0. */
static void check_position(int64_t next)
{
	int32_t partition = -1;

	assert_int_equal(reader_flush(reader), 0);
	assert_int_equal(positions_take(reader_positions(reader), &partition), next);
	assert_int_equal(partition, 0);
}

/* In a group, a host whose clock is an hour ahead does not hold the position. */
static void test_clock_ahead_in_group(void **state)
{
	(void)state;
	begin(1);
	take_event(0, 0, "ahead", now_ns() + HOUR_NS);
	take_event(0, 1, "right", now_ns());
	assert_int_equal(reader_counts(reader).printed, 0);
	assert_int_equal(reader_idle(reader, 0, now_ns() + 2 * SECOND_NS), 0);
	assert_int_equal(reader_counts(reader).printed, 2);
	check_position(2);
}

/* Its partition is read like the others; also if the time is nonsense. */
static void test_clock_ahead_in_partition(void **state)
{
	(void)state;
	begin(2);
	take_event(0, 0, "ahead", now_ns() + HOUR_NS);
	take_event(0, 1, "hostile", UINT64_MAX);
	assert_int_equal(reader_idle(reader, 1, now_ns() + 2 * SECOND_NS), 0);
	assert_int_equal(reader_wanted(reader), 0);
	assert_int_equal(reader_idle(reader, 0, now_ns() + 2 * SECOND_NS), 0);
	assert_int_equal(reader_counts(reader).printed, 2);
	assert_int_equal(reader_counts(reader).late, 0);
	check_position(2);
}

#define LINE_0 "{\"event_type\":\"PROCESS_EXEC\",\"seq\":0}\n"
#define LINE_1 "{\"event_type\":\"PROCESS_EXEC\",\"seq\":1}"

/* Other lines do not hide events, and each printed line has its end. */
static void test_foreign_lines(void **state)
{
	static const char payload[] = "hello\n" LINE_0 "{}\n" LINE_1;

	(void)state;
	begin(1);
	take(0, 0, "host", "json", payload, strlen(payload));
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_flush(reader), 0);
	assert_string_equal(output, LINE_0 LINE_1 "\n");
	assert_int_equal(reader_counts(reader).unreadable, 2);
	check_position(1);
}

/* Recordings in messages, of which no sender compresses one. */
static void test_recording(void **state)
{
	static char recording[32768], frame[sizeof(recording) + RECORDING_BYTES_FRAME];
	struct spool_maker maker;
	size_t size;

	(void)state;
	begin(1);
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	size = recording_bytes_read(spool_maker_path(&maker, 1), recording, sizeof(recording));
	take(0, 0, "compressed", "record", frame, recording_bytes_frame(recording, size, frame));
	assert_int_equal(reader_counts(reader).unreadable, 1);
	take(0, 1, "plain", "record", recording, size);
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_counts(reader).unreadable, 1);
	assert_int_equal(reader_counts(reader).printed, 3);
	spool_maker_remove(&maker);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_clock_ahead_in_group),
		TEST(test_clock_ahead_in_partition),
		TEST(test_foreign_lines),
		TEST(test_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
