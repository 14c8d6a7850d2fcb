/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Typing. A write to the master of a pseudo-terminal is an event of the terminal while the terminal
 * echoes. Without echo it is no event, because the text may be a password.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	struct iovec v[2] = { { "two ", 4 }, { "segments\n", 9 } };
	struct account_tty tty;
	struct pty pty;

	(void)argc;
	account_begin(argv, envp);
	pty_open(&pty);
	account_tty_of(pty.slave, &tty);
	CHECK(tty.major >= 136 && tty.major <= 143);
	CHECK(write(pty.master, "typed\n", 6) == 6);
	account_tty_write(&tty, "typed\n", 6);
	CHECK(writev(pty.master, v, 2) == 13);
	account_tty_write(&tty, "two ", 4);
	account_tty_write(&tty, "segments\n", 9);

	pty_echo(&pty, 0);
	CHECK(write(pty.master, "a password\n", 11) == 11);
	CHECK(writev(pty.master, v, 2) == 13);

	pty_echo(&pty, 1);
	account_tty_of(pty.slave, &tty);
	CHECK(write(pty.master, "\x03\0\xff", 3) == 3);
	account_tty_write(&tty, "\x03\0\xff", 3);
	return account_end();
}
