/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "eventstrace-ship read" of a folder, and of a topic of librdkafka's mock cluster, whose brokers
 * run inside of this process.
 */
#include "tools/ship/mock.h"
#include "tools/ship/read/read.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <rdkafka.h>
#include <rdkafka_mock.h>

#include "lib/sink/memory_file.h"
#include "tools/ship/consumer.h"
#include "tools/ship/read/reader.h"
#include "tools/ship/spool_maker.h"

#define TOPIC      "events"
#define PARTITIONS 2
#define FLUSH_MS   30000

/* The numbers of these requests in Kafka's protocol. */
#define API_FETCH         1
#define API_LIST_OFFSETS  2
#define API_OFFSET_COMMIT 8
#define API_JOIN_GROUP    11

#define WIDE      12 /* partitions */
#define WIDE_LINE "{\"event_type\":\"PROCESS_EXEC\",\"id\":\"a0\",\"seq\":0}\n"

static rd_kafka_t *producer;
static rd_kafka_mock_cluster_t *mock;
static char address[512];
static char *output;
static char *messages; /* of the command, on stderr */

/* Messages that the reader has taken since the test began. Calls come here (--wrap). */
static atomic_uint taken;

/* The same for waits in which no partition has a message. */
static atomic_uint waits;

/*
 * The waits that began too early. Since the last message or wait, the reader had asked fewer times
 * than there are partitions.
 */
static atomic_uint early_waits;

/* Answers in a row, since the last wait, that a partition has no message now. */
static unsigned int empty;

/* NOLINTBEGIN: the linker's names */
int __real_ship_consumer__next(struct ship_consumer *consumer, size_t source,
			       struct ship_received *ret);
int __wrap_ship_consumer__next(struct ship_consumer *consumer, size_t source,
			       struct ship_received *ret);
int __real_ship_consumer__wait(struct ship_consumer *consumer, int stop_fd, int timeout_ms);
int __wrap_ship_consumer__wait(struct ship_consumer *consumer, int stop_fd, int timeout_ms);
int __real_reader_take_message(struct reader *reader, size_t source,
			       const struct ship_received *message);
int __wrap_reader_take_message(struct reader *reader, size_t source,
			       const struct ship_received *message);

int __wrap_reader_take_message(struct reader *reader, size_t source,
			       const struct ship_received *message)
{
	int r = __real_reader_take_message(reader, source, message);

	taken++;
	return r;
}

int __wrap_ship_consumer__next(struct ship_consumer *consumer, size_t source,
			       struct ship_received *ret)
{
	int r = __real_ship_consumer__next(consumer, source, ret);

	empty = r == -EAGAIN ? empty + 1 : 0;
	return r;
}

int __wrap_ship_consumer__wait(struct ship_consumer *consumer, int stop_fd, int timeout_ms)
{
	waits++;
	early_waits += empty < ship_consumer__sources(consumer);
	empty = 0;
	return __real_ship_consumer__wait(consumer, stop_fd, timeout_ms);
}
/* NOLINTEND */

/* True: the disk has an error. Calls of read(2) come here (--wrap). */
static _Thread_local bool disk_fails;

ssize_t __real_read(int fd, void *buf, size_t size); /* NOLINT: the linker's name */
ssize_t __wrap_read(int fd, void *buf, size_t size); /* NOLINT: the linker's name */

ssize_t __wrap_read(int fd, void *buf, size_t size) /* NOLINT: the linker's name */
{
	if (!disk_fails)
		return __real_read(fd, buf, size);
	errno = EIO;
	return -1;
}

static int set_up(void **state)
{
	(void)state;
	taken = 0;
	waits = 0;
	early_waits = 0;
	empty = 0;
	producer = mock_new(TOPIC, PARTITIONS, &mock);
	snprintf(address, sizeof(address), "kafka://%s/" TOPIC,
		 rd_kafka_mock_cluster_bootstraps(mock));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(output);
	output = NULL;
	free(messages);
	messages = NULL;
	rd_kafka_destroy(producer);
	return 0;
}

static sigset_t term(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	return signals;
}

/* Take the signal that has stopped the command. Later tests must not get it. */
static void take_signal(void)
{
	const sigset_t signals = term();
	int taken;

	assert_int_equal(sigwait(&signals, &taken), 0);
}

