/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns for texts: `*` matches any bytes, `?` any one byte, any other byte itself. */
#ifndef ET_REDACT_GLOB_H
#define ET_REDACT_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest pattern. */
#define ET_GLOB_MAX   255
#define ET_GLOB_WORDS 4

/*
 * A set of bits holds all positions in the pattern that match the text so far. Each byte of the
 * text moves all of them at once. So a text of n bytes takes n steps, whatever the pattern is.
 */
struct et_glob {
	uint64_t follows[256][ET_GLOB_WORDS]; /* by byte: positions that it leads to */
	uint64_t stays[ET_GLOB_WORDS];        /* positions followed by a `*` */
	uint64_t start[ET_GLOB_WORDS];
	unsigned int end; /* the position after the whole pattern */
};

/**
 * et_glob_init() - prepare a pattern
 * @glob:	receives it
 * @pattern:	the pattern, at most ET_GLOB_MAX bytes
 *
 * Return: 0, -E2BIG for a pattern that is too long, or -EINVAL for an empty one.
 */
int et_glob_init(struct et_glob *glob, const char *pattern);

/**
 * et_glob_matches() - does the pattern match the whole text?
 * @glob:	the pattern
 * @text:	the text, of any bytes
 * @len:	bytes of the text
 * @cut:	the text's end is missing: return whether some end would make it match
 */
bool et_glob_matches(const struct et_glob *glob, const char *text, size_t len, bool cut);

#endif /* ET_REDACT_GLOB_H */
