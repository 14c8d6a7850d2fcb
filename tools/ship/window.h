/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that were sent and are not acknowledged yet, in the order of the folder.
 * Acknowledgements come in any order. The window only forgets the messages before the first one
 * whose acknowledgement is missing.
 */
#ifndef TOOLS_SHIP_WINDOW_H
#define TOOLS_SHIP_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/ship/folder.h"

/* A message that was sent, or the end of a segment. */
struct ship_sent {
	struct ship_sent *next;
	struct ship_segment *segment;
	uint64_t records; /* records of the segment up to the end of this message */
	size_t bytes;     /* of the message; 0: the end of the segment */
	uint64_t events;  /* of the message */
	uint64_t time_ns; /* when its first event happened, since 1970; valid if it has events */
	bool is_end;
	bool acknowledged;
};

struct ship_window {
	struct ship_sent *first, **last;
	size_t bytes; /* of all messages that are not acknowledged */
	size_t count; /* of entries */
};

void ship_window_init(struct ship_window *window);

/**
 * ship_window_new_entry() - make the entry of a message
 * @segment:	the segment of its records
 * @records:	records of the segment up to its end
 * @bytes:	its size
 *
 * Return: the entry, for ship_window_add(), or NULL without memory.
 */
struct ship_sent *ship_window_new_entry(struct ship_segment *segment, uint64_t records,
					size_t bytes);

/* Add the entry of a message that was sent. The window owns it from now on. */
void ship_window_add(struct ship_window *window, struct ship_sent *sent);

/* Add the end of a segment after its messages. Return: 0 or -ENOMEM. */
int ship_window_add_end(struct ship_window *window, struct ship_segment *segment, uint64_t records);

/* The cluster has stored the message. */
void ship_window_acknowledge(struct ship_window *window, struct ship_sent *sent);

/*
 * Take the first entry out of the window if it is acknowledged. Return: the entry, which the caller
 * frees with free(3), or NULL.
 */
struct ship_sent *ship_window_take(struct ship_window *window);

/* Free all entries. */
void ship_window_free(struct ship_window *window);

#endif /* TOOLS_SHIP_WINDOW_H */