/* Put a message into a partition. */
static void send_message(int32_t partition, const char *host, const char *kind, const char *payload)
{
	rd_kafka_resp_err_t err = rd_kafka_producev(
		producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(partition),
		RD_KAFKA_V_VALUE((void *)(uintptr_t)payload, strlen(payload)),
		RD_KAFKA_V_HEADER("host", host, -1), RD_KAFKA_V_HEADER("boot_id", "boot", -1),
		RD_KAFKA_V_HEADER("session", "session", -1), RD_KAFKA_V_HEADER("kind", kind, -1),
		RD_KAFKA_V_HEADER("format", "json", -1), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
		RD_KAFKA_V_END);

	assert_int_equal(err, RD_KAFKA_RESP_ERR_NO_ERROR);
}

/* One event that happened @ms after the beginning. */
static void send_event(int32_t partition, const char *host, const char *type, uint64_t seq,
		       uint64_t ms)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "{\"event_type\":\"%s\",\"id\":\"%s%" PRIu64 "\",\"time_unix_ns\":%" PRIu64
		 ",\"seq\":%" PRIu64 "}\n",
		 type, host, seq, (1767225600000 + ms) * 1000000, seq);
	send_message(partition, host, "events", text);
}

/* Run the command, and keep its messages. Return: the exit status. */
static int run_words(int argc, char **argv, FILE *out)
{
	const int err = dup(STDERR_FILENO), file = memory_file_new();
	int status;

	if (err < 0 || dup2(file, STDERR_FILENO) < 0) {
		fail_msg("cannot keep the messages");
		return -1;
	}
	status = ship_read_run(argc, argv, out);
	assert_true(dup2(err, STDERR_FILENO) >= 0);
	close(err);
	free(messages);
	messages = memory_file_text(file, NULL);
	fputs(messages, stderr);
	return status;
}

static size_t messages_with(const char *words)
{
	size_t count = 0;

	for (const char *at = messages; (at = strstr(at, words)); at += strlen(words))
		count++;
	return count;
}

/* Run with up to four words before the source. Return: the exit status. */
static int run(const char *source, const char *a, const char *b, const char *c, const char *d)
{
	const char *const words[] = { a, b, c, d };
	char *argv[8] = { "read" };
	int argc = 1, status;
	size_t size;
	FILE *out;

	assert_int_equal(rd_kafka_flush(producer, FLUSH_MS), 0);
	free(output);
	out = open_memstream(&output, &size);
	assert_non_null(out);
	for (size_t i = 0; i < 4 && words[i]; i++)
		argv[argc++] = (char *)(uintptr_t)words[i];
	argv[argc++] = (char *)(uintptr_t)source;
	status = run_words(argc, argv, out);
	fclose(out);
	return status;
}

/* Run with an output that takes nothing. Return: the exit status. */
static int run_to_full(int argc, char **argv)
{
	FILE *full = fopen("/dev/full", "we");
	int status;

	if (!full) {
		fail_msg("cannot open /dev/full");
		return -1;
	}
	status = run_words(argc, argv, full);
	fclose(full);
	return status;
}

/* The ids of the printed lines, in order, are those of @wanted: "a0 b0 ". */
static void check_ids(const char *wanted)
{
	char ids[512] = "";

	for (const char *at = output; (at = strstr(at, "\"id\":\"")); at++) {
		const size_t len = strlen(ids);

		snprintf(ids + len, sizeof(ids) - len, "%.*s ", (int)strcspn(at + 6, "\""), at + 6);
	}
	assert_string_equal(ids, wanted);
}

/* Two hosts in two partitions, and two in one: all are in the order of time. */
static void test_order(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_event(0, "a", "PROCESS_EXEC", 1, 5000);
	send_event(1, "b", "PROCESS_EXEC", 0, 1000);
	send_event(1, "b", "PROCESS_EXEC", 1, 6000);
	send_event(1, "c", "PROCESS_EXEC", 0, 5500);
	assert_int_equal(run(address, NULL, NULL, NULL, NULL), 0);
	check_ids("a0 b0 a1 c0 b1 ");
	/* Lines pass unchanged. */
	assert_non_null(strstr(output, "{\"event_type\":\"PROCESS_EXEC\",\"id\":\"a0\","
				       "\"time_unix_ns\":1767225600000000000,\"seq\":0}\n"));
}

