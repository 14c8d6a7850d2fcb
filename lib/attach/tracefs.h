/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers of tracepoints. libbpf finds them only where tracefs is mounted, which it is not on a
 * minimal system or in a chroot.
 */
#ifndef ET_TRACEFS_H
#define ET_TRACEFS_H

#include <linux/types.h>

/**
 * et_tracefs__open() - the directory of all trace events
 * @ret:	receives a descriptor of tracefs's `events`; the caller closes it
 *
 * Uses tracefs where it is mounted; otherwise a mount of its own that is attached nowhere (Linux
 * 5.2): nobody sees it, and it is gone when the descriptor is closed.
 *
 * Return: 0, -EACCES or -EPERM if it is there but not for us, -ENODEV if the kernel has none, or
 * another negative errno.
 */
int et_tracefs__open(int *ret);

/**
 * et_tracefs__id() - the number that perf_event_open() knows a tracepoint by
 * @events_fd:	from et_tracefs__open()
 * @tracepoint:	"syscalls/sys_exit_setsid"
 * @ret:	receives the number
 *
 * Return: 0, -ENOENT if this kernel has no such tracepoint, or another negative errno.
 */
int et_tracefs__id(int events_fd, const char *tracepoint, __u64 *ret);

/**
 * et_tracefs__open_event() - a perf event that a program can be attached to
 * @events_fd:	from et_tracefs__open()
 * @tracepoint:	"syscalls/sys_exit_setsid"
 *
 * The event is of one CPU, which is enough: a program that hangs on the tracepoint behind it runs
 * whichever CPU gets there.
 *
 * Return: its descriptor, which the caller closes, -ENOENT if this kernel has no such tracepoint, or
 * another negative errno.
 */
int et_tracefs__open_event(int events_fd, const char *tracepoint);

#endif /* ET_TRACEFS_H */
