/* SPDX-License-Identifier: BSD-2-Clause */
/* Patterns for texts: `*` is any bytes, `?` any one byte, everything else itself. */
#ifndef ET_REDACT_GLOB_H
#define ET_REDACT_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the longest pattern. */
#define ET_GLOB_MAX   255
#define ET_GLOB_WORDS 4

/*
 * All positions of the pattern that a text can have come to are bits, which each byte moves at once:
 * a text of n bytes takes n steps, whatever the pattern is.
 */
struct et_glob {
	uint64_t follows[256][ET_GLOB_WORDS]; /* by byte: positions that it leads to */
	uint64_t stays[ET_GLOB_WORDS];        /* positions with a `*` behind them */
	uint64_t start[ET_GLOB_WORDS];
	unsigned int end; /* the position behind the pattern */
};

/**
 * et_glob_init() - prepare a pattern
 * @glob:	receives it
 * @pattern:	the pattern, at most ET_GLOB_MAX bytes
 *
 * Return: 0, or -E2BIG for one that is longer, -EINVAL for an empty one.
 */
int et_glob_init(struct et_glob *glob, const char *pattern);

/**
 * et_glob_matches() - does the whole text match?
 * @glob:	the pattern
 * @text:	the text, of any bytes
 * @len:	its bytes
 * @cut:	its end is missing: is there an end with which it would match?
 */
bool et_glob_matches(const struct et_glob *glob, const char *text, size_t len, bool cut);

#endif /* ET_REDACT_GLOB_H */
