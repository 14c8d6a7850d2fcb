/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the most frequent keys of a stream in bounded memory, with the algorithm Space-Saving:
 * A. Metwally, D. Agrawal, A. El Abbadi: "Efficient Computation of Frequent and Top-k Elements in
 * Data Streams", International Conference on Database Theory 2005.
 *
 * With room for K keys, each key that is more than 1/K of the stream is among them. A count is
 * never too small. It is too large by heavy_row.error at most, which is at most 1/K of the stream.
 */
#ifndef TOOLS_EVENTSTRACE_HEAVY_H
#define TOOLS_EVENTSTRACE_HEAVY_H

#include <stddef.h>
#include <stdint.h>

/* Of a longer key, only the last bytes are kept; it is still told apart by hash and length. */
#define HEAVY_KEY_MAX 256

#define HEAVY_LABEL_MAX 16

struct heavy;

struct heavy_row {
	uint64_t count;
	uint64_t error;  /* the count is too large by this at most */
	uint64_t bytes;  /* sum since the key has its room, so never too large */
	const char *key; /* its last bytes, which belong to the counter */
	size_t key_kept, key_size;
	const char *label; /* with a terminating 0 */
};

/* Return: an empty counter with room for @keys keys; NULL: no memory. */
struct heavy *heavy_new(uint32_t keys);

/**
 * heavy_add() - count a key once
 * @h:		the counter
 * @key:	any bytes
 * @size:	their number
 * @label:	text that replaces the key's former label, cut to HEAVY_LABEL_MAX; NULL: none
 * @label_size:	its bytes
 * @bytes:	added to heavy_row.bytes
 *
 * Never allocates memory.
 */
void heavy_add(struct heavy *h, const void *key, size_t size, const char *label, size_t label_size,
	       uint64_t bytes);

/*
 * Write the keys with the largest counts, the largest first. Equal ones are in the order of their
 * keys. Return: their number, at most @max. They are valid until the next change of the counter.
 */
size_t heavy_top(struct heavy *h, struct heavy_row *rows, size_t max);

/* Upper bound of heavy_row.error, and of the count of a key that has no room. */
uint64_t heavy_error(const struct heavy *h);

/* Forget all keys. */
void heavy_clear(struct heavy *h);

/* NULL is allowed. */
void heavy_free(struct heavy *h);

#endif /* TOOLS_EVENTSTRACE_HEAVY_H */
