/* SPDX-License-Identifier: BSD-2-Clause */
/* The events that a consumer receives: how late they are, and how many were lost before. */
#ifndef TOOLS_SHIP_BENCH_ARRIVALS_H
#define TOOLS_SHIP_BENCH_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

#include "tools/ship/bench/samples.h"

struct arrivals {
	uint64_t skip;           /* events that are still to be ignored; the caller sets it first */
	struct samples received; /* by the consumer, in ns after the event */
	struct samples produced; /* given to the producer, in ns after the event */
	uint64_t lost;           /* events that LOST lines report, from the beginning on */
	uint64_t unreadable;     /* lines that are no events */
};

/**
 * arrivals_add() - add a message with lines of events
 * @arrivals:	the events
 * @lines:	the payload
 * @size:	its bytes
 * @sent_ns:	when the producer got it, in ns since 1970
 * @now_ns:	when the consumer got it
 *
 * Return: 0 or -ENOMEM.
 */
int arrivals_add(struct arrivals *arrivals, const char *lines, size_t size, int64_t sent_ns,
		 int64_t now_ns);

void arrivals_free(struct arrivals *arrivals);

#endif /* TOOLS_SHIP_BENCH_ARRIVALS_H */
