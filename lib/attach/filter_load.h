/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the filters into the BPF programs' variables and maps. */
#ifndef ET_FILTER_LOAD_H
#define ET_FILTER_LOAD_H

#include <stdbool.h>

#include "lib/filter/filter.h"

struct et_probes;

/* True if the program must be loaded because of a filter, whatever the events are. */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program);

/*
 * Before the load: set the programs' variables from @set, and create no maps that no filter needs.
 */
int et_filter_load__fill_rodata(struct et_probes *skel, const struct et_filter_set *set);

/* After the load: fill the filters' maps from @set. */
int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set);

#endif /* ET_FILTER_LOAD_H */
