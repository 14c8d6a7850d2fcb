/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calculates the kernel memory of BPF maps and rings, and the sizes of rings that fit a memory
 * budget.
 */
#ifndef ET_MEMORY_H
#define ET_MEMORY_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/wire.h"

/**
 * et_memory__ring() - calculate the kernel memory in bytes that a ring takes
 * @size:	bytes of the ring's data: a power of two, at least @page
 * @page:	bytes of a page
 *
 * A ring consists of its data, pages for the positions of consumer and producer, and a table with
 * two pointers for each page of data.
 */
__u64 et_memory__ring(size_t size, size_t page);

/**
 * et_memory__fit() - reduce the sizes of rings until all maps fit into a memory budget
 * @budget:	bytes that all maps together may take; 0: no limit
 * @others:	bytes that the maps other than rings take
 * @page:	bytes of a page
 * @shards:	wanted number of rings of each class: see et_ring_shards__fit()
 * @sizes:	bytes of the data of each class; the larger ones are halved until they fit
 * @ret_least:	receives, on failure, the smallest budget that would be enough
 *
 * The ring that only wakes the reading process counts too; its data are one page.
 *
 * Return: 0, or -ENOSPC if even rings of one page are too large; then @sizes are unchanged.
 */
int et_memory__fit(__u64 budget, __u64 others, size_t page,
		   const unsigned int shards[ET_RING_CLASSES], size_t sizes[ET_RING_CLASSES],
		   __u64 *ret_least);

/**
 * et_memory__map() - find out how much kernel memory a map takes
 * @map_fd:	descriptor of the map
 * @ret:	receives the memory in bytes
 *
 * The figure comes from the kernel, in /proc/self/fdinfo. It is exact since Linux 6.4. Before that
 * the kernel computes it from the sizes of keys and values, for each possible CPU. For ring buffers
 * the kernel's figure was 0 between 5.11 and 6.4; the result is then at least the ring's data and
 * three pages.
 *
 * Return: 0 or a negative errno.
 */
int et_memory__map(int map_fd, __u64 *ret);

/**
 * et_memory__storage_value() - calculate the kernel memory of one value in task or socket storage
 * @value_size:	bytes of the map's value
 *
 * The kernel rounds the size of an allocation up, at most to the next power of two.
 *
 * Return: an upper bound in bytes.
 */
__u64 et_memory__storage_value(size_t value_size);

#endif /* ET_MEMORY_H */
