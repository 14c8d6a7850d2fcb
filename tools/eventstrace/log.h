/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages of the library: warnings, and with --libbpf-verbose all.
 *
 * Warnings are held back while a session is opened. If it opens, they are printed: some events are
 * left out, and the others continue. If it fails, the error contains everything in one line.
 */
#ifndef TOOLS_EVENTSTRACE_LOG_H
#define TOOLS_EVENTSTRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

struct log {
	bool verbose; /* print all messages, immediately */
	bool hold;
	char **held;
	size_t held_count;
};

/* The callback of struct et_options; @ctx is a struct log. */
void log_line(void *ctx, enum et_log_level level, const char *line);

/* Print the warnings that were held back, and hold back no more. */
void log_release(struct log *log);

/* Drop the warnings that were held back, and hold back no more. */
void log_drop(struct log *log);

#endif /* TOOLS_EVENTSTRACE_LOG_H */
