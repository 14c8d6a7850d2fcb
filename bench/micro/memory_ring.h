/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes a BPF ring buffer in plain memory, with the kernel's layout. It is filled with copies of
 * one record.
 */
#ifndef ET_MICRO_MEMORY_RING_H
#define ET_MICRO_MEMORY_RING_H

#include <stddef.h>

struct et_memory_ring {
	unsigned long consumer;
	unsigned long producer;
	char *data; /* `size` bytes, mapped twice at consecutive addresses */
	size_t size;
	unsigned int records; /* number of records in the ring */
};

/**
 * et_memory_ring_init() - make a full ring
 * @ring:	overwritten; the caller frees it with et_memory_ring_free()
 * @size:	bytes: a power of two, and a multiple of the page size
 * @rec:	the record
 * @rec_size:	size of @rec in bytes
 *
 * Return: 0 or a negative errno.
 */
int et_memory_ring_init(struct et_memory_ring *ring, size_t size, const void *rec, size_t rec_size);

/* Make the ring full again, so that a reader can read the same records once more. */
static inline void et_memory_ring_rewind(struct et_memory_ring *ring)
{
	ring->consumer = 0;
}

void et_memory_ring_free(struct et_memory_ring *ring);

#endif /* ET_MICRO_MEMORY_RING_H */
