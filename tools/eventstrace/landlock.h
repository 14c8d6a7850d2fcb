/* SPDX-License-Identifier: BSD-2-Clause */
/* Landlock: the kernel opens no file for this process any more, but those of a list. */
#ifndef TOOLS_EVENTSTRACE_LANDLOCK_H
#define TOOLS_EVENTSTRACE_LANDLOCK_H

/**
 * landlock_restrict() - open no file any more, and reach no other process
 * @readable:	files, and folders whose files, can still be read; ends with NULL
 *
 * What is open stays open, and what does not exist is left out. Of the other things that
 * Landlock knows, TCP, abstract sockets and signals to other processes are forbidden where the
 * kernel's version of it has them. For the calling thread and those that it starts; it needs
 * no_new_privs.
 *
 * Return: the kernel's version of Landlock, or a negative errno: -ENOSYS or -EOPNOTSUPP if the kernel
 * has none.
 */
int landlock_restrict(const char *const *readable);

#endif /* TOOLS_EVENTSTRACE_LANDLOCK_H */
