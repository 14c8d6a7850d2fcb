/* SPDX-License-Identifier: BSD-2-Clause */
/* With librdkafka's mock cluster, whose brokers run inside of this process. */
#include "tools/ship/consumer.h"
#include "tools/ship/mock.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <rdkafka.h>
#include <rdkafka_mock.h>

#define TOPIC    "events"
#define FLUSH_MS 30000

static rd_kafka_t *producer, *second;
static rd_kafka_mock_cluster_t *mock;
static struct ship_consumer *consumer;
static size_t revoked;
static char error[512];

/* ---- answers of the cluster ---------------------------------------------------------------- */

/* Errors in place of the next answers to a question. */
static struct answer {
	rd_kafka_resp_err_t err;
	int times; /* answers that have it, and are still to come */
	int32_t for_partition;
} metadata_fails, ends_fail, time_fails;

/* The offset that each partition has for any time. */
static int64_t time_offset;

/* True if an answer about a partition has the error. */
static bool take_failure(struct answer *answer, int32_t partition)
{
	if (!answer->times || answer->for_partition != partition)
		return false;
	answer->times--;
	return true;
}

/* The linker calls these in place of librdkafka's functions (--wrap). */
/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming) */
rd_kafka_resp_err_t __real_rd_kafka_metadata(rd_kafka_t *client, int all, rd_kafka_topic_t *topic,
					     const struct rd_kafka_metadata **ret, int timeout_ms);
rd_kafka_resp_err_t __wrap_rd_kafka_metadata(rd_kafka_t *client, int all, rd_kafka_topic_t *topic,
					     const struct rd_kafka_metadata **ret, int timeout_ms);
rd_kafka_resp_err_t __real_rd_kafka_query_watermark_offsets(rd_kafka_t *client, const char *topic,
							    int32_t partition, int64_t *low,
							    int64_t *high, int timeout_ms);
rd_kafka_resp_err_t __wrap_rd_kafka_query_watermark_offsets(rd_kafka_t *client, const char *topic,
							    int32_t partition, int64_t *low,
							    int64_t *high, int timeout_ms);
rd_kafka_resp_err_t __wrap_rd_kafka_offsets_for_times(rd_kafka_t *client,
						      rd_kafka_topic_partition_list_t *list,
						      int timeout_ms);

/* The error is that of the topic in the answer. */
rd_kafka_resp_err_t __wrap_rd_kafka_metadata(rd_kafka_t *client, int all, rd_kafka_topic_t *topic,
					     const struct rd_kafka_metadata **ret, int timeout_ms)
{
	const rd_kafka_resp_err_t err =
		__real_rd_kafka_metadata(client, all, topic, ret, timeout_ms);

	if (!err && take_failure(&metadata_fails, 0))
		(*ret)->topics[0].err = metadata_fails.err;
	return err;
}

rd_kafka_resp_err_t __wrap_rd_kafka_query_watermark_offsets(rd_kafka_t *client, const char *topic,
							    int32_t partition, int64_t *low,
							    int64_t *high, int timeout_ms)
{
	if (take_failure(&ends_fail, partition))
		return ends_fail.err;
	return __real_rd_kafka_query_watermark_offsets(client, topic, partition, low, high,
						       timeout_ms);
}

/*
 * The mock cluster has no times. As librdkafka does, it leaves the offset of a partition with an
 * error.
 */
rd_kafka_resp_err_t __wrap_rd_kafka_offsets_for_times(rd_kafka_t *client,
						      rd_kafka_topic_partition_list_t *list,
						      int timeout_ms)
{
	(void)client;
	(void)timeout_ms;
	for (int i = 0; i < list->cnt; i++) {
		if (take_failure(&time_fails, list->elems[i].partition)) {
			list->elems[i].err = time_fails.err;
		} else {
			list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
			list->elems[i].offset = time_offset;
		}
	}
	return RD_KAFKA_RESP_ERR_NO_ERROR;
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static void on_revoked(void *ctx, const int32_t *partitions, size_t count, bool is_lost)
{
	assert_ptr_equal(ctx, &revoked);
	assert_non_null(partitions);
	assert_false(is_lost);
	revoked += count;
}

static int set_up(void **state)
{
	(void)state;
	producer = mock_new(TOPIC, 2, &mock);
	revoked = 0;
	metadata_fails = ends_fail = time_fails = (struct answer){ .times = 0 };
	time_offset = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ship_consumer__close(consumer);
	consumer = NULL;
	if (second)
		rd_kafka_destroy(second);
	second = NULL;
	rd_kafka_destroy(producer);
	return 0;
}

static void join(void)
{
	struct ship_destination from = { .topic = TOPIC };
	struct ship_properties properties = { 0 };
	const struct ship_consumer_options options = {
		.from = &from,
		.properties = &properties,
		.group = "g",
		.follow = true,
		.stop_fd = -1,
		.revoked = on_revoked,
		.ctx = &revoked,
	};

	snprintf(from.brokers, sizeof(from.brokers), "%s", rd_kafka_mock_cluster_bootstraps(mock));
	/* The mock cluster waits a second less than this for members that may come. */
	ship_properties_add(&properties, "session.timeout.ms=2000", error, sizeof(error));
	ship_properties_add(&properties, "heartbeat.interval.ms=100", error, sizeof(error));
	assert_int_equal(ship_consumer__open(&options, &consumer, error, sizeof(error)), 0);
	ship_properties_free(&properties);
}

static void join_second(void)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(mock), error,
			  sizeof(error));
	rd_kafka_conf_set(conf, "group.id", "g", error, sizeof(error));
	rd_kafka_conf_set(conf, "session.timeout.ms", "2000", error, sizeof(error));
	second = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
	assert_non_null(second);
	rd_kafka_topic_partition_list_add(list, TOPIC, RD_KAFKA_PARTITION_UA);
	assert_int_equal(rd_kafka_subscribe(second, list), 0);
	rd_kafka_topic_partition_list_destroy(list);
}

