/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/memory.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/attach/ring_shards.h"

/*
 * Memory of a ring besides its data. RING_PAGES: pages for the positions of consumer and producer,
 * and for the kernel's own data. RING_MORE: bytes of smaller allocations.
 */
#define RING_PAGES 3
#define RING_MORE  512

__u64 et_memory__ring(size_t size, size_t page)
{
	__u64 data_pages = size / page;

	return size + RING_PAGES * (__u64)page + (RING_PAGES + 2 * data_pages) * sizeof(void *) +
	       RING_MORE;
}

static __u64 all(const size_t sizes[ET_RING_CLASSES], const unsigned int shards[ET_RING_CLASSES],
		 size_t page)
{
	__u64 sum = et_memory__ring(page, page);

	for (int i = 0; i < ET_RING_CLASSES; i++) {
		unsigned int n = et_ring_shards__fit((enum et_ring_class)i, sizes[i], shards[i]);

		sum += n * et_memory__ring(sizes[i] / n, page);
	}
	return sum;
}

int et_memory__fit(__u64 budget, __u64 others, size_t page,
		   const unsigned int shards[ET_RING_CLASSES], size_t sizes[ET_RING_CLASSES],
		   __u64 *ret_least)
{
	size_t fit[ET_RING_CLASSES];

	if (!budget)
		return 0;
	memcpy(fit, sizes, sizeof(fit));
	while (others + all(fit, shards, page) > budget) {
		int largest = 0;

		/*
		 * If two rings have the same size, halve the later one: the first ring carries the
		 * rare and important events.
		 */
		for (int i = 1; i < ET_RING_CLASSES; i++)
			if (fit[i] >= fit[largest])
				largest = i;
		if (fit[largest] <= page) {
			*ret_least = others + all(fit, shards, page);
			return -ENOSPC;
		}
		fit[largest] /= 2;
	}
	memcpy(sizes, fit, sizeof(fit));
	return 0;
}

/*
 * Bytes that the kernel stores before a value in task or socket storage. They are 64 bytes of
 * struct bpf_local_storage_elem, up to its member sdata, and 8 bytes for the map's address.
 */
#define BEFORE_VALUE 72

__u64 et_memory__storage_value(size_t value_size)
{
	__u64 bytes = BEFORE_VALUE + value_size, size = 64;

	while (size < bytes)
		size *= 2;
	return size;
}

int et_memory__map(int map_fd, __u64 *ret)
{
	unsigned long long said = 0, type = 0, entries = 0, data;
	long page = sysconf(_SC_PAGESIZE);
	char path[64], line[128];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", map_fd);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "map_type: %llu", &type) == 1 ||
		    sscanf(line, "max_entries: %llu", &entries) == 1 ||
		    sscanf(line, "memlock: %llu", &said) == 1)
			continue;
	}
	fclose(f);

	data = type == BPF_MAP_TYPE_RINGBUF ? entries + 3ULL * (unsigned long)page : 0;
	*ret = said > data ? said : data;
	return 0;
}