/* Without a window, c comes behind b. */
static void test_no_window(void **state)
{
	(void)state;
	send_event(1, "b", "PROCESS_EXEC", 0, 1000);
	send_event(1, "b", "PROCESS_EXEC", 1, 6000);
	send_event(1, "c", "PROCESS_EXEC", 0, 5500);
	assert_int_equal(run(address, "--window=0", NULL, NULL, NULL), 0);
	check_ids("b0 b1 c0 ");
}

static void test_duplicates(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_event(0, "a", "PROCESS_EXEC", 1, 1);
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_event(0, "a", "PROCESS_EXEC", 1, 1);
	send_event(0, "a", "PROCESS_EXEC", 2, 2);
	/* The same numbers of another host are other events. */
	send_event(0, "b", "PROCESS_EXEC", 2, 3);
	assert_int_equal(run(address, NULL, NULL, NULL, NULL), 0);
	check_ids("a0 a1 a2 b2 ");
}

/* The clock of a host was set back: its events stay in their order. */
static void test_clock(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 500);
	send_event(0, "a", "PROCESS_EXEC", 1, 400);
	send_event(0, "a", "PROCESS_EXEC", 2, 600);
	assert_int_equal(run(address, NULL, NULL, NULL, NULL), 0);
	check_ids("a0 a1 a2 ");
}

static void test_selection(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_message(0, "a", "account",
		     "{\"type\":\"SHIP_ACCOUNT\",\"id\":\"x\",\"moment\":\"running\"}\n");
	send_event(0, "a", "PROCESS_EXIT", 1, 1);
	send_event(0, "a", "LOST", 2, 2);
	send_event(1, "b", "PROCESS_EXEC", 0, 3);
	send_event(1, "c", "PROCESS_EXEC", 0, 4);
	send_message(1, "c", "events",
		     "{\"event_type\":\"PROCESS_EXISTS\",\"again\":true,\"id\":\"x\",\"seq\":1}\n");
	assert_int_equal(run(address, NULL, NULL, NULL, NULL), 0);
	check_ids("a0 a1 a2 b0 c0 ");
	assert_int_equal(run(address, "--host=a", NULL, NULL, NULL), 0);
	check_ids("a0 a1 a2 ");
	assert_int_equal(run(address, "--host=c", "--host=a", "-e", "exec"), 0);
	check_ids("a0 a2 c0 ");
	assert_int_equal(run(address, "-n", "2", NULL, NULL), 0);
	check_ids("a0 a1 ");
	assert_int_equal(run(address, "--from=end", NULL, NULL, NULL), 0);
	check_ids("");
}

/* The offset that a group has stored for a partition; negative: none. */
static int64_t stored(const char *group, int32_t partition)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_t *consumer;
	char error[256];
	int64_t offset;

	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock), error,
			  sizeof(error));
	rd_kafka_conf_set(conf, "group.id", group, error, sizeof(error));
	consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
	assert_non_null(consumer);
	rd_kafka_topic_partition_list_add(list, TOPIC, partition);
	assert_int_equal(rd_kafka_committed(consumer, list, FLUSH_MS), 0);
	offset = list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(consumer);
	return offset;
}

static void test_group(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_event(1, "b", "PROCESS_EXEC", 0, 1);
	send_event(1, "b", "PROCESS_EXEC", 1, 2);
	assert_int_equal(run(address, "--group=g", NULL, NULL, NULL), 0);
	check_ids("a0 b0 b1 ");
	assert_int_equal(stored("g", 0), 1);
	assert_int_equal(stored("g", 1), 2);
	assert_true(stored("other", 0) < 0);
}

/* Only what is printed is stored: of two messages of one partition, one. */
static void test_group_stops(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_event(0, "a", "PROCESS_EXEC", 1, 1);
	assert_int_equal(run(address, "--group=g", "-n", "1", NULL), 0);
	check_ids("a0 ");
	assert_int_equal(stored("g", 0), 1);
}

/* A message that the filters cannot answer is not read: the group gets it again. */
static void test_group_refused(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	assert_int_equal(run(address, "--group=g", "--exclude-comm=x", NULL, NULL), 2);
	assert_true(stored("g", 0) < 0);
}

