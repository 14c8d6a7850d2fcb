/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/livetest/words.h"

#include <string.h>

bool words_have(const char *list, const char *word)
{
	size_t len = strlen(word);
	const char *p = list;

	if (!list)
		return true;
	while (*p) {
		size_t n = strcspn(p, " ");

		if (n == len && !strncmp(p, word, n))
			return true;
		p += n + (p[n] == ' ');
	}
	return false;
}
