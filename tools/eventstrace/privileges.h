/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the process still may do while it records. It decodes bytes that others chose: a fault in that
 * must not be a root shell.
 */
#ifndef TOOLS_EVENTSTRACE_PRIVILEGES_H
#define TOOLS_EVENTSTRACE_PRIVILEGES_H

#include <stddef.h>

#include "tools/eventstrace/users.h"

struct privileges_wanted {
	/*
	 * Reads a map of BPF: -EPERM if it cannot without a capability. NULL: there are no maps, and
	 * no files are read either.
	 */
	int (*read_map)(void *ctx);
	void *ctx;
	struct run_as run_as;
	int outputs[2]; /* descriptors that are written; -1: none */
};

/* What was given up, a line each; and what could not be. */
struct privileges_report {
	char lines[5][200];
	size_t count;
};

/**
 * privileges_drop() - give up what recording does not need
 * @wanted:	what is needed
 * @ret:	receives what was done; on failure its last line is what failed
 *
 * All capabilities go, from the bounding set too, but for CAP_BPF on kernels that let no process
 * without it read a map (before Linux 5.19). No program that is executed gets any back, and no other
 * process of the user may trace this one. Landlock and seccomp forbid the rest where the kernel has
 * them; where it has not, the report says so, and that is no failure. Threads that are started later
 * inherit all this, so it is called while there is one.
 *
 * Return: 0 or a negative errno.
 */
int privileges_drop(const struct privileges_wanted *wanted, struct privileges_report *ret);

#endif /* TOOLS_EVENTSTRACE_PRIVILEGES_H */
