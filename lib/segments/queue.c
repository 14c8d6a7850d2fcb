/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Precedes each item. It never wraps around the end of the memory: its size is 8, and all positions
 * are multiples of 8.
 */
struct head {
	__u32 kind;
	__u32 size; /* of the item in bytes */
};

static size_t aligned(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

int et_queue_open(struct et_queue *q, size_t size)
{
	q->bytes = malloc(size);
	q->size = size;
	q->put = q->taken = 0;
	return q->bytes ? 0 : -ENOMEM;
}

size_t et_queue_cost(size_t size)
{
	return sizeof(struct head) + aligned(size);
}

size_t et_queue_room(const struct et_queue *q)
{
	return q->size - (size_t)(q->put - q->taken);
}

/*
 * Find the pieces of memory with @size bytes of the queue. @at is the number of bytes that were
 * ever put before them.
 */
static void pieces_of(const struct et_queue *q, __u64 at, size_t size, struct iovec ret[2])
{
	size_t begin = (size_t)(at % q->size), first = q->size - begin;

	if (first > size)
		first = size;
	ret[0] = (struct iovec){ q->bytes + begin, first };
	ret[1] = (struct iovec){ q->bytes, size - first };
}

void et_queue_put(struct et_queue *q, __u32 kind, const void *data, size_t size)
{
	const struct head head = { .kind = kind, .size = (__u32)size };
	struct iovec parts[2];

	memcpy(q->bytes + q->put % q->size, &head, sizeof(head));
	pieces_of(q, q->put + sizeof(head), size, parts);
	memcpy(parts[0].iov_base, data, parts[0].iov_len);
	memcpy(parts[1].iov_base, (const char *)data + parts[0].iov_len, parts[1].iov_len);
	q->put += et_queue_cost(size);
}

static struct head first_head(const struct et_queue *q)
{
	struct head head;

	memcpy(&head, q->bytes + q->taken % q->size, sizeof(head));
	return head;
}

bool et_queue_first(const struct et_queue *q, struct et_queue_item *ret)
{
	struct head head;

	if (q->put == q->taken)
		return false;
	head = first_head(q);
	ret->kind = head.kind;
	pieces_of(q, q->taken + sizeof(head), head.size, ret->parts);
	return true;
}

void et_queue_pop(struct et_queue *q)
{
	q->taken += et_queue_cost(first_head(q).size);
}

void et_queue_close(struct et_queue *q)
{
	free(q->bytes);
}
