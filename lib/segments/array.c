/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/segments/array.h"

#include <stdlib.h>

bool et_array_grow(void **array, size_t count, size_t size)
{
	void *more;

	/* Double the room whenever the count is a power of two. */
	if (count & (count - 1))
		return true;
	more = realloc(*array, (count ? 2 * count : 1) * size);
	if (!more)
		return false;
	*array = more;
	return true;
}
