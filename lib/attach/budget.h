/* SPDX-License-Identifier: BSD-2-Clause */
/* Computes the sizes of rings that fit a memory budget. */
#ifndef ET_BUDGET_H
#define ET_BUDGET_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/wire.h"

/**
 * et_budget__ring() - calculate the kernel memory in bytes that a ring takes
 * @size:	bytes of the ring's data, a power of two of whole pages
 * @page:	bytes of a page
 *
 * A ring consists of its data, pages for the positions of consumer and producer, and a table with
 * two pointers for each page of data.
 */
__u64 et_budget__ring(size_t size, size_t page);

/**
 * et_budget__fit() - reduce the sizes of rings until all maps fit into a memory budget
 * @budget:	bytes that all maps together may take; 0: no limit
 * @others:	bytes that the maps other than rings take
 * @page:	bytes of a page
 * @sizes:	bytes of the rings' data; the larger rings are halved until they fit
 * @ret_least:	receives, on failure, the smallest budget that would be enough
 *
 * The ring that only wakes the reading process counts too; its data are one page.
 *
 * Return: 0, or -ENOSPC if even rings of one page are too large; then @sizes are unchanged.
 */
int et_budget__fit(__u64 budget, __u64 others, size_t page, size_t sizes[ET_RING_CLASSES],
		   __u64 *ret_least);

#endif /* ET_BUDGET_H */
