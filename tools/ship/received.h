/* SPDX-License-Identifier: BSD-2-Clause */
/* A message of a topic, as a consumer receives it. */
#ifndef TOOLS_SHIP_RECEIVED_H
#define TOOLS_SHIP_RECEIVED_H

#include <stddef.h>
#include <stdint.h>

/* Texts are never NULL. They come from the topic, and may contain any bytes but 0. */
struct ship_received {
	/* headers; empty: the message has none of this name */
	const char *host, *boot_id, *session, *kind, *format;
	uint64_t segment; /* 0: unknown */
	const char *payload;
	size_t size;
	int32_t partition;
	int64_t offset;
	int64_t time_ms; /* when it was sent, since 1970; -1: unknown */
};

#endif /* TOOLS_SHIP_RECEIVED_H */
