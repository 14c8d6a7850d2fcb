/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/redact/glob.h"

#include <errno.h>
#include <string.h>

static void set_bit(uint64_t *words, unsigned int bit)
{
	words[bit / 64] |= 1ULL << bit % 64;
}

int et_glob_init(struct et_glob *glob, const char *pattern)
{
	unsigned int at = 0;

	if (!*pattern)
		return -EINVAL;
	if (strlen(pattern) > ET_GLOB_MAX)
		return -E2BIG;
	memset(glob, 0, sizeof(*glob));
	set_bit(glob->start, 0);
	for (const char *p = pattern; *p; p++) {
		if (*p == '*') {
			set_bit(glob->stays, at);
			continue;
		}
		at++;
		for (unsigned int byte = 0; byte < 256; byte++)
			if (*p == '?' || (unsigned char)*p == byte)
				set_bit(glob->follows[byte], at);
	}
	glob->end = at;
	return 0;
}

/*
 * Process the next byte of the text. @at is the set of positions in the pattern that the text can
 * have reached. Return: false if the set is empty now: the text cannot match.
 */
static bool step(const struct et_glob *glob, uint64_t *at, unsigned char byte)
{
	uint64_t carry = 0, any = 0;

	for (size_t i = 0; i < ET_GLOB_WORDS; i++) {
		uint64_t moved = (at[i] << 1 | carry) & glob->follows[byte][i];

		carry = at[i] >> 63;
		at[i] = moved | (at[i] & glob->stays[i]);
		any |= at[i];
	}
	return any;
}

bool et_glob_matches(const struct et_glob *glob, const char *text, size_t len, bool cut)
{
	uint64_t at[ET_GLOB_WORDS];

	memcpy(at, glob->start, sizeof(at));
	for (size_t i = 0; i < len; i++)
		if (!step(glob, at, (unsigned char)text[i]))
			return false;
	return cut || (at[glob->end / 64] >> glob->end % 64 & 1);
}
