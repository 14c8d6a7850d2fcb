/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/selection.h"

void selection_give(const struct options *options, struct et_filter filters[FILTERS_MAX],
		    struct et_options *ret)
{
	ret->events = options->choice.events;
	filters_give(&options->filters, filters);
	ret->filters = filters;
	ret->filter_count = options->filters.count;
	ret->failed_only = options->failed;
	ret->since_ns = options->since_ns;
	ret->until_ns = options->until_ns;
	ret->redact = options->redact;
	ret->redact_count = options->redact_count;
	ret->redact_tty = options->redact_tty;
	ret->context = options->context;
	ret->context_processes = (uint32_t)options->context_processes;
	ret->fields = options->fields;
	ret->exclude_fields = options->exclude_fields;
	ret->columns = options->columns;
	ret->stream = (options->header ? ET_STREAM_HEADER : 0) |
		      (options->identity ? ET_STREAM_IDENTITY : 0);
	ret->numbers = options->numbers;
}
