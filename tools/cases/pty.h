/* SPDX-License-Identifier: BSD-2-Clause */
/* A pseudo-terminal for a case. */
#ifndef TOOLS_CASES_PTY_H
#define TOOLS_CASES_PTY_H

#include <pthread.h>
#include <stdbool.h>

struct pty {
	int master, slave;
	char name[64]; /* path of the slave */
	bool drained;
	pthread_t drain;
};

/* Open one with 33 rows and 77 columns, the kernel's default modes, and no controlled session. */
void pty_open(struct pty *pty);

/* Turn the terminal's echo on or off. */
void pty_echo(const struct pty *pty, int on);

/* Start a thread that reads and drops the master's output. */
void pty_drain(struct pty *pty);

/* Close both ends, and wait for the thread: otherwise it could be the process's last one. */
void pty_close(struct pty *pty);

#endif /* TOOLS_CASES_PTY_H */
