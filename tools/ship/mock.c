/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ship/mock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

rd_kafka_t *mock_new(const char *topic, int partitions, rd_kafka_mock_cluster_t **ret)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_mock_cluster_t *mock;
	rd_kafka_t *producer;
	char error[256];

	rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", error, sizeof(error));
	rd_kafka_conf_set(conf, "log_level", "0", error, sizeof(error));
	producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
	assert_non_null(producer);
	mock = rd_kafka_handle_mock_cluster(producer);
	rd_kafka_mock_group_initial_rebalance_delay_ms(mock, 0);
	assert_int_equal(rd_kafka_mock_topic_create(mock, topic, partitions, 1), 0);
	*ret = mock;
	return producer;
}
