/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library has to say while it works: warnings, and with --libbpf-verbose everything.
 *
 * While a session is being opened warnings are held back. If it opens, they are printed: these
 * events are left out, the others go on. If it does not, the error says it all, in one line.
 */
#ifndef TOOLS_EVENTSTRACE_LOG_H
#define TOOLS_EVENTSTRACE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/include/eventstrace.h"

struct log {
	bool verbose; /* print everything, and at once */
	bool hold;
	char **held;
	size_t held_count;
};

/* The callback of struct et_options; @ctx is a struct log. */
void log_line(void *ctx, enum et_log_level level, const char *line);

/* Print what was held back, and hold back no more. */
void log_release(struct log *log);

/* Forget what was held back, and hold back no more. */
void log_drop(struct log *log);

#endif /* TOOLS_EVENTSTRACE_LOG_H */
