/* SPDX-License-Identifier: BSD-2-Clause */
/* The common part of the cases setuid and setgid. They differ only in names and numbers. */
#ifndef TOOLS_CASES_CHANGE_IDS_H
#define TOOLS_CASES_CHANGE_IDS_H

#include <sys/types.h>

/* The system calls for users, or those for groups. */
struct change_ids {
	long set, setre, setres, setfs; /* numbers of system calls */
	id_t (*effective)(void);
	/* Drop the privilege to choose any id. NULL if changing the ids drops it. */
	void (*drop)(void);
	/* Add the change to the account, for the calling thread. */
	void (*account)(void);
};

/**
 * change_ids() - make each call that can change the ids, with and without a change
 * @ids:	users or groups
 *
 * Runs in child processes.
 */
void change_ids(const struct change_ids *ids);

#endif /* TOOLS_CASES_CHANGE_IDS_H */
