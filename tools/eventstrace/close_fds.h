/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EVENTSTRACE_CLOSE_FDS_H
#define TOOLS_EVENTSTRACE_CLOSE_FDS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * close_fds_but() - close all descriptors of the process but some
 * @keep:	the descriptors to keep, in any order; sorted by the function
 * @count:	their number
 *
 * Needs Linux 5.9 (close_range).
 *
 * Return: true if all others are closed.
 */
bool close_fds_but(int *keep, size_t count);

#endif /* TOOLS_EVENTSTRACE_CLOSE_FDS_H */
