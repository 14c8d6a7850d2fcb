/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints messages at the end of a recording or a replay. */
#ifndef TOOLS_EVENTSTRACE_OUTCOME_H
#define TOOLS_EVENTSTRACE_OUTCOME_H

#include "tools/eventstrace/options.h"
#include "tools/eventstrace/status.h"
#include "tools/eventstrace/summary.h"

/*
 * Report that a file cannot be written. @path: NULL or "-" is stdout. @err: a negative errno.
 * Return: STATUS_OUTPUT.
 */
enum status outcome_unwritable(const char *path, int err);

/*
 * Report a failure of the library. @error: its message; @err: its negative errno. Return: the exit
 * status.
 */
enum status outcome_failed(const struct options *options, const struct et_error *error, int err);

/* Print the summary on stderr, in the format of the options. Return: the exit status. */
enum status outcome_summary(const struct options *options, const struct summary *summary);

#endif /* TOOLS_EVENTSTRACE_OUTCOME_H */
