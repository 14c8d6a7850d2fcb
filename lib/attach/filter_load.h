/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the filters into the programs, before and after these are loaded. */
#ifndef ET_FILTER_LOAD_H
#define ET_FILTER_LOAD_H

#include <stdbool.h>

#include "lib/filter/filter.h"

struct et_probes;

/* True if a filter needs the program, for any events. */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program);

/* Before loading: configure the programs, and leave out maps without a filter. */
int et_filter_load__fill_rodata(struct et_probes *skel, const struct et_filter_set *set);

/* After loading: fill the maps. */
int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set);

#endif /* ET_FILTER_LOAD_H */
