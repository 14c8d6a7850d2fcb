/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eventstrace-ship with a real cluster of three Kafka nodes: fleet_live_test PROGRAM.
 *
 * In each case, segments of a known number of events are sent while something goes wrong. Then
 * every event is in the topic, and the events of a host are in order. Only a sender that was killed
 * may leave events in the topic twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/recording/reader.h"
#include "lib/wire/wire.h"
#include "tools/fleet/cluster.h"
#include "tools/fleet/topic.h"
#include "tools/ship/fixture.h"
#include "tools/ship/ship_process.h"
#include "tools/ship/spool_maker.h"

/* Events of a segment, and segments of a flood: a sender needs some seconds for a flood. */
#define SEGMENT_EVENTS 20000
#define FLOOD_SEGMENTS 20

#define WAIT_S 120

/* Senders that run at once, and the events of each. */
#define SENDERS       50
#define SENDER_EVENTS 400

static void pause_ms(long ms)
{
	const struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* ---- a sender ------------------------------------------------------------------------------ */

/* Events of the topics "records" and "lines", in three segments of several messages each. */
#define RECORDS_EVENTS 9000

static const char *const once[] = { "--once", NULL };

/*
 * The number of printed lines that have @text. Fails if a line has an earlier time than the one
 * before.
 */
static size_t count_lines(const char *text)
{
	static const char name[] = "\"time_unix_ns\":";
	FILE *file = fopen(fixture.messages, "re");
	uint64_t before = 0;
	size_t count = 0, room = 0;
	char *line = NULL;

	if (!file) {
		fail_msg("cannot open %s", fixture.messages);
		return 0;
	}
	while (getline(&line, &room, file) > 0) {
		const char *at = strstr(line, name);
		const uint64_t time_ns = at ? strtoull(at + strlen(name), NULL, 10) : before;

		count += strstr(line, text) != NULL;
		assert_true(time_ns >= before);
		before = time_ns;
	}
	free(line);
	fclose(file);
	return count;
}

/* All that was printed. The caller frees it. */
static char *read_messages(void)
{
	FILE *file = fopen(fixture.messages, "re");
	char *text = NULL;
	size_t room = 0;

	if (!file) {
		fail_msg("cannot open %s", fixture.messages);
		return NULL;
	}
	assert_true(getdelim(&text, &room, '\0', file) > 0);
	fclose(file);
	return text;
}

static void forget_messages(void)
{
	unlink(fixture.messages);
}

/* Wait until at most @count segments are left: the others are acknowledged. */
static void wait_for_segments(size_t count)
{
	const time_t end = now_s() + WAIT_S;

	while (spool_maker_segments_left(&fixture.maker) > count) {
		if (now_s() >= end)
			fail_msg("%zu segments are left after %d s, not %zu",
				 spool_maker_segments_left(&fixture.maker), WAIT_S, count);
		pause_ms(5);
	}
}

static void make_flood(void)
{
	for (int i = 0; i < FLOOD_SEGMENTS; i++)
		spool_maker_segment(&fixture.maker, SEGMENT_EVENTS);
}

/* ---- the topic ----------------------------------------------------------------------------- */

/* What a topic has of one host. */
struct received {
	const char *host;
	uint64_t next; /* the number that the next new event must have */
	uint64_t twice;
	int partitions; /* of the topic */
	bool wrong;
};

/* The number behind "seq": in a line of JSON. */
static uint64_t seq_of(const char *line, size_t len)
{
	const char *at = memmem(line, len, "\"seq\":", 6);

	return at ? strtoull(at + 6, NULL, 10) : UINT64_MAX;
}

/* One event: it is the next one, or one that was received before. */
static void see_event(struct received *received, uint64_t seq)
{
	if (seq == received->next) {
		received->next++;
	} else if (seq < received->next) {
		received->twice++;
	} else {
		if (!received->wrong)
			print_error("%s: event %llu comes where %llu is next\n", received->host,
				    (unsigned long long)seq, (unsigned long long)received->next);
		received->wrong = true;
	}
}

static uint64_t number_of(const rd_kafka_message_t *message, const char *header)
{
	return strtoull(fleet_message_header(message, header), NULL, 10);
}

/* The key names the host, and a Java client would choose the same partition for it. */
static bool has_right_partition(const struct received *received, const rd_kafka_message_t *message)
{
	char key[256];

	snprintf(key, sizeof(key), "%s/%s", received->host,
		 fleet_message_header(message, "boot_id"));
	return message->key_len == strlen(key) && memcmp(message->key, key, strlen(key)) == 0 &&
	       message->partition == rd_kafka_msg_partitioner_murmur2(NULL, key, strlen(key),
								      received->partitions, NULL,
								      NULL);
}

static void see_message(void *ctx, const rd_kafka_message_t *message)
{
	struct received *received = ctx;
	const char *line = message->payload, *end = line + message->len;
	const uint64_t first = number_of(message, "first_seq");
	const uint64_t last = number_of(message, "last_seq");
	uint64_t count = 0;

	if (strcmp(fleet_message_header(message, "host"), received->host) != 0 ||
	    strcmp(fleet_message_header(message, "kind"), "events") != 0)
		return;
	if (!has_right_partition(received, message)) {
		received->wrong = true;
		return;
	}
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));

		if (!newline || seq_of(line, (size_t)(newline - line)) != first + count) {
			received->wrong = true;
			return;
		}
		see_event(received, first + count++);
		line = newline + 1;
	}
	if (last != first + count - 1 || count != number_of(message, "count"))
		received->wrong = true;
}

