/* SPDX-License-Identifier: BSD-2-Clause */
/* seccomp: restricts the permitted system calls. */
#ifndef TOOLS_EVENTSTRACE_SYSCALL_FILTER_H
#define TOOLS_EVENTSTRACE_SYSCALL_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/privileges.h"

/**
 * syscall_filter_load() - let the kernel refuse all system calls except those in a list
 * @maps:	true if BPF maps must stay readable
 * @sockets:	descriptors of sockets that may still send
 * @count:	their number
 * @files:	files that may still be opened
 *
 * A call that neither the program nor its C library makes, such as execve() or socket(), kills the
 * process. Any other call outside the list fails with EPERM. Applies to the calling thread and its
 * later threads; needs no_new_privs.
 *
 * Return: 0 or a negative errno.
 */
int syscall_filter_load(bool maps, const int *sockets, size_t count,
			const struct privileges_files *files);

#endif /* TOOLS_EVENTSTRACE_SYSCALL_FILTER_H */
