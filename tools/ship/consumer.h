/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the messages of a topic of Apache Kafka. Without a group, each partition is a source of its
 * own, and nothing is stored in the cluster. In a group,
 * the cluster divides the partitions among the members: they are one source.
 *
 *	r = ship_consumer__open(&options, &consumer, error, sizeof(error));
 *	for (;;) {
 *		for (size_t i = 0; i < ship_consumer__sources(consumer); i++)
 *			while ((r = ship_consumer__next(consumer, i, &message)) == 1)
 *				use(&message);
 *		ship_consumer__wait(consumer, stop_fd, -1);
 *	}
 *	ship_consumer__close(consumer);
 */
#ifndef TOOLS_SHIP_CONSUMER_H
#define TOOLS_SHIP_CONSUMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/destination.h"
#include "tools/ship/properties.h"
#include "tools/ship/received.h"

struct ship_consumer;

enum ship_consumer_start {
	SHIP_FROM_START, /* the first message that the topic has */
	SHIP_FROM_END,   /* messages that come from now on */
	SHIP_FROM_TIME,  /* the first message that was sent at a time, or later */
};

struct ship_consumer_options {
	const struct ship_destination *from;
	const struct ship_properties *properties;
	enum ship_consumer_start start; /* in a group: where it begins if it has no position yet */
	int64_t since_ms;               /* for SHIP_FROM_TIME; not in a group */
	const char *group;              /* NULL: none */
	bool follow;                    /* there is no end: wait for more messages */
	int stop_fd;                    /* polls readable: stop opening; -1: none */
	/*
	 * In a group: ship_consumer__next() and ship_consumer__close() call it before partitions go
	 * to another member. The function stores the positions with ship_consumer__commit(), and
	 * forgets the partitions. Their messages come again, to this member or to another one, from
	 * the stored positions on. @is_lost: another member may have the partitions already, so
	 * their positions cannot be stored. NULL: no function.
	 */
	void (*revoked)(void *ctx, const int32_t *partitions, size_t count, bool is_lost);
	void *ctx; /* the first argument of revoked() */
};

/**
 * ship_consumer__open() - connect, and find out what the topic has
 * @options:	what to read; not used after the function returns
 * @ret:	receives the consumer; the caller closes it with ship_consumer__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Waits at most a minute for each answer of the cluster. If no broker accepts the client, for
 * example because the password is wrong, it fails at once.
 *
 * Return: 0; -EINVAL if a property is invalid; -EIO if the topic cannot be read; -ECANCELED if it
 * was stopped; or another negative errno.
 */
int ship_consumer__open(const struct ship_consumer_options *options, struct ship_consumer **ret,
			char *error, size_t size);

/* Number of sources: of partitions, or 1 in a group. */
size_t ship_consumer__sources(const struct ship_consumer *consumer);

/*
 * Offset of the first message of a source that is read, which is 0 if all are. Not in a group.
 */
int64_t ship_consumer__first(const struct ship_consumer *consumer, size_t source);

/**
 * ship_consumer__next() - get the next message of a source
 * @consumer:	the consumer
 * @source:	number of the source
 * @ret:	receives the message, valid until the next call; unchanged if there is none
 *
 * Without `follow`, messages that were sent after ship_consumer__open() can be left out.
 *
 * Return: 1 with a message; -EAGAIN if none is there now; -ENODATA at the end of the source; or
 * -EIO, for which ship_consumer__error() has the message.
 */
int ship_consumer__next(struct ship_consumer *consumer, size_t source, struct ship_received *ret);

/* True if the source had nothing more in the topic when its last message was fetched. */
bool ship_consumer__is_idle(const struct ship_consumer *consumer, size_t source);

/*
 * Wait for a message of any source from which ship_consumer__next() has returned -EAGAIN, at most
 * @timeout_ms (-1: no limit). Return: 0; or -ECANCELED when @stop_fd polls readable.
 */
int ship_consumer__wait(struct ship_consumer *consumer, int stop_fd, int timeout_ms);

/**
 * ship_consumer__commit() - store the position of the group
 * @consumer:	the consumer, in a group
 * @partition:	the partition
 * @next:	offset of the first message that is not done
 * @is_last:	the caller does not try again, and reports a failure itself
 *
 * Return: 0; or -EIO, for which ship_consumer__error() has the message. It may pass: try again.
 */
int ship_consumer__commit(struct ship_consumer *consumer, int32_t partition, int64_t next,
			  bool is_last);

/* The message of the last failure. */
const char *ship_consumer__error(const struct ship_consumer *consumer);

/* Close the connections; in a group, leave it. NULL is allowed. */
void ship_consumer__close(struct ship_consumer *consumer);

#endif /* TOOLS_SHIP_CONSUMER_H */
