/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints messages of the library: warnings, and all messages with --libbpf-verbose.
 *
 * While a session is opened, warnings are held back. If it opens, they are printed: some events are
 * missing, the others are recorded. If it fails, they are dropped, because the error has all of it
 * in one line.
 */
#ifndef TOOLS_EVENTSTRACE_LOG_H
#define TOOLS_EVENTSTRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

struct log {
	bool verbose; /* print all messages */
	bool hold;
	char **held;
	size_t held_count;
};

/* The callback of struct et_options; @ctx is a struct log. */
void log_line(void *ctx, enum et_log_level level, const char *line);

/* Print the warnings that were held back, and hold back no further ones. */
void log_release(struct log *log);

/* Drop the warnings that were held back, and hold back no further ones. */
void log_drop(struct log *log);

#endif /* TOOLS_EVENTSTRACE_LOG_H */
