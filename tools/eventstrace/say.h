/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person is told, on stderr: one line, "eventstrace: what is wrong: what to do".
 */
#ifndef TOOLS_EVENTSTRACE_SAY_H
#define TOOLS_EVENTSTRACE_SAY_H

#include "lib/include/eventstrace.h"

/* Print one line; the program's name and the newline are added. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The log callback of a session: warnings always, the rest where @ctx (a bool) is true. */
void say_log(void *ctx, enum et_log_level level, const char *line);

#endif /* TOOLS_EVENTSTRACE_SAY_H */
