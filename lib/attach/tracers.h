/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tracers of a host know each other by a map that they share: lib/wire/tracers.h. The first one
 * makes it. The others find it by a program that refers to it, which nobody loads without CAP_PERFMON:
 * so no process becomes a tracer by a map that it makes itself.
 */
#ifndef ET_ATTACH_TRACERS_H
#define ET_ATTACH_TRACERS_H

#include <linux/types.h>

#include "lib/wire/self.h"
#include "lib/wire/tracers.h"

struct et_tracers_member {
	int map_fd;                /* -1: not among them */
	int mark_fd;               /* the program */
	struct et_tracers *shared; /* the map's value */
	struct et_tracer *own;     /* in it */
};

#define ET_TRACERS_MEMBER_INIT { .map_fd = -1, .mark_fd = -1 }

/**
 * et_tracers__join() - be known to all tracers of this host
 * @self:	what this one is; its first two files are the outputs
 * @ret:	receives what et_tracers__leave() takes back
 *
 * Return: 0; -ENOSPC: they are too many; -EPERM: without CAP_SYS_ADMIN nobody finds the others; or
 * another negative errno.
 */
int et_tracers__join(const struct et_self_look *self, struct et_tracers_member *ret);

/* Not to be known any more; may be called again. */
void et_tracers__leave(struct et_tracers_member *member);

#endif /* ET_ATTACH_TRACERS_H */
