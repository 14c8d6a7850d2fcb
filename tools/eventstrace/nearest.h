/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the name that a user may have meant, for "did you mean". */
#ifndef TOOLS_EVENTSTRACE_NEAREST_H
#define TOOLS_EVENTSTRACE_NEAREST_H

#include <stddef.h>

/* Names are compared without case, and with either kind of dash. */
static inline char nearest_fold(char c)
{
	if (c == '_')
		return '-';
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Begins all zero. */
struct nearest {
	const char *name; /* NULL: none is near */
	unsigned int distance;
};

/*
 * Keep @name if it is nearer to the text than the one before. Near is at most one mistake in three
 * characters: one that is missing, too many, wrong, or exchanged with the next. nearest_fold()
 * applies.
 */
void nearest_try(struct nearest *n, const char *text, size_t len, const char *name);

#endif /* TOOLS_EVENTSTRACE_NEAREST_H */
