/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a cluster of librdkafka's mock, with one broker, in this process. */
#ifndef TOOLS_SHIP_MOCK_H
#define TOOLS_SHIP_MOCK_H

#include <rdkafka.h>
#include <rdkafka_mock.h>

/*
 * Make a cluster with one topic, and a producer for it. Members of a group get partitions at once.
 * rd_kafka_destroy() of the producer ends the cluster too.
 */
rd_kafka_t *mock_new(const char *topic, int partitions, rd_kafka_mock_cluster_t **ret);

#endif /* TOOLS_SHIP_MOCK_H */
