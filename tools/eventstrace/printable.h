/* SPDX-License-Identifier: BSD-2-Clause */
/* Text for a terminal, of bytes that somebody else chose. */
#ifndef TOOLS_EVENTSTRACE_PRINTABLE_H
#define TOOLS_EVENTSTRACE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>

/* The most that one byte becomes. */
#define PRINTABLE_BYTE_MAX 6

/**
 * printable() - escape what a terminal would obey instead of printing it
 * @to:		receives a string, cut to its room
 * @size:	bytes at @to, at least 1
 * @from:	a string
 * @lines:	let newlines and tabs stand
 *
 * Control characters and those that turn the direction of writing become \u001b or the like, and
 * bytes that are no valid UTF-8 become \x9b. Everything else stands as it is, backslashes too.
 */
void printable(char *to, size_t size, const char *from, bool lines);

#endif /* TOOLS_EVENTSTRACE_PRINTABLE_H */
