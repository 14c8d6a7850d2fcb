/* SPDX-License-Identifier: BSD-2-Clause */
/* Restricts the system calls of this process, with seccomp. */
#ifndef TOOLS_EVENTSTRACE_SYSCALL_FILTER_H
#define TOOLS_EVENTSTRACE_SYSCALL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/privileges.h"

/**
 * syscall_filter_load() - let the kernel refuse all system calls that are not permitted
 * @maps:		true if BPF maps must stay readable
 * @sockets:		descriptors of sockets that may still send
 * @count:		number of sockets
 * @files:		files that may still be opened
 *
 * A call that neither the program nor its C library makes, such as execve() or socket(), kills the
 * process. Any other call that is not permitted fails with EPERM. The filter applies to the calling
 * thread and its later threads. It needs no_new_privs.
 *
 * Return: 0 or a negative errno.
 */
int syscall_filter_load(bool maps, const int *sockets, size_t count,
			const struct privileges_files *files);

#endif /* TOOLS_EVENTSTRACE_SYSCALL_FILTER_H */
