/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/wrap.h"

#include <string.h>

size_t wrap_length(const char *text, size_t width)
{
	size_t len = strlen(text);

	if (len <= width)
		return len;
	for (len = width; len && text[len] != ' '; len--)
		;
	return len ? len : strcspn(text, " ");
}
