/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters in the programs' format: see probes/core/config.bpf.h. */
#ifndef ET_FILTER_H
#define ET_FILTER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

struct et_filter_set {
	__u32 filters; /* mask of ET_FILTER_BIT */
	__u32 counts[2][ET_FILTER_KINDS];
	__u32 pids[2][ET_FILTER_VALUES];
	__u32 trees[2][ET_FILTER_VALUES];
	__u32 uids[2][ET_FILTER_VALUES];
	__u64 comms[2][ET_FILTER_VALUES][2];
	__u64 cgroups[2][ET_FILTER_VALUES];
	struct et_prefix prefixes[2][ET_FILTER_VALUES];
};

/**
 * et_filter_set__make() - from the caller's list to the programs' tables
 * @filters:	the list
 * @count:	number of filters
 * @ret:	receives the tables
 * @err:	receives kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_filter_set__make(const struct et_filter *filters, size_t count, struct et_filter_set *ret,
			struct et_error *err);

/* True if there is a filter of that kind. */
static inline bool et_filter_set__has(const struct et_filter_set *set, enum et_filter_kind by)
{
	return set->filters & ET_FILTER_BITS(by);
}

#endif /* ET_FILTER_H */
