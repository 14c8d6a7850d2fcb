/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Passes to the library the options that --replay and "eventstrace-ship read" have in common: which
 * events are printed, and what of them.
 */
#ifndef TOOLS_EVENTSTRACE_SELECTION_H
#define TOOLS_EVENTSTRACE_SELECTION_H

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/filters.h"
#include "tools/eventstrace/options.h"

/**
 * selection_give() - convert events, filters, range of time, redaction and members of the output
 * @options:	from options_parse(); must live as long as @ret
 * @filters:	receives the filters; must live as long as @ret
 * @ret:	receives them; other members stay. format_choose() sets the format
 */
void selection_give(const struct options *options, struct et_filter filters[FILTERS_MAX],
		    struct et_options *ret);

#endif /* TOOLS_EVENTSTRACE_SELECTION_H */
