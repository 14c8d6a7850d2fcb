/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that wait in a system call, while other threads change the arguments in memory. */
#ifndef TOOLS_CASES_WAITS_H
#define TOOLS_CASES_WAITS_H

#include <stdatomic.h>
#include <sys/types.h>

/* A thread that is about to wait in a system call. Before the call, it does not sleep. */
struct waits {
	_Atomic pid_t tid; /* set by the thread directly before the call */
	_Atomic int done;  /* set by the thread directly after the call */
};

/* Called by the thread directly before and after its system call. */
void waits_begin(struct waits *w);
void waits_end(struct waits *w);

/* Wait until the thread sleeps in its call, or has returned. */
void waits_for(struct waits *w);

/* Wait until the thread @tid of this process has ended. Its process still exists. */
void waits_for_zombie(pid_t tid);

#endif /* TOOLS_CASES_WAITS_H */
