/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The producer with librdkafka's mock cluster, whose brokers run inside of this process. A test can
 * make them refuse requests.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <rdkafka.h>
#include <rdkafka_mock.h>

#include "tools/ship/kafka.h"

#define PRODUCE 0 /* number of the request in Kafka's protocol */
#define WAIT_S  40

static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *mock;
static struct ship_kafka *kafka;
static struct ship_properties properties;
static unsigned int acknowledged;
static char error[512];

static void on_acknowledged(void *ctx, void *cookie)
{
	assert_ptr_equal(ctx, &acknowledged);
	/* In order. */
	assert_int_equal((uintptr_t)cookie, acknowledged);
	acknowledged++;
}

static int open_producer_at(const char *brokers)
{
	const struct ship_output_options options = { on_acknowledged, &acknowledged };
	struct ship_destination to = { .topic = "events" };

	snprintf(to.brokers, sizeof(to.brokers), "%s", brokers);
	return ship_kafka__open(&to, &properties, &options, &kafka, error, sizeof(error));
}

static int open_producer(void)
{
	return open_producer_at(rd_kafka_mock_cluster_bootstraps(mock));
}

static int set_up(void **state)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	(void)state;
	rd_kafka_conf_set(conf, "log_level", "0", error, sizeof(error));
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	mock = rd_kafka_mock_cluster_new(owner, 3);
	kafka = NULL;
	acknowledged = 0;
	if (ship_properties_add(&properties, "retry.backoff.ms=10", error, sizeof(error)) < 0 ||
	    ship_properties_add(&properties, "retry.backoff.max.ms=20", error, sizeof(error)) < 0)
		return -1;
	return rd_kafka_mock_topic_create(mock, "events", 1, 3) == RD_KAFKA_RESP_ERR_NO_ERROR
		       ? open_producer()
		       : -1;
}

static int tear_down(void **state)
{
	(void)state;
	ship_kafka__close(kafka);
	ship_properties_free(&properties);
	rd_kafka_mock_cluster_destroy(mock);
	rd_kafka_destroy(owner);
	return 0;
}

static int send_one(unsigned int number)
{
	char text[32];
	struct ship_message message = {
		.key = "host/boot",
		.payload = text,
		.headers = { { "host", "host" } },
		.cookie = (void *)(uintptr_t)number,
	};

	message.size = (size_t)snprintf(text, sizeof(text), "%u\n", number);
	return ship_kafka__send(kafka, &message);
}

