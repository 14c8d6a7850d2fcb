/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Matches texts with patterns: `*` matches any bytes, `?` matches any one byte, and each other byte
 * matches itself.
 */
#ifndef ET_REDACT_GLOB_H
#define ET_REDACT_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ET_GLOB_MAX: largest length of a pattern in bytes. ET_GLOB_WORDS: number of 64-bit words of a bit
 * set that has one bit for each position in the pattern.
 */
#define ET_GLOB_MAX   255
#define ET_GLOB_WORDS 4

/*
 * A prepared pattern. The matcher keeps a bit set: the positions in the pattern that the text read
 * so far can reach. Each byte of the text moves all positions at once. So a text of n bytes takes n
 * steps, whatever the pattern is.
 */
struct et_glob {
	/*
	 * The index is a byte. The set contains the positions right after the characters of the
	 * pattern that match this byte.
	 */
	uint64_t follows[256][ET_GLOB_WORDS];
	uint64_t stays[ET_GLOB_WORDS]; /* positions before a `*`: they remain after any byte */
	/* the positions before the first byte of the text: only position 0 */
	uint64_t start[ET_GLOB_WORDS];
	/* the position at the pattern's end; the text matches if it reaches this position */
	unsigned int end;
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
 * @cut:	the text's end is missing: return true if some end would make the text match
 */
bool et_glob_matches(const struct et_glob *glob, const char *text, size_t len, bool cut);

#endif /* ET_REDACT_GLOB_H */