/*
 * A partition that came to its end, went, and came back, is not at its end: there can be more now.
 */
static void test_end_is_forgotten(void **state)
{
	struct ship_received message;
	int r = -EAGAIN;

	(void)state;
	join();
	for (int i = 0; i < 3000 && !ship_consumer__is_idle(consumer, 0); i++) {
		assert_int_equal(ship_consumer__next(consumer, 0, &message), -EAGAIN);
		pause_ms(10);
	}
	assert_true(ship_consumer__is_idle(consumer, 0));
	join_second();
	for (int i = 0; i < 3000 && !revoked; i++) {
		assert_int_equal(ship_consumer__next(consumer, 0, &message), -EAGAIN);
		pause_ms(10);
	}
	assert_int_equal(revoked, 2);
	for (int32_t partition = 0; partition < 2; partition++)
		assert_int_equal(rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(TOPIC),
						   RD_KAFKA_V_PARTITION(partition),
						   RD_KAFKA_V_VALUE("x", 1), RD_KAFKA_V_END),
				 0);
	assert_int_equal(rd_kafka_flush(producer, FLUSH_MS), 0);
	for (int i = 0; i < 30000; i++) {
		r = ship_consumer__next(consumer, 0, &message);
		if (r != -EAGAIN)
			break;
		assert_false(ship_consumer__is_idle(consumer, 0));
		pause_ms(1);
	}
	assert_int_equal(r, 1);
	assert_int_equal(message.size, 1);
	/* When it leaves the group, the other partition is revoked, too. */
	ship_consumer__close(consumer);
	consumer = NULL;
	assert_int_equal(revoked, 3);
}

/* Open without a group, from a time on. Return: as ship_consumer__open(). */
static int open_since(int64_t since_ms)
{
	struct ship_destination from = { .topic = TOPIC };
	struct ship_properties properties = { 0 };
	const struct ship_consumer_options options = {
		.from = &from,
		.properties = &properties,
		.start = SHIP_FROM_TIME,
		.since_ms = since_ms,
		.stop_fd = -1,
	};

	snprintf(from.brokers, sizeof(from.brokers), "%s", rd_kafka_mock_cluster_bootstraps(mock));
	return ship_consumer__open(&options, &consumer, error, sizeof(error));
}

/* A leader election ends while the consumer asks: it asks again. */
static void test_election(void **state)
{
	(void)state;
	metadata_fails = (struct answer){ RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, 2, 0 };
	ends_fail = (struct answer){ RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, 2, 1 };
	time_fails = (struct answer){ RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, 2, 1 };
	time_offset = 7;
	assert_int_equal(open_since(1767225600000), 0);
	assert_int_equal(metadata_fails.times, 0);
	assert_int_equal(ends_fail.times, 0);
	assert_int_equal(time_fails.times, 0);
	assert_int_equal(ship_consumer__first(consumer, 0), 7);
	assert_int_equal(ship_consumer__first(consumer, 1), 7);
}

/* A node that does not know a new replica yet denies it, also while no node answers. */
static void test_other_trouble(void **state)
{
	(void)state;
	metadata_fails = (struct answer){ RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, 1, 0 };
	ends_fail = (struct answer){ RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 1, 0 };
	time_fails = (struct answer){ RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, 1, 0 };
	assert_int_equal(open_since(1767225600000), 0);
	assert_int_equal(ends_fail.times + time_fails.times + metadata_fails.times, 0);
}

/* An error of one partition that does not pass names the partition. */
static void test_partition_fails(void **state)
{
	(void)state;
	time_fails = (struct answer){ RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, 1, 1 };
	assert_int_equal(open_since(1767225600000), -EIO);
	assert_non_null(strstr(error, "cannot read partition 1 of the topic " TOPIC ": "));
	assert_non_null(strstr(error, "allow this user to read the topic"));
}

/* A topic that is not there is no trouble that passes. */
static void test_unknown_topic(void **state)
{
	(void)state;
	metadata_fails = (struct answer){ RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 1, 0 };
	assert_int_equal(open_since(1767225600000), -EIO);
	assert_non_null(strstr(error, "cannot read the topic " TOPIC ": "));
	assert_int_equal(metadata_fails.times, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_end_is_forgotten), TEST(test_election),      TEST(test_other_trouble),
		TEST(test_partition_fails),  TEST(test_unknown_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
