/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender with librdkafka's mock cluster, whose brokers run inside of this process. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <rdkafka.h>
#include <rdkafka_mock.h>

#include "tools/ship/sender.h"
#include "tools/ship/spool_maker.h"

#define PRODUCE 0 /* number of the request in Kafka's protocol */
#define WAIT_MS 40000

static struct spool_maker maker;
static rd_kafka_t *owner;
static rd_kafka_mock_cluster_t *mock;
static struct ship_properties properties;
static struct ship_sender *sender;
static char error[512];
static int run_fd;

/* The sender has seen that run_fd is readable. */
static void broker_up(void *ctx)
{
	eventfd_t ignored;

	assert_int_equal(eventfd_read(run_fd, &ignored), 0);
	rd_kafka_mock_broker_set_up(ctx, 1);
}

static void open_sender(void)
{
	struct ship_sender_options options = {
		.folder = maker.folder,
		.to = { .topic = "events" },
		.properties = &properties,
		.run_fd = run_fd,
		.run = broker_up,
		.run_ctx = mock,
		.once = true,
	};

	snprintf(options.to.brokers, sizeof(options.to.brokers), "%s",
		 rd_kafka_mock_cluster_bootstraps(mock));
	assert_int_equal(ship_sender__open(&options, &sender, error, sizeof(error)), 0);
}

static int set_up(void **state)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();

	(void)state;
	rd_kafka_conf_set(conf, "log_level", "0", error, sizeof(error));
	owner = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	mock = rd_kafka_mock_cluster_new(owner, 1);
	rd_kafka_mock_topic_create(mock, "events", 1, 1);
	spool_maker_init(&maker);
	sender = NULL;
	run_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return run_fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	ship_sender__close(sender);
	close(run_fd);
	spool_maker_remove(&maker);
	rd_kafka_mock_cluster_destroy(mock);
	rd_kafka_destroy(owner);
	return 0;
}

/* Send what the folder has, and then the last account. Return: messages that this took. */
static uint64_t send_all(void)
{
	assert_int_equal(ship_sender__run(sender, -1), 0);
	assert_int_equal(ship_sender__drain(sender, WAIT_MS), 0);
	assert_int_equal(ship_sender__counts(sender).waiting, 0);
	return ship_sender__counts(sender).output.produced;
}

/* An idle host: its segment has only a header, and gets an account. */
static void test_idle(void **state)
{
	(void)state;
	spool_maker_begin(&maker);
	open_sender();
	assert_int_equal(send_all(), 1);
	assert_int_equal(ship_sender__counts(sender).events, 0);
	spool_maker_abandon(&maker);
}

/* Write a position: an earlier sender has sent @records records of segment 1. */
static void write_position(unsigned int records)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof(path), "%s/ship.position", maker.folder);
	f = fopen(path, "we");
	if (!f)
		abort();
	fprintf(f, "1 00000000000000000001.etr %s %u\n", maker.session, records);
	fclose(f);
}

/* While records are read again, their counts are not those of the topic: no account has them. */
static void test_read_again(void **state)
{
	(void)state;
	spool_maker_begin(&maker);
	spool_maker_append(&maker, 3);
	write_position(5);
	open_sender();
	assert_int_equal(send_all(), 0);
	spool_maker_append(&maker, 2);
	assert_int_equal(send_all(), 1);
	assert_int_equal(ship_sender__counts(sender).events, 0);
	spool_maker_abandon(&maker);
}

/* Only the destination's refusal is one, and not a failure of the folder. */
static void test_refused(void **state)
{
	char path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/ship.position.new", maker.folder);
	spool_maker_segment(&maker, 1);
	assert_int_equal(mkdir(path, 0700), 0);
	open_sender();
	assert_true(ship_sender__run(sender, -1) < 0);
	assert_non_null(strstr(ship_sender__error(sender), "ship.position"));
	assert_false(ship_sender__is_refused(sender));
	ship_sender__close(sender);
	sender = NULL;
	assert_int_equal(rmdir(path), 0);
	rd_kafka_mock_push_request_errors(mock, PRODUCE, 1,
					  RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
	open_sender();
	assert_true(ship_sender__run(sender, -1) < 0);
	assert_true(ship_sender__is_refused(sender));
}

/* While the sender waits for acknowledgements, it serves run_fd: here the broker comes back. */
static void test_drain_serves(void **state)
{
	(void)state;
	spool_maker_begin(&maker);
	open_sender();
	assert_int_equal(ship_sender__run(sender, -1), 0);
	rd_kafka_mock_broker_set_down(mock, 1);
	assert_int_equal(eventfd_write(run_fd, 1), 0);
	assert_int_equal(ship_sender__drain(sender, WAIT_MS), 0);
	assert_int_equal(ship_sender__counts(sender).output.acknowledged, 1);
	spool_maker_abandon(&maker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_idle, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_drain_serves, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
