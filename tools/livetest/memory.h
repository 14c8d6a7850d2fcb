/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for tests, which cannot continue without it. */
#ifndef TOOLS_LIVETEST_MEMORY_H
#define TOOLS_LIVETEST_MEMORY_H

#include <stdlib.h>

/* As realloc(3), but aborts on failure. */
static inline void *must_realloc(void *p, size_t size)
{
	void *ret = realloc(p, size);

	if (!ret)
		abort();
	return ret;
}

#endif /* TOOLS_LIVETEST_MEMORY_H */
