/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that wait in the kernel, while other threads change the memory of their arguments. */
#ifndef TOOLS_CASES_WAITS_H
#define TOOLS_CASES_WAITS_H

#include <stdatomic.h>
#include <sys/types.h>

/* A thread that is about to wait in a system call, and does not sleep before it. */
struct waits {
	_Atomic pid_t tid; /* set by the thread directly before the call */
	_Atomic int done;  /* set by the thread directly after it */
};

/* Mark that the calling thread is about to make the call, and that it has returned. */
void waits_begin(struct waits *w);
void waits_end(struct waits *w);

/* Wait until the thread sleeps in its call, or has returned from it. */
void waits_for(struct waits *w);

#endif /* TOOLS_CASES_WAITS_H */
