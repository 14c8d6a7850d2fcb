/* SPDX-License-Identifier: BSD-2-Clause */
/* seccomp: the system calls that are left. */
#ifndef TOOLS_EVENTSTRACE_SYSCALL_FILTER_H
#define TOOLS_EVENTSTRACE_SYSCALL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/**
 * syscall_filter_load() - have the kernel refuse all system calls but those of a list
 * @maps:	maps of BPF can still be read
 * @sockets:	descriptors of sockets that can still be sent to
 * @count:	how many
 *
 * A call that neither the program nor its C library makes, such as execve() or socket(), kills the
 * process. Any other that is not in the list fails with EPERM. For the calling thread and those
 * that it starts; it needs no_new_privs.
 *
 * Return: 0 or a negative errno.
 */
int syscall_filter_load(bool maps, const int *sockets, size_t count);

#endif /* TOOLS_EVENTSTRACE_SYSCALL_FILTER_H */
