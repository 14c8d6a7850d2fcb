/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Counts the most frequent keys of a stream in bounded memory, with the algorithm Space-Saving: A.
 * Metwally, D. Agrawal, A. El Abbadi: "Efficient Computation of Frequent and Top-k Elements in Data
 * Streams", International Conference on Database Theory 2005.
 *
 * With room for K keys, each key that is more than 1/K of the stream is among them. A count is
 * never too small. It is too large by at most heavy_row.error, which is at most 1/K of the stream.
 */
#ifndef TOOLS_EVENTSTRACE_HEAVY_H
#define TOOLS_EVENTSTRACE_HEAVY_H

#include <stddef.h>
#include <stdint.h>

/*
 * The counter keeps only the last bytes of a longer key. Such keys are still distinguished by hash
 * and length.
 */
#define HEAVY_KEY_MAX 256

#define HEAVY_LABEL_MAX 16

struct heavy;

struct heavy_row {
	uint64_t count;
	uint64_t error;  /* the count may be too large by this number */
	uint64_t bytes;  /* sum since the key got its room, so never too large */
	const char *key; /* the last bytes of the key; owned by the counter */
	size_t key_kept, key_size;
	const char *label; /* NUL-terminated */
};

/* Return: an empty counter with room for @keys keys; NULL: no memory. */
struct heavy *heavy_new(uint32_t keys);

/**
 * heavy_add() - count a key once
 * @h:		the counter
 * @key:		any bytes
 * @size:		number of bytes of @key
 * @label:		text that replaces the key's former label, cut to HEAVY_LABEL_MAX; NULL:
 *		none
 * @label_size:		number of bytes of @label
 * @bytes:		added to heavy_row.bytes
 *
 * Allocates no memory.
 */
void heavy_add(struct heavy *h, const void *key, size_t size, const char *label, size_t label_size,
	       uint64_t bytes);

/*
 * Get the keys with the largest counts, in descending order. Keys with equal counts are sorted by
 * their bytes. Return: the number of rows, at most @max. They are valid until the counter changes.
 */
size_t heavy_top(struct heavy *h, struct heavy_row *rows, size_t max);

/* Upper bound of heavy_row.error, and of the count of any key without room. */
uint64_t heavy_error(const struct heavy *h);

/* Remove all keys. */
void heavy_clear(struct heavy *h);

/* @h may be NULL. */
void heavy_free(struct heavy *h);

#endif /* TOOLS_EVENTSTRACE_HEAVY_H */
