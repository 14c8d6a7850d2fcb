/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds a similar name, for messages with "did you mean". */
#ifndef TOOLS_EVENTSTRACE_NEAREST_H
#define TOOLS_EVENTSTRACE_NEAREST_H

#include <stddef.h>

/* For comparing names: lower case, and '-' instead of '_'. */
static inline char nearest_fold(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* The most similar name so far. All zero before the first call. */
struct nearest {
	const char *name; /* NULL: no name is similar */
	unsigned int distance;
};

/*
 * Keep @name if it is more similar to the text than the previous name. It must have at most one
 * mistake in three characters: a character that is missing, added, wrong, or exchanged with the
 * next. Compares by nearest_fold().
 */
void nearest_try(struct nearest *n, const char *text, size_t len, const char *name);

#endif /* TOOLS_EVENTSTRACE_NEAREST_H */
