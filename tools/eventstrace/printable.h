/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes text from untrusted bytes safe for a terminal. */
#ifndef TOOLS_EVENTSTRACE_PRINTABLE_H
#define TOOLS_EVENTSTRACE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* Largest size of one escaped byte. */
#define PRINTABLE_BYTE_MAX 6

/**
 * printable() - escape characters that control a terminal
 * @to:		receives a string, cut to its room
 * @size:	bytes at @to, at least 1
 * @from:	a string
 * @lines:	keep newlines and tabs
 *
 * Control characters, invisible ones, and those that change the direction of writing, become
 * \u001b, \U000e0041 or the like. Bytes of invalid UTF-8 become \x9b. All other characters stay
 * unchanged, backslashes too.
 */
void printable(char *to, size_t size, const char *from, bool lines);

#endif /* TOOLS_EVENTSTRACE_PRINTABLE_H */
