/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings that fit a memory budget. */
#ifndef ET_BUDGET_H
#define ET_BUDGET_H

#include <linux/types.h>
#include <stddef.h>

#include "lib/wire/wire.h"

/**
 * et_budget__ring() - kernel memory that a ring takes
 * @size:	its bytes of data, a power of two of whole pages
 * @page:	bytes of a page
 *
 * Data, pages for the positions, and a table that names each page of data twice.
 */
__u64 et_budget__ring(size_t size, size_t page);

/**
 * et_budget__fit() - make rings smaller until everything fits
 * @budget:	bytes that all maps together may take; 0: no limit
 * @others:	bytes of them that are not for rings
 * @page:	bytes of a page
 * @sizes:	of the rings of ET_RING_CLASSES; the larger ones are halved
 * @ret_least:	receives the least sufficient budget, on failure
 *
 * The wake ring, of one page, is counted as well.
 *
 * Return: 0, or -ENOSPC if rings of one page are too large still; @sizes are left alone then.
 */
int et_budget__fit(__u64 budget, __u64 others, size_t page, size_t sizes[ET_RING_CLASSES],
		   __u64 *ret_least);

#endif /* ET_BUDGET_H */
