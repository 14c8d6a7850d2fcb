/* SPDX-License-Identifier: BSD-2-Clause */
/* Converts filters to the format that BPF programs use: see probes/core/filter.bpf.h. */
#ifndef ET_FILTER_H
#define ET_FILTER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

struct et_filter_set {
	__u32 filters; /* the kinds and forms in use: a mask of ET_FILTER_BIT */
	__u32 counts[2][ET_FILTER_KINDS];
	__u32 pids[2][ET_FILTER_VALUES];
	__u32 trees[2][ET_FILTER_VALUES];
	__u32 uids[2][ET_FILTER_VALUES];
	__u64 comms[2][ET_FILTER_VALUES][2];
	__u64 cgroups[2][ET_FILTER_VALUES];
	struct et_prefix prefixes[2][ET_FILTER_VALUES];
};

/**
 * et_filter_set__make() - convert a list of filters to the tables for BPF programs
 * @filters:	the filters, as the user of the library gives them
 * @count:	number of filters
 * @ret:	receives the tables
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_filter_set__make(const struct et_filter *filters, size_t count, struct et_filter_set *ret,
			struct et_error *err);

/* True if @set has a filter of kind @by. */
static inline bool et_filter_set__has(const struct et_filter_set *set, enum et_filter_kind by)
{
	return set->filters & ET_FILTER_BITS(by);
}

#endif /* ET_FILTER_H */
