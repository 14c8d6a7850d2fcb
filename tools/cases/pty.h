/* SPDX-License-Identifier: BSD-2-Clause */
/* A pseudo-terminal for a case. */
#ifndef TOOLS_CASES_PTY_H
#define TOOLS_CASES_PTY_H

#include <pthread.h>
#include <stdbool.h>

struct pty {
	int master, slave;
	char name[64]; /* of the slave, as a path */
	bool drained;
	pthread_t drain;
};

/* Open one, of 33 rows and 77 columns, controlling nobody; as cooked as the kernel makes it. */
void pty_open(struct pty *pty);

/* Turn the terminal's echo on or off. */
void pty_echo(const struct pty *pty, int on);

/* Have a thread read and drop what comes out of the master. */
void pty_drain(struct pty *pty);

/* Close both ends, and wait for the thread: a process's exit is its last thread's. */
void pty_close(struct pty *pty);

#endif /* TOOLS_CASES_PTY_H */
