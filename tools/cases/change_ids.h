/* SPDX-License-Identifier: BSD-2-Clause */
/* What the cases setuid and setgid have alike: everything but the names. */
#ifndef TOOLS_CASES_CHANGE_IDS_H
#define TOOLS_CASES_CHANGE_IDS_H

#include <sys/types.h>

/* Users, or groups. */
struct change_ids {
	long set, setre, setres, setfs; /* numbers of system calls */
	id_t (*effective)(void);
	/* Become somebody who may not choose the numbers, if a change of them is not enough. */
	void (*drop)(void);
	/* Enter a change of the calling thread. */
	void (*account)(void);
};

/**
 * change_ids() - make every call that changes the numbers, so that they change and so that not
 * @ids:	which
 *
 * In processes of its own.
 */
void change_ids(const struct change_ids *ids);

#endif /* TOOLS_CASES_CHANGE_IDS_H */
