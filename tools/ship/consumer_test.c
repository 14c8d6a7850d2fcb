/* SPDX-License-Identifier: BSD-2-Clause */
/* A member of a group, with librdkafka's mock cluster, whose brokers run inside of this process. */
#include "tools/ship/consumer.h"
#include "tools/ship/mock.h"

#include <errno.h>
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

#define TOPIC    "events"
#define FLUSH_MS 30000

static rd_kafka_t *producer, *second;
static rd_kafka_mock_cluster_t *mock;
static struct ship_consumer *consumer;
static size_t revoked;
static char error[512];

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
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ship_consumer__close(consumer);
	rd_kafka_destroy(second);
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
	/* The mock cluster waits nearly a session's time for members that may come. */
	ship_properties_add(&properties, "session.timeout.ms=3000", error, sizeof(error));
	ship_properties_add(&properties, "heartbeat.interval.ms=200", error, sizeof(error));
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
	rd_kafka_conf_set(conf, "session.timeout.ms", "3000", error, sizeof(error));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_end_is_forgotten, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
