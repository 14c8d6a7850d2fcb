/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads all messages of a topic, for tests. */
#ifndef TOOLS_FLEET_TOPIC_H
#define TOOLS_FLEET_TOPIC_H

#include <rdkafka.h>

/**
 * fleet_topic_read() - read a topic from its beginning to its present end
 * @addresses:	of the cluster
 * @topic:	its name
 * @see:	called for each message, in the order of each partition
 * @ctx:	its first argument
 *
 * Return: 0; or a negative errno, with a message on stderr. -ETIMEDOUT if the end is not reached
 * within two minutes.
 */
int fleet_topic_read(const char *addresses, const char *topic,
		     void (*see)(void *ctx, const rd_kafka_message_t *message), void *ctx);

/* The value of a header of a message, a text; "" if it has none. */
const char *fleet_message_header(const rd_kafka_message_t *message, const char *name);

#endif /* TOOLS_FLEET_TOPIC_H */
