/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs and maps that only some filters use. */
#ifndef ET_FILTER_LOAD_H
#define ET_FILTER_LOAD_H

#include <stdbool.h>

#include "lib/filter/filter.h"

struct et_probes;

/* True if the program must be loaded because of a filter, whatever the events are. */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program);

/* Before the load: create no maps that no filter needs. */
int et_filter_load__skip_maps(struct et_probes *skel, const struct et_filter_set *set);

/* After the load: fill the filters' maps. */
int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set,
			 const struct et_prefix_set *prefixes);

#endif /* ET_FILTER_LOAD_H */
