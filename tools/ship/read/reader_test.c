/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages without a cluster. */
#include "tools/ship/read/reader.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/replay/records.h"
#include "tools/ship/read/story.h"
#include "tools/ship/recording_bytes.h"
#include "tools/ship/spool_maker.h"

#define SECOND_NS 1000000000ULL
#define HOUR_NS   (3600 * SECOND_NS)

static struct ship_source_options options;
static struct reader *reader;
static FILE *out;
static char *output;
static size_t output_size;

/* What reader_take_message() returns for the next payloads. */
static int wanted_result;

/* True: a stream cannot be made. Calls come here (--wrap). */
static bool stream_fails;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * SECOND_NS + (uint64_t)ts.tv_nsec;
}

/* Begin with up to three options of the command line. */
static void begin_with(size_t sources, const char *a, const char *b, const char *c)
{
	char *argv[6] = { "read", (char *)(uintptr_t)a };
	char error[256] = "";
	int argc = 1;

	argv[2] = a ? (char *)(uintptr_t)b : NULL;
	argv[3] = argv[2] ? (char *)(uintptr_t)c : NULL;
	while (argv[argc])
		argc++;
	argv[argc++] = "kafka://host/topic";
	assert_int_equal(
		ship_source_options_parse(SHIP_READ, argc, argv, &options, error, sizeof(error)),
		0);
	options.group = "g";
	out = open_memstream(&output, &output_size);
	assert_non_null(out);
	assert_int_equal(reader_new(&options, out, &reader, error, sizeof(error)), 0);
	assert_int_equal(reader_set_sources(reader, sources), 0);
}

static void begin(size_t sources)
{
	begin_with(sources, NULL, NULL, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	reader_free(reader);
	fclose(out);
	free(output);
	ship_source_options_free(&options);
	stream_fails = false;
	wanted_result = 0;
	return 0;
}

/* NOLINTBEGIN: the linker's names */
int __real_et_records_open(struct et_records *records, const struct et_options *wanted,
			   struct et_error *err);
int __wrap_et_records_open(struct et_records *records, const struct et_options *wanted,
			   struct et_error *err);

int __wrap_et_records_open(struct et_records *records, const struct et_options *wanted,
			   struct et_error *err)
{
	if (!stream_fails)
		return __real_et_records_open(records, wanted, err);
	snprintf(err->message, sizeof(err->message), "output: Too many open files");
	return -EMFILE;
}
/* NOLINTEND */

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

	assert_int_equal(reader_take_message(reader, source, &message), wanted_result);
}

/* As take(), and the payload is left out for a reason. */
static void leave_out(int64_t offset, const char *host, const char *format, const void *payload,
		      size_t size, const char *reason)
{
	char begin[128];

	wanted_result = 1;
	take(0, offset, host, format, payload, size);
	wanted_result = 0;
	snprintf(begin, sizeof(begin), "message %lld of partition 0, host %s: ", (long long)offset,
		 host);
	assert_ptr_equal(strstr(reader_error(reader), begin), reader_error(reader));
	assert_non_null(strstr(reader_error(reader), reason));
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
	leave_out(0, "host", "json", payload, strlen(payload), "2 of its lines are no events");
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
	leave_out(0, "compressed", "record", frame, recording_bytes_frame(recording, size, frame),
		  "its recording is compressed");
	assert_int_equal(reader_counts(reader).unreadable, 1);
	take(0, 1, "plain", "record", recording, size);
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_counts(reader).unreadable, 1);
	assert_int_equal(reader_counts(reader).printed, 3);
	spool_maker_remove(&maker);
}

/* Get the recording of a part of the story of a host. Return: its size. */
static size_t get_story(char letter, unsigned int part, char *to, size_t room)
{
	const char *tmp = getenv("TEST_TMPDIR");
	char path[512];
	size_t size;

	snprintf(path, sizeof(path), "%s/%c%u", tmp ? tmp : "/tmp", letter, part);
	story_write(path, letter, part);
	size = recording_bytes_read(path, to, room);
	assert_int_equal(unlink(path), 0);
	return size;
}

