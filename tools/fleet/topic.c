/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/topic.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#define WAIT_S    120
#define ANSWER_MS 10000

static rd_kafka_t *open_consumer(const char *addresses)
{
	const char *const properties[][2] = {
		{ "bootstrap.servers", addresses },
		/* A consumer must name a group. It joins none, because its partitions are given. */
		{ "group.id", "fleet_topic_read" },
		{ "enable.auto.commit", "false" },
		{ "enable.partition.eof", "true" },
	};
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_t *consumer;
	char why[256];

	for (size_t i = 0; i < sizeof(properties) / sizeof(*properties); i++)
		if (rd_kafka_conf_set(conf, properties[i][0], properties[i][1], why, sizeof(why)) !=
		    RD_KAFKA_CONF_OK) {
			fprintf(stderr, "fleet: cannot make a consumer: %s\n", why);
			rd_kafka_conf_destroy(conf);
			return NULL;
		}
	consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
	if (!consumer) {
		fprintf(stderr, "fleet: cannot make a consumer: %s\n", why);
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	rd_kafka_poll_set_consumer(consumer);
	return consumer;
}

/* Begin to read all partitions at their first message. Return: their number or a negative errno. */
static int assign_all(rd_kafka_t *consumer, const char *topic)
{
	rd_kafka_topic_t *handle = rd_kafka_topic_new(consumer, topic, NULL);
	const struct rd_kafka_metadata *answer = NULL;
	rd_kafka_topic_partition_list_t *list;
	rd_kafka_resp_err_t err;
	int count;

	err = rd_kafka_metadata(consumer, 0, handle, &answer, ANSWER_MS);
	rd_kafka_topic_destroy(handle);
	if (err) {
		fprintf(stderr, "fleet: no answer about the topic %s: %s\n", topic,
			rd_kafka_err2str(err));
		return -EIO;
	}
	count = answer->topic_cnt == 1 ? answer->topics[0].partition_cnt : 0;
	rd_kafka_metadata_destroy(answer);
	list = rd_kafka_topic_partition_list_new(count);
	for (int i = 0; i < count; i++)
		rd_kafka_topic_partition_list_add(list, topic, i)->offset =
			RD_KAFKA_OFFSET_BEGINNING;
	err = rd_kafka_assign(consumer, list);
	rd_kafka_topic_partition_list_destroy(list);
	if (err || !count) {
		fprintf(stderr, "fleet: cannot read the topic %s: %s\n", topic,
			err ? rd_kafka_err2str(err) : "it has no partition");
		return -EIO;
	}
	return count;
}

static time_t now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

int fleet_topic_read(const char *addresses, const char *topic,
		     void (*see)(void *ctx, const rd_kafka_message_t *message), void *ctx)
{
	const time_t end = now_s() + WAIT_S;
	rd_kafka_t *consumer = open_consumer(addresses);
	int partitions;

	if (!consumer)
		return -EINVAL;
	partitions = assign_all(consumer, topic);
	while (partitions > 0 && now_s() < end) {
		rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 1000);

		if (!message)
			continue;
		if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
			partitions--;
		else if (!message->err)
			see(ctx, message);
		rd_kafka_message_destroy(message);
	}
	rd_kafka_destroy(consumer);
	if (partitions > 0) {
		fprintf(stderr, "fleet: the topic %s cannot be read within %d s\n", topic, WAIT_S);
		return -ETIMEDOUT;
	}
	return partitions;
}

const char *fleet_message_header(const rd_kafka_message_t *message, const char *name)
{
	rd_kafka_headers_t *headers = NULL;
	const void *value = NULL;
	size_t size;

	if (rd_kafka_message_headers(message, &headers) ||
	    rd_kafka_header_get_last(headers, name, &value, &size) || !value)
		return "";
	/* librdkafka adds a terminating 0, which the size does not count. */
	return value;
}
