/* SPDX-License-Identifier: BSD-2-Clause */
/* Selects the BPF programs and maps that only some filters need, and fills these maps. */
#ifndef ET_FILTER_LOAD_H
#define ET_FILTER_LOAD_H

#include <stdbool.h>

#include "lib/filter/filter.h"

struct et_probes;

/*
 * True if the BPF program @program must be loaded because of a filter, whatever events are wanted.
 */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program);

/* Before the load: disable the maps that no filter needs. */
int et_filter_load__skip_maps(struct et_probes *skel, const struct et_filter_set *set);

/* After the load: fill the filters' maps. */
int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set,
			 const struct et_prefix_set *prefixes);

#endif /* ET_FILTER_LOAD_H */
