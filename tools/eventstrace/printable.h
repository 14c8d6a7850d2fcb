/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes text from untrusted bytes safe for a terminal. */
#ifndef TOOLS_EVENTSTRACE_PRINTABLE_H
#define TOOLS_EVENTSTRACE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The largest number of bytes that one byte of the text can become. */
#define PRINTABLE_BYTE_MAX 6

/**
 * printable() - escape characters that control a terminal
 * @to:		receives a string, cut to its room
 * @size:		bytes at @to, at least 1
 * @from:		a string
 * @lines:		keep newlines and tabs
 *
 * Escaped are control characters, invisible characters, and characters that change the direction of
 * writing: \u001b, \U000e0041 and similar. Bytes of invalid UTF-8 become \x9b and similar. All
 * other characters stay unchanged, also backslashes.
 */
void printable(char *to, size_t size, const char *from, bool lines);

#endif /* TOOLS_EVENTSTRACE_PRINTABLE_H */