static void send_some(unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(send_one(i), 0);
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* Poll until @count messages are acknowledged, or a failure. Return: as ship_kafka__poll(). */
static int wait_for(unsigned int count)
{
	const time_t end = now_s() + WAIT_S;
	int r = 0;

	while (r == 0 && acknowledged < count) {
		struct pollfd fd = { .fd = ship_kafka__fd(kafka), .events = POLLIN };

		assert_true(now_s() < end);
		(void)poll(&fd, 1, 1000);
		r = ship_kafka__poll(kafka);
	}
	return r;
}

static void test_acknowledged(void **state)
{
	struct ship_output_counts counts;

	(void)state;
	send_some(100);
	assert_int_equal(wait_for(100), 0);
	counts = ship_kafka__counts(kafka);
	assert_int_equal(counts.produced, 100);
	assert_int_equal(counts.acknowledged, 100);
}

/* Wait until a count is not 0: the statistics of the client come later. */
static void wait_for_count(size_t offset)
{
	const time_t end = now_s() + WAIT_S;
	uint64_t count = 0;

	while (!count) {
		struct pollfd fd = { .fd = ship_kafka__fd(kafka), .events = POLLIN };
		const struct ship_output_counts counts = ship_kafka__counts(kafka);

		assert_true(now_s() < end);
		memcpy(&count, (const char *)&counts + offset, sizeof(count));
		(void)poll(&fd, 1, count ? 0 : 1000);
		assert_int_equal(ship_kafka__poll(kafka), 0);
	}
}

/* Errors that pass: the client sends again, and the user sees none of them. */
static void test_retried(void **state)
{
	(void)state;
	rd_kafka_mock_push_request_errors(mock, PRODUCE, 4, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
					  RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
					  RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
					  RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR);
	send_some(100);
	assert_int_equal(wait_for(100), 0);
	wait_for_count(offsetof(struct ship_output_counts, sent_again));
}

/* Errors that stay: nothing behind the refused message is taken for stored. */
static void check_refused(rd_kafka_resp_err_t err, const char *advice)
{
	rd_kafka_mock_push_request_errors(mock, PRODUCE, 1, err);
	send_some(1);
	assert_int_equal(wait_for(1), -EIO);
	assert_int_equal(acknowledged, 0);
	if (!strstr(ship_kafka__error(kafka), "the topic events does not take events") ||
	    !strstr(ship_kafka__error(kafka), advice))
		fail_msg("%s", ship_kafka__error(kafka));
	/* It stays failed. */
	assert_int_equal(ship_kafka__poll(kafka), -EIO);
}

static void test_too_large_for_topic(void **state)
{
	(void)state;
	check_refused(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "max.message.bytes");
}

static void test_forbidden(void **state)
{
	(void)state;
	check_refused(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "allow this user to write");
}

static void test_too_large_for_client(void **state)
{
	struct ship_message message = { .key = "k", .size = 2000000 };
	char *text = calloc(1, message.size);

	(void)state;
	assert_non_null(text);
	message.payload = text;
	assert_int_equal(ship_kafka__send(kafka, &message), -EMSGSIZE);
	assert_non_null(strstr(ship_kafka__error(kafka), "2000000"));
	free(text);
}

/* All brokers are down for a while: the messages wait. */
static void test_brokers_down(void **state)
{
	struct pollfd fd;

	(void)state;
	send_some(1);
	assert_int_equal(wait_for(1), 0);
	for (int id = 1; id <= 3; id++)
		rd_kafka_mock_broker_set_down(mock, id);
	acknowledged = 0;
	send_some(10);
	fd = (struct pollfd){ .fd = ship_kafka__fd(kafka), .events = POLLIN };
	(void)poll(&fd, 1, 500);
	assert_int_equal(ship_kafka__poll(kafka), 0);
	assert_int_equal(acknowledged, 0);
	for (int id = 1; id <= 3; id++)
		rd_kafka_mock_broker_set_up(mock, id);
	assert_int_equal(wait_for(10), 0);
	wait_for_count(offsetof(struct ship_output_counts, failed));
}

static void test_invalid_property(void **state)
{
	struct ship_kafka *old = kafka;

	(void)state;
	assert_int_equal(ship_properties_add(&properties, "linger.ms=x", error, sizeof(error)), 0);
	assert_int_equal(open_producer(), -EINVAL);
	assert_non_null(strstr(error, "linger.ms"));
	assert_ptr_equal(kafka, old);
}

/* librdkafka checks some properties only together: no attempt can succeed. */
static void test_invalid_together(void **state)
{
	(void)state;
	assert_int_equal(
		ship_properties_add(&properties, "security.protocol=ssl", error, sizeof(error)), 0);
	assert_int_equal(ship_properties_add(&properties, "ssl.ca.location=/nonexistent", error,
					     sizeof(error)),
			 0);
	assert_int_equal(open_producer(), -EINVAL);
}

/*
 * No thread can be made now, as no memory has room for its stack: that is no invalid property. No
 * other client may run meanwhile: librdkafka leaks brokers for which it can make no thread.
 */
static void test_no_thread(void **state)
{
	pthread_attr_t before, large;
	int r;

	(void)state;
	assert_int_equal(pthread_getattr_default_np(&before), 0);
	assert_int_equal(pthread_getattr_default_np(&large), 0);
	assert_int_equal(pthread_attr_setstacksize(&large, (size_t)1 << 47), 0);
	assert_int_equal(pthread_setattr_default_np(&large), 0);
	r = open_producer_at("127.0.0.1:1");
	assert_int_equal(pthread_setattr_default_np(&before), 0);
	pthread_attr_destroy(&before);
	pthread_attr_destroy(&large);
	assert_int_equal(r, -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_acknowledged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_retried, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_large_for_topic, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forbidden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_large_for_client, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_brokers_down, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_invalid_property, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_invalid_together, set_up, tear_down),
		cmocka_unit_test(test_no_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