/* The output takes nothing: the group has nothing. */
static void test_group_without_output(void **state)
{
	char *argv[] = { "read", "--group=g", address, NULL };

	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	assert_int_equal(rd_kafka_flush(producer, FLUSH_MS), 0);
	assert_int_equal(run_to_full(3, argv), 5);
	assert_true(stored("g", 0) < 0);
}

/* Requests of a kind since the tracking began. */
static size_t requests_of(int16_t api)
{
	size_t count, found = 0;
	rd_kafka_mock_request_t **requests = rd_kafka_mock_get_requests(mock, &count);

	for (size_t i = 0; i < count; i++)
		found += rd_kafka_mock_request_api_key(requests[i]) == api;
	rd_kafka_mock_request_destroy_array(requests, count);
	return found;
}

/* Options and an output that cannot be used are found before the command joins the group. */
static void test_group_undisturbed(void **state)
{
	char *argv[] = { "read", "--group=g", address, NULL };
	FILE *unwritable = fopen("/dev/null", "re");

	(void)state;
	if (!unwritable) {
		fail_msg("cannot open /dev/null");
		return;
	}
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	rd_kafka_mock_start_request_tracking(mock);
	assert_int_equal(run(address, "--group=g", "--comm=", NULL, NULL), 2);
	assert_int_equal(run_words(3, argv, unwritable), 5);
	assert_int_equal(messages_with("cannot write the output"), 1);
	assert_int_equal(requests_of(API_JOIN_GROUP), 0);
	assert_int_equal(run(address, "--group=g", NULL, NULL, NULL), 0);
	assert_true(requests_of(API_JOIN_GROUP) > 0);
	rd_kafka_mock_stop_request_tracking(mock);
	fclose(unwritable);
}

/* The cluster does not store the last position: one message reports it. */
static void test_group_not_stored(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		rd_kafka_mock_push_request_errors(mock, API_OFFSET_COMMIT, 1,
						  RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	assert_int_equal(run(address, "--group=g", "-n", "1", NULL), 0);
	check_ids("a0 ");
	assert_int_equal(messages_with("cannot store the position of the group"), 1);
	assert_int_equal(messages_with("another reader can get the same events"), 1);
	rd_kafka_mock_clear_request_errors(mock, API_OFFSET_COMMIT);
	assert_true(stored("g", 0) < 0);
}

/* ---- a second member of the group ---------------------------------------------------------- */

/* The mock cluster waits a second less than this for members that may come. */
#define SESSION_MS   "2000"
#define HEARTBEAT_MS "100"

/* Partition and ids of the events that the second member has read: "e1 f1 ". */
static int32_t second_partition;
static char second_ids[256];
static rd_kafka_t *second;

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

/* Wait until a group has stored an offset. */
static void wait_stored(const char *group, int32_t partition, int64_t offset)
{
	for (int i = 0; i < 300 && stored(group, partition) != offset; i++)
		pause_ms(100);
	assert_int_equal(stored(group, partition), offset);
}

/* Wait until the reader has taken this many messages. */
static void wait_taken(unsigned int count)
{
	for (int i = 0; i < 3000 && taken < count; i++)
		pause_ms(10);
	assert_true(taken >= count);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Send an event of the host that the partition has. @ms: since 2026 */
static void send_to(int32_t partition, uint64_t seq, uint64_t ms)
{
	send_event(partition, partition ? "f" : "e", "PROCESS_EXEC", seq, ms);
	assert_int_equal(rd_kafka_flush(producer, FLUSH_MS), 0);
}

static void join_second(const char *strategy)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	char error[256];

	*second_ids = '\0';
	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock), error,
			  sizeof(error));
	rd_kafka_conf_set(conf, "group.id", "g", error, sizeof(error));
	rd_kafka_conf_set(conf, "auto.offset.reset", "earliest", error, sizeof(error));
	rd_kafka_conf_set(conf, "enable.auto.commit", "false", error, sizeof(error));
	rd_kafka_conf_set(conf, "session.timeout.ms", SESSION_MS, error, sizeof(error));
	rd_kafka_conf_set(conf, "heartbeat.interval.ms", HEARTBEAT_MS, error, sizeof(error));
	rd_kafka_conf_set(conf, "partition.assignment.strategy", strategy, error, sizeof(error));
	second = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
	assert_non_null(second);
	rd_kafka_topic_partition_list_add(list, TOPIC, RD_KAFKA_PARTITION_UA);
	assert_int_equal(rd_kafka_subscribe(second, list), 0);
	rd_kafka_topic_partition_list_destroy(list);
}

