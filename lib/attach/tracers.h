/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tracers of a host find each other through a shared map (lib/wire/tracers.h). The first tracer
 * creates the map. The others find it through a BPF program that refers to the map: the mark. To
 * load such a BPF program, a process needs CAP_PERFMON. So no unprivileged process can pretend to
 * be a tracer with its own map.
 */
#ifndef ET_ATTACH_TRACERS_H
#define ET_ATTACH_TRACERS_H

#include <linux/types.h>

#include "lib/wire/own_task.h"
#include "lib/wire/tracers.h"

struct et_tracers_member {
	int map_fd;  /* descriptor of the shared map; -1: this tracer has not joined */
	int mark_fd; /* descriptor of the BPF program that refers to the map */
	struct et_tracers *shared; /* the map's value, mapped into memory */
	struct et_tracer *own;     /* this tracer's element of shared->slots */
};

#define ET_TRACERS_MEMBER_INIT { .map_fd = -1, .mark_fd = -1 }

/**
 * et_tracers__join() - make this tracer known to all tracers of this host
 * @self:	facts about this tracer; files[0] and files[1] are its outputs
 * @ret:	receives the membership, for et_tracers__leave()
 *
 * Return: 0; -ENOSPC if there are too many tracers; -EPERM if this process lacks CAP_SYS_ADMIN,
 * which the search for the others needs; or another negative errno.
 */
int et_tracers__join(const struct et_own_task *self, struct et_tracers_member *ret);

/* Remove this tracer from the shared map. A second call does nothing. */
void et_tracers__leave(struct et_tracers_member *member);

#endif /* ET_ATTACH_TRACERS_H */
