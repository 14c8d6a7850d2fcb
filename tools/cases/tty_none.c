/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes that do not reach a terminal. */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	struct iovec v[2] = { { "no", 2 }, { "where", 5 } };
	struct pty pty;
	int fd, fds[2];

	(void)argc;
	account_begin(argv, envp);
	pty_open(&pty);

	/*
	 * Descriptors of a terminal that permit no write or no seek, and descriptors that are not
	 * open.
	 */
	fd = open(pty.name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(write(fd, "read-only", 9) == -1 && errno == EBADF);
	CHECK(writev(fd, v, 2) == -1 && errno == EBADF);
	close(fd);
	CHECK(write(fd, "closed", 6) == -1 && errno == EBADF);
	CHECK(write(-1, "none", 4) == -1 && errno == EBADF);
	fd = open(pty.name, O_PATH | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "path", 4) == -1 && errno == EBADF);
	close(fd);
	CHECK(pwrite(pty.slave, "seek", 4, 0) == -1 && errno == ESPIPE);

	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "null", 4) == 4 && writev(fd, v, 2) == 7);
	close(fd);
	fd = memfd_create("file", MFD_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "file", 4) == 4 && writev(fd, v, 2) == 7);
	close(fd);
	CHECK(pipe(fds) == 0 && write(fds[1], "pipe", 4) == 4 && writev(fds[1], v, 2) == 7);
	close(fds[0]);
	close(fds[1]);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	CHECK(write(fds[0], "socket", 6) == 6 && writev(fds[0], v, 2) == 7);

	/* A terminal after a hang-up. */
	close(pty.master);
	CHECK(write(pty.slave, "hung up", 7) == -1 && errno == EIO);
	return account_end();
}
