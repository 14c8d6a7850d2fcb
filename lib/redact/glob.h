/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns for texts: `*` matches any bytes, `?` any one byte, any other byte itself. */
#ifndef ET_REDACT_GLOB_H
#define ET_REDACT_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length in bytes of the longest pattern, and number of 64-bit words in a set of its positions. */
#define ET_GLOB_MAX   255
#define ET_GLOB_WORDS 4

/*
 * A prepared pattern. The matcher keeps a bit set of all positions in the pattern that the text has
 * reached. Each byte of the text moves all positions at once. So a text of n bytes takes n steps,
 * whatever the pattern is.
 */
struct et_glob {
	/* [byte]: positions after a character that matches it */
	uint64_t follows[256][ET_GLOB_WORDS];
	uint64_t stays[ET_GLOB_WORDS]; /* positions before a `*`, which any byte keeps */
	uint64_t start[ET_GLOB_WORDS]; /* the set with only position 0 */
	unsigned int end;              /* the position after the whole pattern */
};

/**
 * et_glob_init() - prepare a pattern
 * @glob:	receives the prepared pattern
 * @pattern:	the pattern, at most ET_GLOB_MAX bytes
 *
 * Return: 0, -E2BIG for a pattern that is too long, or -EINVAL for an empty one.
 */
int et_glob_init(struct et_glob *glob, const char *pattern);

/**
 * et_glob_matches() - true if the pattern matches the whole text
 * @glob:	the pattern
 * @text:	the text, of any bytes
 * @len:	bytes of the text
 * @cut:	the text's end is missing: return true if any end would make the text match
 */
bool et_glob_matches(const struct et_glob *glob, const char *text, size_t len, bool cut);

#endif /* ET_REDACT_GLOB_H */
