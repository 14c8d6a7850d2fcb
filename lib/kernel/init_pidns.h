/* SPDX-License-Identifier: BSD-2-Clause */
/* This process, as programs in the kernel see it. */
#ifndef ET_SELF_H
#define ET_SELF_H

#include <linux/types.h>

#include "lib/wire/own_task.h"

/**
 * et_init_pidns__tgid() - this process's number in the initial PID namespace
 *
 * Programs see numbers of the initial namespace; in a container, getpid() returns others. So this
 * function asks a program (Linux 5.10). If that is not possible, it returns getpid().
 */
__u32 et_init_pidns__tgid(void);

/**
 * et_init_pidns__own_task() - find out what the tracer is to the kernel
 * @look:	fds, wanted and wanted_count are read, everything else is filled in
 *
 * A program that runs in this process fills it in. An iterator over the tasks of this process's PID
 * namespace finds the wanted processes. The initial namespace needs no iterator: found is wanted
 * there.
 *
 * Return: 0 or a negative errno; then only tgid is known.
 */
int et_init_pidns__own_task(struct et_own_task *look);

#endif /* ET_SELF_H */
