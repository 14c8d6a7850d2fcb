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

/*
 * Open a new pseudo-terminal with 33 rows, 77 columns and the kernel's default modes. It does not
 * become a controlling terminal.
 */
void pty_open(struct pty *pty);

/* Turn the terminal's echo on (@on is 1) or off (0). */
void pty_echo(const struct pty *pty, int on);

/* Start a thread that reads and discards the master's output. */
void pty_drain(struct pty *pty);

/*
 * Close both ends, and wait for the thread of pty_drain(): otherwise it could be the last thread of
 * the process.
 */
void pty_close(struct pty *pty);

#endif /* TOOLS_CASES_PTY_H */
