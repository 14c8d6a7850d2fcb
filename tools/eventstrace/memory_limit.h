/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory cgroup that this process is in. If it is too small the kernel kills the process, mostly
 * before any call has failed, so that the process cannot say why. It says so before.
 */
#ifndef TOOLS_EVENTSTRACE_MEMORY_LIMIT_H
#define TOOLS_EVENTSTRACE_MEMORY_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/eventstrace/options.h"

/**
 * memory_limit_suffices() - is there memory for what the options ask for?
 * @options:	the events and the size of the rings
 *
 * Says what is wrong, or warns.
 *
 * Return: false if it surely is too little.
 */
bool memory_limit_suffices(const struct options *options);

#endif /* TOOLS_EVENTSTRACE_MEMORY_LIMIT_H */
