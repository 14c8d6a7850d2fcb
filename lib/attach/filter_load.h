/* SPDX-License-Identifier: BSD-2-Clause */
/* Filters on their way into the programs, step by step as these are loaded. */
#ifndef ET_FILTER_LOAD_H
#define ET_FILTER_LOAD_H

#include <stdbool.h>

#include "lib/attach/filter.h"

struct et_probes;

/* Is it a program that a filter needs, whatever events are wanted? */
bool et_filter_load__wants(const struct et_filter_set *set, const char *program);

/* Before loading: tell the programs, and leave out maps for which there is no filter. */
int et_filter_load__tell(struct et_probes *skel, const struct et_filter_set *set);

/* After it: fill the maps. */
int et_filter_load__fill(const struct et_probes *skel, const struct et_filter_set *set);

#endif /* ET_FILTER_LOAD_H */
