/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/eventstrace/close_fds.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

bool close_fds_but(int *keep, size_t count)
{
	unsigned int next = 0;
	bool closed = true;

	qsort(keep, count, sizeof(*keep), compare);
	for (size_t i = 0; i < count; i++) {
		unsigned int fd = (unsigned int)keep[i];

		if (fd > next)
			closed &= close_range(next, fd - 1, 0) == 0;
		next = fd + 1;
	}
	return close_range(next, UINT_MAX, 0) == 0 && closed;
}
