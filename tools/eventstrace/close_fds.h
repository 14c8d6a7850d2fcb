/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_EVENTSTRACE_CLOSE_FDS_H
#define TOOLS_EVENTSTRACE_CLOSE_FDS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * close_fds_but() - close all descriptors of the process except for the given ones
 * @keep:		the descriptors to keep, in any order; the function sorts them
 * @count:		number of descriptors in @keep
 *
 * Needs Linux 5.9 (close_range).
 *
 * Return: true if all other descriptors are closed.
 */
bool close_fds_but(int *keep, size_t count);

#endif /* TOOLS_EVENTSTRACE_CLOSE_FDS_H */
