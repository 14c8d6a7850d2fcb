/* SPDX-License-Identifier: BSD-2-Clause */
/* What makes programs run, and interrupt each other, all on one CPU. */
#ifndef TOOLS_COLLIDE_DRIVE_H
#define TOOLS_COLLIDE_DRIVE_H

#include <stddef.h>

#include "tools/collide/object.h"

/* The system call that makes COLLIDE_TASK's program run. */
#define DRIVE_SYSCALL SYS_getppid

struct drive;

/**
 * drive_start() - attach programs, and start threads that make them run
 * @o:		the programs
 * @cpu:	where
 * @sources:	mask of 1 << enum collide_source: which
 * @ret:	receives what drive_stop() ends
 * @ret_missing: receives the mask of those that this kernel does not have
 *
 * Return: 0 or a negative errno.
 */
int drive_start(const struct collide_object *o, unsigned int cpu, unsigned int sources,
		struct drive **ret, unsigned int *ret_missing);

/* Detach everything, and end the threads: no program runs when it returns. NULL is allowed. */
void drive_stop(struct drive *d);

/* Run the calling thread on @cpu only, or, if it can, on every other one. Returns 0 or -errno. */
int drive_move_to(unsigned int cpu);
int drive_move_away(unsigned int cpu);

#endif /* TOOLS_COLLIDE_DRIVE_H */