/* Take a part of the story of a host, as a message with records. */
static void take_story(size_t source, int64_t offset, char letter, unsigned int part)
{
	static char recording[32768];
	const char host[] = { 'h', 'o', 's', 't', '-', letter, '\0' };

	take(source, offset, host, "record", recording,
	     get_story(letter, part, recording, sizeof(recording)));
}

static void finish(size_t lines)
{
	size_t count = 0;

	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_flush(reader), 0);
	for (const char *at = output; (at = strchr(at, '\n')); at++)
		count++;
	if (count != lines)
		fail_msg("%zu lines, not %zu:\n%s", count, lines, output);
}

static size_t count_of(const char *word)
{
	size_t count = 0;

	for (const char *at = output; (at = strstr(at, word)); at += strlen(word))
		count++;
	return count;
}

/* Each boot of a host has its own processes: on host-b, 100 does not descend from 1. */
static void test_trees_of_hosts(void **state)
{
	(void)state;
	begin_with(1, "--tree=1", NULL, NULL);
	take_story(0, 0, 'b', 1);
	take_story(0, 1, 'a', 1);
	take_story(0, 2, 'b', 2);
	take_story(0, 3, 'a', 2);
	/*
	 * All of host-a but the event that comes before those that name its ancestors, and the loss
	 * of host-b.
	 */
	finish(STORY_EVENTS - 1 + 1);
	assert_int_equal(count_of("\"host\":\"host-b\""), 1);
	check_position(4);
}

static void test_filters(void **state)
{
	(void)state;
	begin_with(1, "--format=text", "--comm=ls", "--utc");
	take_story(0, 0, 'a', 1);
	take_story(0, 1, 'b', 1);
	/* What is there twice is not printed again. */
	take_story(0, 2, 'a', 1);
	finish(6);
	assert_int_equal(count_of("00:16:41.000 create"), 2);
	assert_int_equal(reader_counts(reader).duplicates, 7);
	check_position(3);
}

/* Dropped events do not hold the position, and several hosts are in the order of time. */
static void test_order(void **state)
{
	(void)state;
	begin_with(1, "--format=ecs", "--failed", "--window=60");
	take_story(0, 0, 'a', 2);
	take_story(0, 1, 'b', 2);
	finish(6);
	assert_int_equal(count_of("\"name\":\"host-b\""), 3);
	/* The shells end before the daemons. */
	assert_true(strstr(strstr(output, "\"exit_code\":3") + 1, "\"exit_code\":3") <
		    strstr(output, "\"daemon\""));
	check_position(2);
}

/* What was not printed of a partition comes again, and is no duplicate then. */
static void test_forget(void **state)
{
	const uint64_t now = now_ns();

	(void)state;
	begin(1);
	take_event(0, 0, "printed", now - HOUR_NS);
	assert_int_equal(reader_idle(reader, 0, now), 0);
	assert_int_equal(reader_counts(reader).printed, 1);
	check_position(1);
	take_event(0, 1, "waits", now);
	assert_int_equal(reader_counts(reader).printed, 1);
	reader_forget(reader, 0);
	assert_false(reader_holds(reader));
	take_event(0, 1, "waits", now);
	assert_true(reader_holds(reader));
	finish(2);
	assert_int_equal(reader_counts(reader).duplicates, 0);
	check_position(2);
}

static void test_context_of_hosts(void **state)
{
	(void)state;
	begin_with(1, "--context", "-e", "exit");
	take_story(0, 0, 'a', 1);
	take_story(0, 1, 'b', 1);
	take_story(0, 2, 'a', 2);
	finish(5);
	/* 100 and 200 of host-a descend from 1, also after host-b has had a 100. */
	assert_int_equal(count_of("\"ancestors\":[{\"entity_id\":\"-1-100\""), 2);
}

