/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the programs, which interrupt each other on one CPU. */
#ifndef TOOLS_COLLIDE_DRIVE_H
#define TOOLS_COLLIDE_DRIVE_H

#include <stddef.h>

#include "tools/collide/object.h"

/* The system call that runs the program of COLLIDE_TASK. */
#define DRIVE_SYSCALL SYS_getppid

struct drive;

/**
 * drive_start() - attach the programs, and start the threads that run them
 * @o:		the programs
 * @cpu:	the CPU that they run on
 * @sources:	mask of 1 << enum collide_source
 * @ret:	receives the handle for drive_stop()
 * @ret_missing: receives the mask of the sources that this kernel lacks
 *
 * Return: 0 or a negative errno.
 */
int drive_start(const struct collide_object *o, unsigned int cpu, unsigned int sources,
		struct drive **ret, unsigned int *ret_missing);

/* Detach all programs, and end the threads. When this returns, no program runs. @d may be NULL. */
void drive_stop(struct drive *d);

/*
 * Run the calling thread on @cpu only, or on all other CPUs if there are any. Return: 0 or a
 * negative errno.
 */
int drive_move_to(unsigned int cpu);
int drive_move_away(unsigned int cpu);

#endif /* TOOLS_COLLIDE_DRIVE_H */
