/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bounded queue of bytes between two threads: one puts items, the other takes them. The caller
 * holds the same mutex during each call. The taking thread may read the bytes of an item without
 * the mutex, because nothing overwrites an item before et_queue_pop(). Internal to lib/segments.
 */
#ifndef ET_SEGMENTS_QUEUE_H
#define ET_SEGMENTS_QUEUE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

struct et_queue {
	char *bytes;
	size_t size;      /* a multiple of 8 */
	__u64 put, taken; /* number of bytes ever put and taken */
};

/* An item. Its bytes may be in two pieces: the end of the queue's memory, and its beginning. */
struct et_queue_item {
	__u32 kind; /* chosen by the caller */
	struct iovec parts[2];
};

/* Allocate a queue of @size bytes, a multiple of 8. Return: 0 or -ENOMEM. */
int et_queue_open(struct et_queue *q, size_t size);

/* Number of bytes that an item of @size bytes takes in the queue. */
size_t et_queue_cost(size_t size);

/* Number of unused bytes. */
size_t et_queue_room(const struct et_queue *q);

/* Put an item. The caller has compared et_queue_cost() with et_queue_room(). */
void et_queue_put(struct et_queue *q, __u32 kind, const void *data, size_t size);

/* Get the first item. It stays in the queue. Return: false if the queue is empty. */
bool et_queue_first(const struct et_queue *q, struct et_queue_item *ret);

/* Remove the first item. */
void et_queue_pop(struct et_queue *q);

/* Free the memory. */
void et_queue_close(struct et_queue *q);

#endif /* ET_SEGMENTS_QUEUE_H */
