/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a person is told, on stderr: one line, "eventstrace: what is wrong: what to do".
 */
#ifndef TOOLS_EVENTSTRACE_SAY_H
#define TOOLS_EVENTSTRACE_SAY_H

/* Print one line; the program's name and the newline are added. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* TOOLS_EVENTSTRACE_SAY_H */
