/* SPDX-License-Identifier: BSD-2-Clause */
/* Chooses how events are printed: from the options, and from what the output is. */
#ifndef TOOLS_EVENTSTRACE_FORMAT_H
#define TOOLS_EVENTSTRACE_FORMAT_H

#include <stdbool.h>

#include "lib/include/eventstrace.h"
#include "tools/eventstrace/options.h"

/* Set format and text of @opts for the output @fd; -1: events are not printed. */
void format_choose(const struct options *options, int fd, struct et_options *opts);

/* True if it chose text. */
bool format_is_text(const struct et_options *opts);

#endif /* TOOLS_EVENTSTRACE_FORMAT_H */
