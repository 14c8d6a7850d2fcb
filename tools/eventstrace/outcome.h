/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said at the end, of a recording as of a replay.
 */
#ifndef TOOLS_EVENTSTRACE_OUTCOME_H
#define TOOLS_EVENTSTRACE_OUTCOME_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/summary.h"

/* Say that a file cannot be written; NULL and "-" are stdout, @err a negative errno. */
enum status outcome_unwritable(const char *path, int err);

/* Say why it failed: @err of the library, @error what it says of it. */
enum status outcome_failed(const struct options *options, const struct et_error *error, int err);

/* Print the summary on stderr, as the options say. */
enum status outcome_summary(const struct options *options, const struct summary *summary);

#endif /* TOOLS_EVENTSTRACE_OUTCOME_H */