/*
 * A topic with @partitions has each event of @host, @count of them, in order. Return: how many it
 * has twice.
 */
static uint64_t check_partitions(const char *topic, int partitions, const char *host,
				 uint64_t count)
{
	struct received received = { .host = host, .partitions = partitions };

	assert_int_equal(fleet_topic_read(fleet_cluster__addresses(fixture.cluster), topic,
					  see_message, &received),
			 0);
	assert_false(received.wrong);
	assert_int_equal(received.next, count);
	return received.twice;
}

static uint64_t check_topic(const char *topic, uint64_t count)
{
	return check_partitions(topic, 1, "host-a", count);
}

/*
 * "eventstrace-ship verify" finds no fault, and a session of which the topic has all @attempted
 * events.
 */
static void verify_topic(const char *topic, uint64_t attempted)
{
	const char *const argv[] = { fixture.program, "verify",
				     fixture_address(FLEET_PLAINTEXT, topic), NULL };
	char sums[128];
	int status;

	forget_messages();
	status = ship_process_wait(fixture_start(argv));
	snprintf(sums, sizeof(sums), ": attempted %llu = received %llu + lost 0;",
		 (unsigned long long)attempted, (unsigned long long)attempted);
	ship_process_expect(fixture.messages, sums);
	assert_int_equal(status, 0);
}

/* Run "eventstrace-ship read @option" of a topic. What it prints is the file `messages`. */
static void read_topic(const char *topic, const char *option)
{
	const char *const argv[] = { fixture.program, "read", option,
				     fixture_address(FLEET_PLAINTEXT, topic), NULL };

	forget_messages();
	assert_int_equal(ship_process_wait(fixture_start(argv)), 0);
}

/* ---- cases --------------------------------------------------------------------------------- */

/* The node that leads the only partition of the topic. */
static int leader_of(const char *topic)
{
	int node = fleet_cluster__leader(fixture.cluster, topic, 0);

	assert_true(node >= 0);
	return node;
}

/* Wait until another node than @old leads the only partition of the topic. */
static void wait_for_other_leader(const char *topic, int old)
{
	const time_t end = now_s() + WAIT_S;
	int leader;

	do {
		if (now_s() >= end)
			fail_msg("node %d leads %s for %d s", old, topic, WAIT_S);
		pause_ms(100);
		leader = fleet_cluster__leader(fixture.cluster, topic, 0);
	} while (leader < 0 || leader == old);
}

/* Two hosts in one folder, and a segment that grows while it is sent. */
static void test_happy_path(void **state)
{
	static const char *const options[] = { "--drain-timeout=60", NULL };
	uint64_t of_a;
	pid_t sender;

	(void)state;
	fixture_create_topic("happy-path", 12);
	spool_maker_segment(&fixture.maker, 1000);
	sender = fixture_send("happy-path", options);
	spool_maker_begin(&fixture.maker);
	for (int i = 0; i < 20; i++) {
		spool_maker_append(&fixture.maker, 10);
		pause_ms(10);
	}
	spool_maker_end(&fixture.maker);
	of_a = fixture.maker.seq;
	spool_maker_session(&fixture.maker, 'b');
	spool_maker_segment(&fixture.maker, 500);
	wait_for_segments(0);
	kill(sender, SIGTERM);
	assert_int_equal(ship_process_wait(sender), 0);
	ship_process_expect(fixture.messages, "1700 events");
	assert_int_equal(check_partitions("happy-path", 12, "host-a", of_a), 0);
	assert_int_equal(check_partitions("happy-path", 12, "host-b", 500), 0);
	verify_topic("happy-path", of_a);
	verify_topic("happy-path", 500);
}