/* Lines of JSON cannot answer what needs records. */
static void check_refused(const char *a, const char *b, const char *wanted)
{
	const struct ship_received message = {
		.host = "host",
		.boot_id = "boot",
		.session = "session",
		.kind = "events",
		.format = "json",
		.payload = LINE_0,
		.size = strlen(LINE_0),
	};

	begin_with(1, a, b, NULL);
	assert_int_equal(reader_take_message(reader, 0, &message), 1);
	assert_non_null(strstr(reader_error(reader), wanted));
	assert_non_null(strstr(reader_error(reader), "--payload=record"));
	reader_free(reader);
	reader = NULL;
	fclose(out);
	free(output);
	output = NULL;
	ship_source_options_free(&options);
}

static void test_lines_are_refused(void **state)
{
	(void)state;
	check_refused("--comm=sh", NULL, "cannot answer --comm:");
	check_refused("--format=text", NULL, "cannot answer --format:");
	check_refused("--format=ecs", "--failed", "cannot answer --failed:");
	check_refused("--redact=*", NULL, "cannot answer --redact:");
	check_refused("--fields=seq", NULL, "cannot answer --fields:");
	check_refused("--format=json", "--tree=1", "cannot answer --tree:");
	/* These they can answer. */
	begin_with(1, "--format=json", "--until=@2", "--since=@1");
	take_event(0, 0, "host", 1500000000);
	take_event(0, 1, "host", 2500000000);
	take_event(0, 2, "host", 500000000);
	finish(1);
}

/* A recording of which a filter needs more than it has. */
static void test_unanswered(void **state)
{
	static char recording[32768];
	struct spool_maker maker;
	struct ship_received message = {
		.host = "host-a",
		.boot_id = "boot",
		.session = "session",
		.kind = "events",
		.format = "record",
		.payload = recording,
	};

	(void)state;
	begin_with(1, "--cgroup=/a", NULL, NULL);
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	message.size =
		recording_bytes_read(spool_maker_path(&maker, 1), recording, sizeof(recording));
	assert_int_equal(reader_take_message(reader, 0, &message), 1);
	assert_non_null(
		strstr(reader_error(reader), "a recording of host-a cannot be filtered by cgroup"));
	spool_maker_remove(&maker);
}

/* The group has no position in partition 0. */
static void check_no_position(void)
{
	int32_t partition;

	assert_int_equal(reader_flush(reader), 0);
	assert_int_equal(positions_take(reader_positions(reader), &partition), -1);
}

/* Messages of one host that do not fit, or are damaged, do not end the reading of others. */
static void test_hostile_host(void **state)
{
	static char recording[32768];
	size_t size;

	(void)state;
	begin_with(1, "--comm=ls", NULL, NULL);
	take_story(0, 0, 'b', 1);
	leave_out(1, "evil", "json", LINE_0, strlen(LINE_0), "cannot answer --comm");
	size = get_story('b', 2, recording, sizeof(recording));
	leave_out(2, "evil", "record", recording, size - 1, "its recording is cut off");
	recording[size / 2] ^= 1;
	leave_out(3, "evil", "record", recording, size, "its recording is damaged");
	leave_out(4, "evil", "record", "hello", 5, "its recording is ");
	take_story(0, 5, 'a', 1);
	/* The records before the end that is cut off are printed too: among them a loss. */
	finish(3 + 1 + 3);
	assert_int_equal(reader_counts(reader).refused, 1);
	assert_int_equal(reader_counts(reader).unreadable, 3);
	assert_false(reader_is_unanswered(reader));
	check_position(6);
}

