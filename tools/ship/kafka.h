/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends messages to a topic of Apache Kafka. Each message is in the topic once. Messages with the
 * same key are in the order in which they were sent, also if a broker fails. For that, the producer
 * is idempotent, and waits for all replicas that are in sync. A message waits without a limit of
 * time.
 */
#ifndef TOOLS_SHIP_KAFKA_H
#define TOOLS_SHIP_KAFKA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/destination.h"
#include "tools/ship/output.h"
#include "tools/ship/properties.h"

struct ship_kafka;

/**
 * ship_kafka__open() - make a producer; connections are made later
 * @to:		the destination; copied
 * @properties:	of the user
 * @options:	acknowledged() is called for each message that the cluster has stored
 * @ret:	receives the producer; the caller closes it with ship_kafka__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0 or a negative errno. -EINVAL: a property is invalid, so another attempt fails too.
 * Other errors may pass, such as -EAGAIN if no thread can be made.
 */
int ship_kafka__open(const struct ship_destination *to, const struct ship_properties *properties,
		     const struct ship_output_options *options, struct ship_kafka **ret,
		     char *error, size_t size);

/* The producer as an output. ship_output__close() closes it. */
struct ship_output *ship_kafka__output(struct ship_kafka *kafka);

/* A descriptor that polls readable when ship_kafka__poll() has something to do. */
int ship_kafka__fd(const struct ship_kafka *kafka);

/**
 * ship_kafka__send() - send a message, which is copied
 *
 * Return: 0 or a negative errno; ship_kafka__error() has its text. -EAGAIN: too many messages wait.
 * The caller polls and tries again. -EMSGSIZE: the message is larger than message.max.bytes.
 */
int ship_kafka__send(struct ship_kafka *kafka, const struct ship_message *message);

/**
 * ship_kafka__poll() - take acknowledgements, and call the function for each
 *
 * Return: 0; or -EIO if the cluster refuses a message, and waiting would not help.
 * ship_kafka__error() has the message.
 */
int ship_kafka__poll(struct ship_kafka *kafka);

struct ship_output_counts ship_kafka__counts(const struct ship_kafka *kafka);

/* The message of the last failure. */
const char *ship_kafka__error(const struct ship_kafka *kafka);

/* Close the connections. Messages without an acknowledgement are dropped. NULL is allowed. */
void ship_kafka__close(struct ship_kafka *kafka);

#endif /* TOOLS_SHIP_KAFKA_H */