static void test_leader_killed(void **state)
{
	pid_t sender;
	int leader;

	(void)state;
	fixture_create_topic("leader-killed", 1);
	make_flood();
	leader = leader_of("leader-killed");
	sender = fixture_send("leader-killed", once);
	wait_for_segments(FLOOD_SEGMENTS - 2);
	fleet_cluster__kill_node(fixture.cluster, leader);
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	assert_int_equal(ship_process_wait(sender), 0);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	assert_int_equal(check_topic("leader-killed", fixture.maker.seq), 0);
	verify_topic("leader-killed", fixture.maker.seq);
	assert_int_equal(fleet_cluster__start_node(fixture.cluster, leader), 0);
	assert_int_equal(fleet_cluster__wait(fixture.cluster, "leader-killed"), 0);
}

/*
 * A leader that sleeps for less than the time after which another one would replace it. The sender
 * gives up its requests and sends the messages again; when the leader continues, it has both.
 */
static void test_leader_sleeps(void **state)
{
	static const char *const options[] = { "--once", "--kafka=socket.timeout.ms=500", NULL };
	pid_t sender;
	int leader;

	(void)state;
	fixture_create_topic("leader-sleeps", 1);
	make_flood();
	leader = leader_of("leader-sleeps");
	sender = fixture_send("leader-sleeps", options);
	for (size_t left = FLOOD_SEGMENTS - 2; left >= FLOOD_SEGMENTS - 6; left -= 2) {
		wait_for_segments(left);
		fleet_cluster__pause_node(fixture.cluster, leader);
		pause_ms(1500);
		fleet_cluster__resume_node(fixture.cluster, leader);
	}
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	assert_int_equal(ship_process_wait(sender), 0);
	assert_int_equal(check_topic("leader-sleeps", fixture.maker.seq), 0);
	verify_topic("leader-sleeps", fixture.maker.seq);
	assert_int_equal(fleet_cluster__wait(fixture.cluster, "leader-sleeps"), 0);
}

/* A leader that sleeps until another one replaces it, and wakes up later. */
static void test_node_paused(void **state)
{
	pid_t sender;
	int leader;

	(void)state;
	fixture_create_topic("node-paused", 1);
	make_flood();
	leader = leader_of("node-paused");
	sender = fixture_send("node-paused", once);
	wait_for_segments(FLOOD_SEGMENTS - 2);
	fleet_cluster__pause_node(fixture.cluster, leader);
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	wait_for_other_leader("node-paused", leader);
	fleet_cluster__resume_node(fixture.cluster, leader);
	assert_int_equal(ship_process_wait(sender), 0);
	assert_int_equal(check_topic("node-paused", fixture.maker.seq), 0);
	verify_topic("node-paused", fixture.maker.seq);
	assert_int_equal(fleet_cluster__wait(fixture.cluster, "node-paused"), 0);
}

/* The folder keeps what comes while no node runs. */
static void test_cluster_down(void **state)
{
	static const char *const options[] = { "--drain-timeout=0", NULL };
	pid_t sender;

	(void)state;
	fixture_create_topic("cluster-down", 1);
	make_flood();
	sender = fixture_send("cluster-down", options);
	wait_for_segments(FLOOD_SEGMENTS - 2);
	for (int i = 0; i < FLEET_NODES; i++)
		fleet_cluster__kill_node(fixture.cluster, i);
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	spool_maker_segment(&fixture.maker, SEGMENT_EVENTS);
	pause_ms(3000);
	/* It waits, and does not end. */
	assert_int_equal(waitpid(sender, NULL, WNOHANG), 0);
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	for (int i = 0; i < FLEET_NODES; i++)
		assert_int_equal(fleet_cluster__start_node(fixture.cluster, i), 0);
	wait_for_segments(0);
	kill(sender, SIGTERM);
	assert_int_equal(ship_process_wait(sender), 0);
	ship_process_expect(fixture.messages, "events stay in the folder");
	assert_int_equal(fleet_cluster__wait(fixture.cluster, "cluster-down"), 0);
	assert_int_equal(check_topic("cluster-down", fixture.maker.seq), 0);
	verify_topic("cluster-down", fixture.maker.seq);
}