/* Let the second member read an event, and store its position. */
static void read_second(void)
{
	rd_kafka_message_t *message = NULL;
	const size_t len = strlen(second_ids);
	const char *id;

	for (int i = 0; i < 300 && (!message || message->err); i++) {
		if (message)
			rd_kafka_message_destroy(message);
		message = rd_kafka_consumer_poll(second, 100);
	}
	if (!message || message->err) {
		fail_msg("the second member gets no event");
		return;
	}
	second_partition = message->partition;
	id = strstr(message->payload, "\"id\":\"") + 6;
	snprintf(second_ids + len, sizeof(second_ids) - len, "%.*s ", (int)strcspn(id, "\""), id);
	assert_int_equal(rd_kafka_commit_message(second, message, 0), 0);
	rd_kafka_message_destroy(message);
}

/*
 * What the second member does while the command runs. Each partition has an event 0, which is
 * printed, then an event 1, which waits for the window until the command ends. The second member
 * reads event 1 of its partition, and event 2. Event 3 comes when it has left the group.
 */
static void *join_and_leave(void *strategy)
{
	const uint64_t now = now_ms() - 1767225600000;

	wait_stored("g", 0, 1);
	wait_stored("g", 1, 1);
	send_to(0, 1, now);
	send_to(1, 1, now);
	wait_taken(4);
	join_second(strategy);
	read_second();
	send_to(second_partition, 2, 2);
	read_second();
	assert_int_equal(stored("g", second_partition), 3);
	rd_kafka_consumer_close(second);
	rd_kafka_destroy(second);
	send_to(second_partition, 3, 3);
	/* The command has the partition again. It does not wait for event 1, which was read. */
	wait_stored("g", second_partition, 4);
	assert_int_equal(stored("g", 1 - second_partition), 1);
	kill(getpid(), SIGTERM);
	return NULL;
}

/* Run the command with a second member. No event is read by both. */
static void check_second_member(const char *strategy)
{
	char property[128], *argument = (char *)(uintptr_t)strategy;
	pthread_t thread;

	snprintf(property, sizeof(property), "--kafka=partition.assignment.strategy=%s", strategy);
	setenv("EVENTSTRACE_KAFKA_SESSION_TIMEOUT_MS", SESSION_MS, 1);
	setenv("EVENTSTRACE_KAFKA_HEARTBEAT_INTERVAL_MS", HEARTBEAT_MS, 1);
	send_to(0, 0, 0);
	send_to(1, 0, 1);
	assert_int_equal(pthread_create(&thread, NULL, join_and_leave, argument), 0);
	assert_int_equal(run(address, "--group=g", "--follow", "--window=600", property), 0);
	unsetenv("EVENTSTRACE_KAFKA_SESSION_TIMEOUT_MS");
	unsetenv("EVENTSTRACE_KAFKA_HEARTBEAT_INTERVAL_MS");
	pthread_join(thread, NULL);
	take_signal();
	assert_string_equal(second_ids, second_partition ? "f1 f2 " : "e1 e2 ");
	check_ids(second_partition ? "e0 f0 f3 " : "e0 f0 e3 ");
}

static void test_second_member(void **state)
{
	(void)state;
	check_second_member("range");
}

static void test_second_member_cooperative(void **state)
{
	(void)state;
	check_second_member("cooperative-sticky");
}

/* ---- what waits at the end ----------------------------------------------------------------- */

static void *end_by_signal(void *ctx)
{
	(void)ctx;
	wait_taken(2);
	kill(getpid(), SIGTERM);
	return NULL;
}

