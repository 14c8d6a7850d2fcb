/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes that wait for the reader of the terminal. Meanwhile, another thread opens another file
 * under the descriptor number. Also a write to a pipe, whose descriptor becomes the terminal's.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"
#include "tools/cases/waits.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/uio.h>
#include <termios.h>
#include <unistd.h>

#define SIZE 20000

static struct account_tty tty;
static char data[SIZE];
static int null;

struct job {
	struct waits waits;
	int fd, segments;
	bool is_tty;
};

static void *writer(void *arg)
{
	struct job *job = arg;
	struct iovec v[2] = { { data, SIZE / 2 }, { data + SIZE / 2, SIZE / 2 } };
	ssize_t n;

	waits_begin(&job->waits);
	n = job->segments ? writev(job->fd, v, 2) : write(job->fd, data, SIZE);
	waits_end(&job->waits);
	CHECK(n == SIZE);
	if (!job->is_tty)
		return NULL;
	if (!job->segments) {
		account_tty_write(&tty, data, SIZE);
		return NULL;
	}
	account_tty_write(&tty, v[0].iov_base, v[0].iov_len);
	account_tty_write(&tty, v[1].iov_base, v[1].iov_len);
	return NULL;
}

static void read_all(int fd)
{
	static char buf[SIZE];

	for (size_t at = 0; at < SIZE;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		CHECK(n > 0);
		at += (size_t)n;
	}
}

/*
 * Write to a copy of @fd, and read from @from. While the write waits, the copy becomes a copy of
 * @other.
 */
static void written(int fd, int from, int other, int segments, bool is_tty)
{
	struct job job = { .segments = segments, .is_tty = is_tty };
	pthread_t thread;

	job.fd = dup(fd);
	CHECK(job.fd >= 0);
	CHECK(pthread_create(&thread, NULL, writer, &job) == 0);
	waits_for(&job.waits);
	CHECK(dup2(other, job.fd) == job.fd);
	read_all(from);
	CHECK(pthread_join(thread, NULL) == 0);
	close(job.fd);
}

int main(int argc, char **argv, char **envp)
{
	struct termios raw;
	struct pty pty;
	int fds[2];

	(void)argc;
	account_begin(argv, envp);
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)('a' + i % 26);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	CHECK(null >= 0);
	pty_open(&pty);
	/* In raw mode, the reader gets exactly the written bytes. */
	CHECK(tcgetattr(pty.slave, &raw) == 0);
	cfmakeraw(&raw);
	CHECK(tcsetattr(pty.slave, TCSANOW, &raw) == 0);
	account_tty_of(pty.slave, &tty);
	/* The pipe holds less than one write. */
	CHECK(pipe2(fds, O_CLOEXEC) == 0 && fcntl(fds[1], F_SETPIPE_SZ, 4096) >= 4096);

	written(pty.slave, pty.master, null, 0, true);
	written(pty.slave, pty.master, null, 1, true);
	written(fds[1], fds[0], pty.slave, 0, false);
	written(pty.slave, pty.master, null, 0, true);

	close(fds[0]);
	close(fds[1]);
	close(null);
	pty_close(&pty);
	return account_end();
}