/* Killed ten times: its successor continues, and what was not acknowledged is sent again. */
static void test_sender_killed(void **state)
{
	char dropped[64];
	uint64_t twice;
	pid_t sender;

	(void)state;
	fixture_create_topic("sender-killed", 1);
	make_flood();
	for (size_t left = FLOOD_SEGMENTS - 1; left >= FLOOD_SEGMENTS - 10; left--) {
		sender = fixture_send("sender-killed", once);
		wait_for_segments(left);
		kill(sender, SIGKILL);
		assert_int_equal(ship_process_wait(sender), 128 + SIGKILL);
	}
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	assert_int_equal(ship_process_wait(fixture_send("sender-killed", once)), 0);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	twice = check_topic("sender-killed", fixture.maker.seq);
	verify_topic("sender-killed", fixture.maker.seq);
	/* There are only PROCESS_SETSID: nothing is printed but the number of duplicates. */
	read_topic("sender-killed", "--events=exit");
	snprintf(dropped, sizeof(dropped), "%llu events were there twice",
		 (unsigned long long)twice);
	assert_int_equal(count_lines("{"), 0);
	assert_int_equal(count_lines(dropped), twice > 0);
	print_message("%llu events are in the topic twice\n", (unsigned long long)twice);
}

/* A sender that ends at a signal sends nothing twice. */
static void test_sender_restarted(void **state)
{
	static const char *const options[] = { "--drain-timeout=60", NULL };
	pid_t sender;

	(void)state;
	fixture_create_topic("sender-restarted", 1);
	make_flood();
	sender = fixture_send("sender-restarted", options);
	wait_for_segments(FLOOD_SEGMENTS - 3);
	kill(sender, SIGTERM);
	assert_int_equal(ship_process_wait(sender), 0);
	assert_true(spool_maker_segments_left(&fixture.maker) > 0);
	assert_int_equal(ship_process_wait(fixture_send("sender-restarted", once)), 0);
	assert_int_equal(check_topic("sender-restarted", fixture.maker.seq), 0);
	verify_topic("sender-restarted", fixture.maker.seq);
}

static void start_senders(struct spool_maker makers[SENDERS], pid_t senders[SENDERS])
{
	for (int i = 0; i < SENDERS; i++) {
		char host[32];
		const char *const options[] = { "--once", host, NULL };

		snprintf(host, sizeof(host), "--set-host=web-%02d", i);
		spool_maker_init(&makers[i]);
		spool_maker_segment(&makers[i], SENDER_EVENTS / 2);
		spool_maker_segment(&makers[i], SENDER_EVENTS / 2);
		senders[i] = fixture_send_folder(makers[i].folder, "senders", options);
	}
}

/* Many hosts at once: each is whole, and a reader gets all in the order of time. */
static void test_senders(void **state)
{
	static struct spool_maker makers[SENDERS];
	pid_t senders[SENDERS];

	(void)state;
	fixture_create_topic("senders", 12);
	start_senders(makers, senders);
	for (int i = 0; i < SENDERS; i++) {
		assert_int_equal(ship_process_wait(senders[i]), 0);
		spool_maker_remove(&makers[i]);
	}
	verify_topic("senders", SENDER_EVENTS);
	assert_int_equal(count_lines(": attempted 400 = received 400 + lost 0;"), SENDERS);
	read_topic("senders", "--from=start");
	assert_int_equal(count_lines("{\"event_type\":"), SENDERS * SENDER_EVENTS);
	read_topic("senders", "--host=web-07");
	assert_int_equal(count_lines("\"host\":\"web-07\""), SENDER_EVENTS);
	/* A group has a position: it prints all once, and then nothing. */
	read_topic("senders", "--group=readers");
	assert_int_equal(count_lines("{\"event_type\":"), SENDERS * SENDER_EVENTS);
	read_topic("senders", "--group=readers");
	assert_int_equal(count_lines("{\"event_type\":"), 0);
}

/* ---- messages with records ---------------------------------------------------------------- */

