/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the segments of a folder to Kafka or a relay, and deletes the acknowledged ones. */
#ifndef TOOLS_SHIP_SENDER_H
#define TOOLS_SHIP_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/destination.h"
#include "tools/ship/figures.h"
#include "tools/ship/output.h"
#include "tools/ship/properties.h"
#include "tools/ship/relay_address.h"

struct ship_sender;

struct ship_sender_options {
	const char *folder;
	struct ship_destination to;
	struct ship_relay_address relay; /* of kind SHIP_RELAY_NONE: messages go to Kafka */
	const struct ship_properties *properties;
	const char *host; /* name of the host for all events; NULL: the name in the segment */
	/*
	 * While ship_sender__run() waits, it calls run(run_ctx) when run_fd polls readable. -1: no
	 * such descriptor.
	 */
	int run_fd;
	void (*run)(void *ctx);
	void *run_ctx;
	bool once;       /* stop when all that the folder has is acknowledged */
	size_t max_line; /* bytes of a line; 0: no limit */
	bool one_event;  /* a message has only one event */
	bool as_records; /* messages have records, not lines of JSON */
};

struct ship_sender_counts {
	uint64_t events;       /* events in messages */
	uint64_t rejected;     /* records that the decoder rejected: no message has them */
	uint64_t cut;          /* events of which values were cut: max_line */
	uint64_t segments;     /* segments that were sent, and deleted */
	uint64_t waiting;      /* messages that are not acknowledged */
	uint64_t acknowledged; /* events in messages that are acknowledged */
	struct ship_output_counts output;
};

/**
 * ship_sender__open() - take the folder, and prepare the producer
 * @options:	what to send, and where to; its pointers stay valid until ship_sender__close()
 * @ret:	receives the sender; the caller closes it with ship_sender__close()
 * @error:	receives a message on failure
 * @size:	bytes at @error
 *
 * Return: 0; -EINVAL if a property is invalid; or another negative errno.
 */
int ship_sender__open(const struct ship_sender_options *options, struct ship_sender **ret,
		      char *error, size_t size);

/**
 * ship_sender__run() - send, until a stop is requested or, with `once`, all is acknowledged
 * @sender:	the sender
 * @stop_fd:	polls readable when a stop is requested
 *
 * Return: 0 or a negative errno, for which ship_sender__error() has the message.
 */
int ship_sender__run(struct ship_sender *sender, int stop_fd);

/**
 * ship_sender__drain() - send what was read, and wait for the acknowledgements
 * @sender:	the sender
 * @timeout_ms:	longest wait
 *
 * Events that are not acknowledged then stay in the folder, and may be sent again.
 *
 * Return: 0, also after the timeout; or as ship_sender__run().
 */
int ship_sender__drain(struct ship_sender *sender, unsigned int timeout_ms);

/* All figures, also of the folder. */
struct ship_figures ship_sender__figures(const struct ship_sender *sender);

struct ship_sender_counts ship_sender__counts(const struct ship_sender *sender);

/*
 * True if the destination refused events. The errno does not distinguish it:
 * -EIO is also an error of the folder's disk.
 */
bool ship_sender__is_refused(const struct ship_sender *sender);

/* The message of the last failure. */
const char *ship_sender__error(const struct ship_sender *sender);

/* NULL is allowed. */
void ship_sender__close(struct ship_sender *sender);

#endif /* TOOLS_SHIP_SENDER_H */