/* A recording that lacks what a filter needs does not spoil those that follow it. */
static void test_recording_refused(void **state)
{
	static char recording[32768];
	struct spool_maker maker;
	size_t size;

	(void)state;
	begin_with(1, "--cgroup=/user.slice", NULL, NULL);
	take_story(0, 0, 'a', 1);
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	size = recording_bytes_read(spool_maker_path(&maker, 1), recording, sizeof(recording));
	/* In the name of the other host. */
	leave_out(1, "host-a", "record", recording, size, "cannot be filtered by cgroup");
	spool_maker_remove(&maker);
	take_story(0, 2, 'a', 2);
	assert_int_equal(reader_counts(reader).refused, 1);
	finish(6);
	check_position(3);
}

/* In a group, messages that do not fit count as read only after one that fits. */
static void test_refused_first(void **state)
{
	(void)state;
	begin_with(1, "--comm=ls", NULL, NULL);
	leave_out(0, "a", "json", LINE_0, strlen(LINE_0), "cannot answer --comm");
	leave_out(1, "a", "json", LINE_1, strlen(LINE_1), "cannot answer --comm");
	check_no_position();
	assert_true(reader_is_unanswered(reader));
	take_story(0, 2, 'a', 1);
	assert_false(reader_is_unanswered(reader));
	finish(3);
	check_position(3);
}

/* The partition goes to another member, which gets these messages. */
static void test_refused_then_forgotten(void **state)
{
	(void)state;
	begin_with(2, "--comm=ls", NULL, NULL);
	leave_out(0, "a", "json", LINE_0, strlen(LINE_0), "cannot answer --comm");
	reader_forget(reader, 0);
	take_story(1, 0, 'a', 1);
	assert_int_equal(reader_end(reader, 1), 0);
	finish(3);
	assert_int_equal(positions_take(reader_positions(reader), &(int32_t){ 0 }), 1);
	assert_int_equal(positions_take(reader_positions(reader), &(int32_t){ 0 }), -1);
}

/* The options do not fit the topic: it is not read to its end for nothing. */
static void test_options_do_not_fit(void **state)
{
	(void)state;
	begin_with(1, "--comm=ls", NULL, NULL);
	for (int64_t i = 0; i < READER_REFUSED_MAX - 1; i++)
		leave_out(i, "a", "json", LINE_0, strlen(LINE_0), "cannot answer --comm");
	wanted_result = -ENOTSUP;
	take(0, READER_REFUSED_MAX - 1, "a", "json", LINE_0, strlen(LINE_0));
	assert_non_null(strstr(reader_error(reader), "cannot answer --comm"));
	check_no_position();
}

static void take_host(int64_t offset, unsigned int host)
{
	char name[32];

	snprintf(name, sizeof(name), "host-%u", host);
	take_event(0, offset, name, 1767225600 * SECOND_NS);
}

/* A producer invents sessions: the one that was silent for the longest time is forgotten. */
static void test_many_sessions(void **state)
{
	(void)state;
	begin(1);
	for (unsigned int i = 0; i < READER_SESSIONS_MAX; i++)
		take_host(7, i);
	take_host(7, 0);
	assert_int_equal(reader_counts(reader).duplicates, 1);
	take_host(7, READER_SESSIONS_MAX);
	assert_int_equal(reader_counts(reader).sessions_forgotten, 1);
	/* Session 0 had the later message, so session 1 was forgotten. */
	take_host(7, 0);
	assert_int_equal(reader_counts(reader).duplicates, 2);
	take_host(7, 1);
	assert_int_equal(reader_counts(reader).duplicates, 2);
	/* No event is lost: the forgotten one is there twice. */
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_counts(reader).printed, READER_SESSIONS_MAX + 2);
	assert_false(reader_may_lack_events(reader));
}

/* A producer invents gaps in the numbers of its session. */
static void test_many_gaps(void **state)
{
	(void)state;
	begin(1);
	for (int64_t i = 0; i <= READER_RANGES_MAX; i++)
		take_host(2 * i, 1);
	assert_int_equal(reader_counts(reader).gaps_forgotten, 1);
	take_host(2, 1);
	take_host(2 * READER_RANGES_MAX, 1);
	assert_int_equal(reader_counts(reader).duplicates, 2);
	/* The smallest number is not known any more. */
	take_host(0, 1);
	assert_int_equal(reader_counts(reader).duplicates, 2);
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_counts(reader).printed, READER_RANGES_MAX + 2);
}