/* One message is a recording of the events that its headers name. */
static void see_frame(void *ctx, const rd_kafka_message_t *message)
{
	uint64_t *next = ctx, count = 0;
	struct et_recording_reader *reader = NULL;
	struct et_recorded rec;
	int r;

	if (strcmp(fleet_message_header(message, "kind"), "events") != 0)
		return;
	assert_string_equal(fleet_message_header(message, "format"), "record");
	assert_int_equal(number_of(message, "first_seq"), *next);
	assert_int_equal(et_recording_reader_new_on_bytes(message->payload, message->len, &reader),
			 0);
	do {
		while ((r = et_recording_reader_next(reader, &rec)) > 0)
			assert_int_equal(((const struct et_header *)rec.data)->seq,
					 *next + count++);
		if (r == -EAGAIN)
			r = et_recording_reader_fill(reader);
	} while (r > 0);
	assert_int_equal(r, 0);
	assert_int_equal(et_recording_reader_origin(reader)->first_seq, *next);
	et_recording_reader_free(reader);
	assert_int_equal(count, number_of(message, "count"));
	*next += count;
}

/* Send three segments to a new topic. Return: what "eventstrace-ship read" prints of it. */
static char *send_and_read(const char *topic, const char *const *options)
{
	fixture_create_topic(topic, 1);
	for (int i = 0; i < 3; i++)
		spool_maker_segment(&fixture.maker, RECORDS_EVENTS / 3);
	assert_int_equal(ship_process_wait(fixture_send(topic, options)), 0);
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 0);
	verify_topic(topic, RECORDS_EVENTS);
	read_topic(topic, "--from=start");
	return read_messages();
}

/* The topic has the records as they were. Readers print what they print of lines of JSON. */
static void test_records(void **state)
{
	static const char *const options[] = { "--once", "--payload=record", NULL };
	char *of_records, *of_lines;
	uint64_t next = 0;

	of_records = send_and_read("records", options);
	assert_int_equal(fleet_topic_read(fleet_cluster__addresses(fixture.cluster), "records",
					  see_frame, &next),
			 0);
	assert_int_equal(next, RECORDS_EVENTS);
	/* The same events again, in another spool. */
	fixture_tear_down(state);
	fixture_set_up(state);
	of_lines = send_and_read("lines", once);
	assert_string_equal(of_records, of_lines);
	free(of_records);
	free(of_lines);
}

/* A topic of records has what filters and formats need; lines of JSON are refused by name. */
static void test_filters(void **state)
{
	static const char *const records[] = { "--once", "--payload=record", NULL };
	const char *argv[] = { fixture.program,    "read", "--format=text",
			       "--exclude-comm=x", NULL,   NULL };

	(void)state;
	fixture_create_topic("filters", 3);
	spool_maker_segment(&fixture.maker, 300);
	spool_maker_session(&fixture.maker, 'b');
	spool_maker_segment(&fixture.maker, 200);
	assert_int_equal(ship_process_wait(fixture_send("filters", records)), 0);
	argv[4] = fixture_address(FLEET_PLAINTEXT, "filters");
	forget_messages();
	assert_int_equal(ship_process_wait(fixture_start(argv)), 0);
	assert_int_equal(count_lines(" setsid "), 500);
	/* One message of JSON is enough. */
	spool_maker_segment(&fixture.maker, 1);
	assert_int_equal(ship_process_wait(fixture_send("filters", once)), 0);
	forget_messages();
	assert_int_equal(ship_process_wait(fixture_start(argv)), 2);
	ship_process_expect(fixture.messages,
			    "cannot answer --exclude-comm: leave it out, or send with");
}

static void test_unknown_topic(void **state)
{
	static const char *const options[] = { "--once",
					       "--kafka=topic.metadata.propagation.max.ms=1000",
					       NULL };

	(void)state;
	spool_maker_segment(&fixture.maker, 10);
	assert_int_equal(ship_process_wait(fixture_send("no-such-topic", options)), 5);
	ship_process_expect(fixture.messages, "the topic no-such-topic does not take events");
	ship_process_expect(fixture.messages, "create the topic");
	assert_int_equal(spool_maker_segments_left(&fixture.maker), 1);
}

int main(int argc, char **argv)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_happy_path),       TEST(test_leader_killed), TEST(test_leader_sleeps),
		TEST(test_node_paused),      TEST(test_cluster_down),  TEST(test_sender_killed),
		TEST(test_sender_restarted), TEST(test_senders),       TEST(test_records),
		TEST(test_filters),          TEST(test_unknown_topic),
	};

	if (!fixture_arguments(argc, argv))
		return 2;
	return cmocka_run_group_tests(tests, fixture_start_cluster, fixture_stop_cluster);
}
