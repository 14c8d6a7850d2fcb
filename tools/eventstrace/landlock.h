/* SPDX-License-Identifier: BSD-2-Clause */
/* Landlock: the kernel opens no more files for this process, except those in a list. */
#ifndef TOOLS_EVENTSTRACE_LANDLOCK_H
#define TOOLS_EVENTSTRACE_LANDLOCK_H

#include "tools/eventstrace/privileges.h"

/**
 * landlock_restrict() - allow no more files, and no access to other processes
 * @readable:	files, and directories with all files, that stay readable; ends with NULL
 * @files:	files that may still be made and written
 *
 * Open files stay open. Files that do not exist are left out. Landlock can also forbid TCP,
 * abstract sockets and signals to other processes. They are forbidden as far as the kernel's
 * version supports it. Applies to the calling thread and its later threads; needs no_new_privs.
 *
 * Return: the kernel's version of Landlock, or a negative errno: -ENOSYS or -EOPNOTSUPP if the
 * kernel has none.
 */
int landlock_restrict(const char *const *readable, const struct privileges_files *files);

#endif /* TOOLS_EVENTSTRACE_LANDLOCK_H */
