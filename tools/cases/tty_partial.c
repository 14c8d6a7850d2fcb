/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes that the terminal takes a part of, or nothing, because nobody reads it or because there
 * is nothing to be read at the address: what was written is what it took.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	static unsigned char data[5000];
	struct account_tty tty;
	struct pty pty;
	ssize_t n;

	(void)argc;
	account_begin(argv, envp);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)('a' + i % 26);
	pty_open(&pty);
	account_tty_of(pty.slave, &tty);
	/* Not write(3): the compiler would know better. */
	CHECK(syscall(SYS_write, pty.slave, 8L, 5L) == -1 && errno == EFAULT);
	CHECK(fcntl(pty.slave, F_SETFL, O_NONBLOCK) == 0);
	while ((n = write(pty.slave, data, 5000)) > 0)
		account_tty_write(&tty, data, (size_t)n);
	CHECK(errno == EAGAIN);
	return account_end();
}
