/* SPDX-License-Identifier: BSD-2-Clause */
/* A pseudo-terminal for a case. */
#ifndef TOOLS_CASES_PTY_H
#define TOOLS_CASES_PTY_H

struct pty {
	int master, slave;
	char name[64]; /* of the slave, as a path */
};

/* Open one, of 33 rows and 77 columns, controlling nobody; as cooked as the kernel makes it. */
void pty_open(struct pty *pty);

/* Turn the terminal's echo on or off. */
void pty_echo(const struct pty *pty, int on);

/* Have a thread read and drop what comes out of the master, for as long as the process lives. */
void pty_drain(const struct pty *pty);

#endif /* TOOLS_CASES_PTY_H */