static void *end_by_refusal(void *ctx)
{
	(void)ctx;
	wait_taken(2);
	for (int i = 0; i < PARTITIONS; i++)
		rd_kafka_mock_push_request_errors(mock, API_FETCH, 1,
						  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	return NULL;
}

/* Two events wait for others. Without a group, they are printed when the command ends. */
static int run_until(void *(*end)(void *ctx))
{
	const uint64_t now = now_ms() - 1767225600000;
	pthread_t thread;
	int status;

	send_event(0, "a", "PROCESS_EXEC", 0, now);
	send_event(0, "a", "PROCESS_EXEC", 1, now + 1);
	assert_int_equal(pthread_create(&thread, NULL, end, NULL), 0);
	status = run(address, "--follow", "--window=600", NULL, NULL);
	pthread_join(thread, NULL);
	check_ids("a0 a1 ");
	return status;
}

static void test_held_at_signal(void **state)
{
	(void)state;
	assert_int_equal(run_until(end_by_signal), 0);
	take_signal();
}

static void test_held_at_error(void **state)
{
	(void)state;
	assert_int_equal(run_until(end_by_refusal), 1);
	assert_int_equal(messages_with("allow this user to read the topic"), 1);
}

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* When all partitions are empty, send an event into partition 0. */
static void *send_later(void *ctx)
{
	(void)ctx;
	for (int i = 0; i < 3000 && waits < 2; i++)
		pause_ms(10);
	rd_kafka_producev(producer, RD_KAFKA_V_TOPIC("wide"), RD_KAFKA_V_PARTITION(0),
			  RD_KAFKA_V_VALUE((void *)(uintptr_t)WIDE_LINE, strlen(WIDE_LINE)),
			  RD_KAFKA_V_HEADER("host", "a", -1),
			  RD_KAFKA_V_HEADER("format", "json", -1),
			  RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
	rd_kafka_flush(producer, FLUSH_MS);
	return NULL;
}

/* Of 12 partitions, one has an event: the reader asks all of them before each wait. */
static void test_follow(void **state)
{
	char wide[600];
	pthread_t thread;

	(void)state;
	assert_int_equal(rd_kafka_mock_topic_create(mock, "wide", WIDE, 1), 0);
	snprintf(wide, sizeof(wide), "kafka://%s/wide", rd_kafka_mock_cluster_bootstraps(mock));
	assert_int_equal(pthread_create(&thread, NULL, send_later, NULL), 0);
	assert_int_equal(run(wide, "--follow", "-n", "1", NULL), 0);
	pthread_join(thread, NULL);
	check_ids("a0 ");
	assert_true(waits >= 2);
	assert_int_equal(early_waits, 0);
}

static void test_foreign(void **state)
{
	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	send_message(0, "", "", "hello");
	send_event(0, "a", "PROCESS_EXEC", 1, 1);
	assert_int_equal(run(address, NULL, NULL, NULL, NULL), 1);
	check_ids("a0 a1 ");
	assert_int_equal(messages_with("message 1 of partition 0, host unknown: 1 of its lines are "
				       "no events: it is left out\n"),
			 1);
}

static void test_failures(void **state)
{
	char *argv[] = { "read", address, NULL };

	(void)state;
	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	assert_int_equal(run(address, "--group=g", "--since=-1h", NULL, NULL), 2);
	assert_int_equal(run(address, "--from=here", NULL, NULL, NULL), 2);
	assert_int_equal(run("/no/such/folder", NULL, NULL, NULL, NULL), 1);
	assert_int_equal(run("/tmp", "--follow", NULL, NULL, NULL), 2);
	assert_int_equal(run("kafka://127.0.0.1:1/events", "--kafka=nonsense=1", NULL, NULL, NULL),
			 2);
	assert_int_equal(run_to_full(2, argv), 5);
}

static void test_folder(void **state)
{
	struct spool_maker maker;
	unsigned int lines = 0;

	(void)state;
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	spool_maker_begin(&maker);
	spool_maker_append(&maker, 2);
	assert_int_equal(run(maker.folder, NULL, NULL, NULL, NULL), 0);
	for (const char *at = output; (at = strstr(at, "\"host\":\"host-a\"")); at++)
		lines++;
	assert_int_equal(lines, 5);
	assert_int_equal(run(maker.folder, "--host=host-b", NULL, NULL, NULL), 0);
	assert_string_equal(output, "");
	/* The first event came a second after the host's start, and each next one 1 us later. */
	assert_int_equal(run(maker.folder, "--since=@1767225601.000003", NULL, NULL, NULL), 0);
	assert_null(strstr(output, "\"seq\":2,"));
	assert_non_null(strstr(output, "\"seq\":3,"));
	spool_maker_end(&maker);
	spool_maker_remove(&maker);
}

/* A server that answers without TLS. Ends when the listening socket is shut down. */
static void *answer_in_text(void *ctx)
{
	static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	const int *listener = ctx;
	int fd;

	while ((fd = accept4(*listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		char hello[4096];

		(void)recv(fd, hello, sizeof(hello), 0);
		(void)send(fd, text, strlen(text), MSG_NOSIGNAL);
		close(fd);
	}
	return NULL;
}

/* No broker can be used, because a property is wrong: the command does not wait for a minute. */
static void test_refused(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(at);
	const double begin = now_s();
	pthread_t thread;
	char source[64];

	(void)state;
	if (listener < 0) {
		fail_msg("cannot make a socket");
		return;
	}
	assert_int_equal(bind(listener, (struct sockaddr *)&at, size), 0);
	assert_int_equal(listen(listener, 8), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	assert_int_equal(pthread_create(&thread, NULL, answer_in_text, &listener), 0);
	snprintf(source, sizeof(source), "kafka://127.0.0.1:%d/events", ntohs(at.sin_port));
	assert_int_equal(run(source, "--kafka=security.protocol=ssl", NULL, NULL, NULL), 1);
	assert_true(now_s() - begin < 30);
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
}

/* No node answers: a signal ends the command. */
static void test_stop(void **state)
{
	const double begin = now_s();

	(void)state;
	/* It is blocked, and stays pending until the command looks for it. */
	kill(getpid(), SIGTERM);
	assert_int_equal(run("kafka://127.0.0.1:1/events", NULL, NULL, NULL, NULL), 0);
	assert_true(now_s() - begin < 30);
	take_signal();
}

/* Send the signal when the command has asked for the ends of the partitions. */
static void *stop_when_asking(void *ctx)
{
	(void)ctx;
	for (int i = 0; i < 3000 && !requests_of(API_LIST_OFFSETS); i++)
		pause_ms(10);
	kill(getpid(), SIGTERM);
	return NULL;
}

/* A node answers late: a signal ends the command, and does not wait for the answer. */
static void check_stop_while_asking(const char *option)
{
	const double begin = now_s();
	pthread_t thread;

	send_event(0, "a", "PROCESS_EXEC", 0, 0);
	assert_int_equal(rd_kafka_flush(producer, FLUSH_MS), 0);
	for (int i = 0; i < 20; i++)
		assert_int_equal(
			rd_kafka_mock_broker_push_request_error_rtts(
				mock, 1, API_LIST_OFFSETS, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 60000),
			0);
	rd_kafka_mock_start_request_tracking(mock);
	assert_int_equal(pthread_create(&thread, NULL, stop_when_asking, NULL), 0);
	assert_int_equal(run(address, option, NULL, NULL, NULL), 0);
	assert_string_equal(output, "");
	assert_true(now_s() - begin < 30);
	pthread_join(thread, NULL);
	take_signal();
}

static void test_stop_while_asking(void **state)
{
	(void)state;
	check_stop_while_asking("--from=start");
}

/* An I/O error of a segment is none of the output. */
static void test_disk(void **state)
{
	struct spool_maker maker;
	int status;

	(void)state;
	spool_maker_init(&maker);
	spool_maker_segment(&maker, 3);
	disk_fails = true;
	status = run(maker.folder, NULL, NULL, NULL, NULL);
	disk_fails = false;
	assert_int_equal(status, 1);
	spool_maker_remove(&maker);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order),
		TEST(test_no_window),
		TEST(test_duplicates),
		TEST(test_clock),
		TEST(test_selection),
		TEST(test_group),
		TEST(test_group_stops),
		TEST(test_group_without_output),
		TEST(test_group_refused),
		TEST(test_group_undisturbed),
		TEST(test_group_not_stored),
		TEST(test_held_at_signal),
		TEST(test_held_at_error),
		TEST(test_foreign),
		TEST(test_failures),
		TEST(test_folder),
		TEST(test_follow),
		TEST(test_disk),
		TEST(test_refused),
		TEST(test_stop),
		TEST(test_stop_while_asking),
		TEST(test_second_member),
		TEST(test_second_member_cooperative),
	};

	const sigset_t signals = term();

	/* Also for the threads of the mock cluster. */
	if (pthread_sigmask(SIG_BLOCK, &signals, NULL) != 0)
		return 1;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