/* A producer invents hosts: the stream that was silent for the longest time is closed. */
static void check_many_hosts(const char *option, bool may_lack_events)
{
	static char first[32768], second[32768];
	const size_t size = get_story('a', 1, first, sizeof(first));
	const size_t second_size = get_story('a', 2, second, sizeof(second));
	char host[32];

	begin_with(1, option, "-e", "exit");
	for (unsigned int i = 0; i <= READER_STREAMS_MAX; i++) {
		assert_false(reader_may_lack_events(reader));
		/* The first host is not silent. */
		if (i == READER_STREAMS_MAX)
			take(0, i, "host-0", "record", second, second_size);
		assert_int_equal(reader_counts(reader).streams_closed, 0);
		snprintf(host, sizeof(host), "host-%u", i);
		take(0, i + 1, host, "record", first, size);
	}
	assert_int_equal(reader_counts(reader).streams_closed, 1);
	assert_int_equal(reader_may_lack_events(reader), may_lack_events);
	take(0, READER_STREAMS_MAX + 2, "host-2", "record", second, second_size);
	assert_int_equal(reader_counts(reader).streams_closed, 1);
	take(0, READER_STREAMS_MAX + 3, "host-1", "record", second, second_size);
	assert_int_equal(reader_counts(reader).streams_closed, 2);
	assert_int_equal(reader_end(reader, 0), 0);
	assert_int_equal(reader_flush(reader), 0);
}

static void test_many_hosts(void **state)
{
	(void)state;
	check_many_hosts("--context", false);
	/*
	 * The second part has two exits. It names the parent of one of them. host-1 has forgotten
	 * the other parent.
	 */
	assert_int_equal(count_of("\"ancestors\":[{\"entity_id\":\"-1-100\""), 2 + 2 + 1);
}

static void test_many_hosts_and_trees(void **state)
{
	(void)state;
	check_many_hosts("--tree=1", true);
}

/* The stream of a second host cannot be made: the reason is shown. */
static void test_stream_fails(void **state)
{
	(void)state;
	begin_with(1, "--tree=1", NULL, NULL);
	take_story(0, 0, 'a', 1);
	stream_fails = true;
	wanted_result = -EMFILE;
	take_story(0, 1, 'b', 1);
	assert_string_equal(reader_error(reader),
			    "cannot follow the host host-b: output: Too many open files");
}

/* A record that the decoder rejects: the others of its message are printed. */
static void test_malformed_record(void **state)
{
	static char recording[32768];
	size_t size;

	(void)state;
	begin(1);
	size = story_malformed(recording, sizeof(recording));
	leave_out(0, "evil", "record", recording, size, "1 of its records cannot be decoded");
	finish(1);
	assert_int_equal(reader_counts(reader).unreadable, 1);
	check_position(1);
}

#define TEST(name) cmocka_unit_test_teardown(name, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_clock_ahead_in_group),
		TEST(test_clock_ahead_in_partition),
		TEST(test_foreign_lines),
		TEST(test_recording),
		TEST(test_trees_of_hosts),
		TEST(test_filters),
		TEST(test_order),
		TEST(test_forget),
		TEST(test_context_of_hosts),
		TEST(test_lines_are_refused),
		TEST(test_unanswered),
		TEST(test_hostile_host),
		TEST(test_recording_refused),
		TEST(test_refused_first),
		TEST(test_refused_then_forgotten),
		TEST(test_options_do_not_fit),
		TEST(test_stream_fails),
		TEST(test_malformed_record),
		TEST(test_many_sessions),
		TEST(test_many_gaps),
		TEST(test_many_hosts),
		TEST(test_many_hosts_and_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
