/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A destination of messages: Kafka (kafka.h) or a relay (relay.h). An output never waits: the
 * caller polls its descriptor, and calls ship_output__poll().
 */
#ifndef TOOLS_SHIP_OUTPUT_H
#define TOOLS_SHIP_OUTPUT_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

struct ship_output;

struct ship_header {
	const char *name, *value;
};

#define SHIP_HEADERS_MAX 16

struct ship_message {
	const char *key;
	const void *payload;
	size_t size;
	uint64_t events;  /* events in the payload */
	uint64_t time_ns; /* when the first of them happened, since 1970 */
	struct ship_header headers[SHIP_HEADERS_MAX]; /* ends with a NULL name, or at its room */
	void *cookie; /* for the function that gets the acknowledgement */
};

/* How an output reports acknowledgements to its sender. */
struct ship_output_options {
	/* called by ship_output__poll() for each message that the destination has */
	void (*acknowledged)(void *ctx, void *cookie);
	void *ctx; /* the first argument of acknowledged() */
};

struct ship_output_counts {
	uint64_t produced;     /* messages that the output took */
	uint64_t acknowledged; /* messages that the destination has */
	/* messages that were sent more than once, counted each time; with Kafka, a lower bound */
	uint64_t sent_again;
	uint64_t closed;  /* connections that the peer closed */
	uint64_t failed;  /* connections that ended otherwise */
	uint64_t refused; /* attempts to connect that failed */
	/* Only for relays: events that a connection was carrying when it ended. */
	uint64_t maybe_twice;   /* events that were sent again, and that the peer may have */
	uint64_t maybe_missing; /* upper bound of the events that the peer may not have read */
};

struct ship_output_ops {
	/* The descriptor and the events to poll for. fd is -1 if there is none now. */
	struct pollfd (*pollfd)(const struct ship_output *output);
	/* Longest time in ms until poll() must be called again; -1: no limit. */
	int (*timeout_ms)(const struct ship_output *output);
	int (*send)(struct ship_output *output, const struct ship_message *message);
	int (*poll)(struct ship_output *output);
	struct ship_output_counts (*counts)(const struct ship_output *output);
	const char *(*error)(const struct ship_output *output);
	void (*close)(struct ship_output *output);
};

/* The first member of each kind of output. */
struct ship_output {
	const struct ship_output_ops *ops;
};

static inline struct pollfd ship_output__pollfd(const struct ship_output *output)
{
	return output->ops->pollfd(output);
}

static inline int ship_output__timeout_ms(const struct ship_output *output)
{
	return output->ops->timeout_ms(output);
}

/**
 * ship_output__send() - send a message, which is copied
 *
 * Return: 0; -EAGAIN if too many messages wait: poll, and try again; or another negative errno.
 * ship_output__error() has the message.
 */
static inline int ship_output__send(struct ship_output *output, const struct ship_message *message)
{
	return output->ops->send(output, message);
}

/**
 * ship_output__poll() - continue to send, and take acknowledgements
 *
 * Return: 0; or -EIO if the destination refuses a message, and waiting would not help.
 * ship_output__error() has the message.
 */
static inline int ship_output__poll(struct ship_output *output)
{
	return output->ops->poll(output);
}

static inline struct ship_output_counts ship_output__counts(const struct ship_output *output)
{
	return output->ops->counts(output);
}

/* The message of the last failure. */
static inline const char *ship_output__error(const struct ship_output *output)
{
	return output->ops->error(output);
}

/* Close the connections. Messages without an acknowledgement are dropped. NULL is allowed. */
static inline void ship_output__close(struct ship_output *output)
{
	if (output)
		output->ops->close(output);
}

#endif /* TOOLS_SHIP_OUTPUT_H */
