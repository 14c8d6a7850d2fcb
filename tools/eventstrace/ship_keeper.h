/* SPDX-License-Identifier: BSD-2-Clause */
/* The process between eventstrace and eventstrace-ship: ship.h. */
#ifndef TOOLS_EVENTSTRACE_SHIP_KEEPER_H
#define TOOLS_EVENTSTRACE_SHIP_KEEPER_H

#include <stdbool.h>

#include "tools/eventstrace/users.h"

struct ship_task {
	const char *program; /* path of eventstrace-ship */
	const char *folder, *to;
	struct run_as user;
	unsigned int drain_s; /* the longest wait at the end */
};

/**
 * ship_keeper_run() - be the keeper
 * @task:	what to send
 * @control:	a pipe; at its end, no more segments come
 * @report:	receives two numbers: an errno, 0 if the sender's user was taken on; at the end 0
 *		if all of the folder was sent
 *
 * Never returns.
 */
_Noreturn void ship_keeper_run(const struct ship_task *task, int control, int report);

/*
 * Remove variables from the environment. @properties: keep only those that are properties of the
 * sender's Kafka client; else keep all others.
 */
void ship_keep_variables(bool properties);

#endif /* TOOLS_EVENTSTRACE_SHIP_KEEPER_H */
