/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EVENTSTRACE_MONOTONIC_H
#define TOOLS_EVENTSTRACE_MONOTONIC_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC in nanoseconds. */
static inline uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif /* TOOLS_EVENTSTRACE_MONOTONIC_H */
