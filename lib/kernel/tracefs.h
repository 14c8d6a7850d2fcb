/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds the IDs of tracepoints, also if tracefs is not mounted, as on a minimal system or in a
 * chroot. libbpf needs a mounted tracefs.
 */
#ifndef ET_TRACEFS_H
#define ET_TRACEFS_H

#include <linux/types.h>

/**
 * et_tracefs__open() - open the directory of all trace events
 * @ret:	receives a descriptor of tracefs's `events`; the caller closes it
 *
 * If tracefs is not mounted, this function makes a private, detached mount (Linux 5.2). No other
 * process sees the mount, and closing the descriptor removes it.
 *
 * Return: 0, -EACCES or -EPERM if this process may not use tracefs, -ENODEV if the kernel has no
 * tracefs, or another negative errno.
 */
int et_tracefs__open(int *ret);

/**
 * et_tracefs__id() - find a tracepoint's ID for perf_event_open()
 * @events_fd:	from et_tracefs__open()
 * @tracepoint:	category and name, for example "syscalls/sys_exit_setsid"
 * @ret:	receives the ID
 *
 * Return: 0, -ENOENT if this kernel has no such tracepoint, or another negative errno.
 */
int et_tracefs__id(int events_fd, const char *tracepoint, __u64 *ret);

/**
 * et_tracefs__open_event() - open a tracepoint's perf event, to which a BPF program can be attached
 * @events_fd:	from et_tracefs__open()
 * @tracepoint:	category and name, for example "syscalls/sys_exit_setsid"
 *
 * The event is opened for one CPU. This is enough: the attached BPF program runs on every CPU that
 * reaches the tracepoint.
 *
 * Return: the event's descriptor, which the caller closes, -ENOENT if this kernel has no such
 * tracepoint, or another negative errno.
 */
int et_tracefs__open_event(int events_fd, const char *tracepoint);

#endif /* ET_TRACEFS_H */
