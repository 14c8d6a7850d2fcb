/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the number of the system call of a tracepoint. */
#ifndef ET_HOOKS_SYSCALL_NR_H
#define ET_HOOKS_SYSCALL_NR_H

#include <stdbool.h>

/**
 * et_hook_syscall_nr() - find the number of a system call by its tracepoint
 * @tracepoint:	"syscalls/sys_enter_<name>" or "syscalls/sys_exit_<name>"
 * @ret_at_exit: receives whether it is the tracepoint at the exit
 *
 * Return: the number, or -ENOENT if @tracepoint is not in a hook table, or has no system call.
 */
int et_hook_syscall_nr(const char *tracepoint, bool *ret_at_exit);

#endif /* ET_HOOKS_SYSCALL_NR_H */
