/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages at the end of a recording or a replay. */
#ifndef TOOLS_EVENTSTRACE_OUTCOME_H
#define TOOLS_EVENTSTRACE_OUTCOME_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/summary.h"

/* Report that a file cannot be written; NULL and "-" are stdout, @err is a negative errno. */
enum status outcome_unwritable(const char *path, int err);

/* Report a failure: @err is the library's errno, @error its message. */
enum status outcome_failed(const struct options *options, const struct et_error *error, int err);

/* Print the summary on stderr, in the format of the options. */
enum status outcome_summary(const struct options *options, const struct summary *summary);

#endif /* TOOLS_EVENTSTRACE_OUTCOME_H */
