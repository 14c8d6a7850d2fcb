/* SPDX-License-Identifier: BSD-2-Clause */
/* Landlock: this process cannot open files any more, except for files in a list. */
#ifndef TOOLS_EVENTSTRACE_LANDLOCK_H
#define TOOLS_EVENTSTRACE_LANDLOCK_H

#include "tools/eventstrace/privileges.h"

/**
 * landlock_restrict() - forbid to open further files and to access other processes
 * @readable:		paths that stay readable: files, and folders with all their files; ends with
 *		NULL
 * @files:		files that this process may still create and write
 *
 * Open descriptors stay usable. Paths that do not exist are ignored. If the kernel's version of
 * Landlock supports it, TCP, abstract sockets and signals to other processes are also forbidden.
 * The restriction applies to the calling thread and its later threads. It needs no_new_privs.
 *
 * Return: the kernel's version of Landlock, or a negative errno: -ENOSYS or -EOPNOTSUPP if the
 * kernel does not have it.
 */
int landlock_restrict(const char *const *readable, const struct privileges_files *files);

#endif /* TOOLS_EVENTSTRACE_LANDLOCK_H */
