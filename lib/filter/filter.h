/* SPDX-License-Identifier: BSD-2-Clause */
/* Converts filters to the format that BPF programs use: see lib/wire/bpf_config.h. */
#ifndef ET_FILTER_H
#define ET_FILTER_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"
#include "lib/wire/bpf_config.h"
#include "lib/wire/schema.h"
#include "lib/wire/shared.h"

/*
 * The filters' path prefixes and patterns for thread names, in the format of the BPF maps
 * `path_prefixes` and `comm_patterns`.
 */
struct et_prefix_set {
	struct et_prefix prefixes[2][ET_FILTER_VALUES];
	struct et_comm_pattern comms[2][ET_FILTER_VALUES];
};

/*
 * True if the pattern matches the whole thread name @comm. Gives the same result as
 * et_comm_matches() of probes/core/filter.bpf.h, the function of the BPF programs.
 */
bool et_comm_pattern__matches(const struct et_comm_pattern *pattern, const char comm[16]);

/**
 * et_filter_set__make() - convert filters to the tables that BPF programs use
 * @filters:	the filters of et_options, as the caller of the library gives them
 * @count:	number of filters
 * @ret:	receives all tables but those for path prefixes and patterns for thread names
 * @ret_prefixes: receives the tables for path prefixes and patterns
 * @err:	receives the error's kind and message on failure
 *
 * Return: 0 or -EINVAL.
 */
int et_filter_set__make(const struct et_filter *filters, size_t count, struct et_filter_set *ret,
			struct et_prefix_set *ret_prefixes, struct et_error *err);

/* True if @set has a filter of kind @by. */
static inline bool et_filter_set__has(const struct et_filter_set *set, enum et_filter_kind by)
{
	return set->used & ET_FILTER_BITS(by);
}

#endif /* ET_FILTER_H */
