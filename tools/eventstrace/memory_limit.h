/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory cgroup of this process. If its limit is too small, the kernel kills the process,
 * mostly before any call has failed. Then the process cannot report the reason, so it checks
 * before.
 */
#ifndef TOOLS_EVENTSTRACE_MEMORY_LIMIT_H
#define TOOLS_EVENTSTRACE_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/eventstrace/options.h"

/**
 * memory_limit_suffices() - check whether the cgroup has enough memory for the options
 * @options:	the events and the size of the rings
 *
 * Prints the error or a warning.
 *
 * Return: false if the memory is certainly too little.
 */
bool memory_limit_suffices(const struct options *options);

#endif /* TOOLS_EVENTSTRACE_MEMORY_LIMIT_H */
