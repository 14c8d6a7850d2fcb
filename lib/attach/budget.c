/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/attach/budget.h"

#include <errno.h>
#include <string.h>

/*
 * Memory of a ring besides its data. RING_PAGES: pages for the positions of consumer and producer,
 * and for the kernel's own data. RING_MORE: bytes of smaller allocations.
 */
#define RING_PAGES 3
#define RING_MORE  512

__u64 et_budget__ring(size_t size, size_t page)
{
	__u64 data_pages = size / page;

	return size + RING_PAGES * (__u64)page + (RING_PAGES + 2 * data_pages) * sizeof(void *) +
	       RING_MORE;
}

static __u64 all(const size_t sizes[ET_RING_CLASSES], size_t page)
{
	__u64 sum = et_budget__ring(page, page);

	for (int i = 0; i < ET_RING_CLASSES; i++)
		sum += et_budget__ring(sizes[i], page);
	return sum;
}

int et_budget__fit(__u64 budget, __u64 others, size_t page, size_t sizes[ET_RING_CLASSES],
		   __u64 *ret_least)
{
	size_t fit[ET_RING_CLASSES];

	if (!budget)
		return 0;
	memcpy(fit, sizes, sizeof(fit));
	while (others + all(fit, page) > budget) {
		int largest = 0;

		/*
		 * If two rings have the same size, halve the later one: the first ring carries the
		 * rare and important events.
		 */
		for (int i = 1; i < ET_RING_CLASSES; i++)
			if (fit[i] >= fit[largest])
				largest = i;
		if (fit[largest] <= page) {
			*ret_least = others + all(fit, page);
			return -ENOSPC;
		}
		fit[largest] /= 2;
	}
	memcpy(sizes, fit, sizeof(fit));
	return 0;
}
