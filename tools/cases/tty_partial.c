/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes that the terminal accepts in part, or not at all: its output is not read, or the address
 * is invalid. The event has the accepted bytes.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	static unsigned char data[60000];
	struct iovec v[3] = { { data, 5000 }, { data + 5000, 50000 }, { data + 55000, 5000 } };
	struct account_tty tty;
	struct pty pty, other;
	ssize_t n;

	(void)argc;
	account_begin(argv, envp);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)('a' + i % 26);
	pty_open(&pty);
	account_tty_of(pty.slave, &tty);
	/* The raw system call, because the compiler would warn about write(3). */
	CHECK(syscall(SYS_write, pty.slave, 8L, 5L) == -1 && errno == EFAULT);
	CHECK(fcntl(pty.slave, F_SETFL, O_NONBLOCK) == 0);
	while ((n = write(pty.slave, data, 5000)) > 0)
		account_tty_write(&tty, data, (size_t)n);
	CHECK(errno == EAGAIN);

	/*
	 * Three segments: the terminal accepts the first, a part of the second, and nothing of the
	 * third.
	 */
	pty_open(&other);
	account_tty_of(other.slave, &tty);
	CHECK(fcntl(other.slave, F_SETFL, O_NONBLOCK) == 0);
	n = writev(other.slave, v, 3);
	CHECK(n > 5000 && n < 55000);
	account_tty_write(&tty, data, 5000);
	account_tty_write(&tty, data + 5000, (size_t)n - 5000);
	return account_end();
}
