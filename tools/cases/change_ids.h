/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of the cases setuid and setgid: everything but the names. */
#ifndef TOOLS_CASES_CHANGE_IDS_H
#define TOOLS_CASES_CHANGE_IDS_H

#include <sys/types.h>

/* Users, or groups. */
struct change_ids {
	long set, setre, setres, setfs; /* numbers of system calls */
	id_t (*effective)(void);
	/* Drop the privilege to choose the numbers, if changing them does not drop it. */
	void (*drop)(void);
	/* Add a change of the calling thread to the account. */
	void (*account)(void);
};

/**
 * change_ids() - make every call that can change the ids, with and without a change
 * @ids:	users or groups
 *
 * Runs in child processes.
 */
void change_ids(const struct change_ids *ids);

#endif /* TOOLS_CASES_CHANGE_IDS_H */
