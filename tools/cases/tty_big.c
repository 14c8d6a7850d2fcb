/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes of about 8,192 bytes, which is the cap, and much larger ones. */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <sys/uio.h>
#include <unistd.h>

static unsigned char data[200000];

int main(int argc, char **argv, char **envp)
{
	static const size_t sizes[] = { 1000, 4096, 8191, 8192, 8193, 10000, 65536, 200000 };
	struct iovec v[2] = { { data, 9000 }, { data + 9000, 20 } };
	struct account_tty tty;
	struct pty pty;
	ssize_t n;

	(void)argc;
	account_begin(argv, envp);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * 31 + i / 251);
	pty_open(&pty);
	pty_drain(&pty);
	account_tty_of(pty.slave, &tty);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (size_t at = 0; at < sizes[i]; at += (size_t)n) {
			n = write(pty.slave, data + at, sizes[i] - at);
			CHECK(n > 0);
			account_tty_write(&tty, data + at, (size_t)n);
		}
	}
	CHECK(writev(pty.slave, v, 2) == 9020);
	account_tty_write(&tty, v[0].iov_base, v[0].iov_len);
	account_tty_write(&tty, v[1].iov_base, v[1].iov_len);

	pty_close(&pty);
	return account_end();
}
