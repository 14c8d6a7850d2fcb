/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the limit of this process's memory cgroup. If it is too small, the kernel usually kills
 * the process before any call fails. The process could not report the reason then, so it checks the
 * limit first.
 */
#ifndef TOOLS_EVENTSTRACE_MEMORY_LIMIT_H
#define TOOLS_EVENTSTRACE_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/eventstrace/options.h"

/**
 * memory_limit_suffices() - check whether the cgroup allows enough memory for the options
 * @options:		the events and the size of the rings
 *
 * Prints an error or a warning on stderr.
 *
 * Return: false if the limit is too small for any event.
 */
bool memory_limit_suffices(const struct options *options);

#endif /* TOOLS_EVENTSTRACE_MEMORY_LIMIT_H */
