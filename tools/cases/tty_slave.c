/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes to a terminal: bytes of all values, segments, empty writes, and through /dev/tty. Also
 * without echo, which is for typing only, so the writes are events too.
 */
#include "tools/cases/account.h"
#include "tools/cases/pty.h"

#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <unistd.h>

static struct account_tty tty;
static struct pty pty;

static void put(int fd, const void *data, size_t len)
{
	CHECK(write(fd, data, len) == (ssize_t)len);
	if (len)
		account_tty_write(&tty, data, len);
}

static void put_segments(int fd)
{
	struct iovec v[6] = {
		{ "one", 3 },  { "", 0 },   { "two\0two", 7 },
		{ "\xff", 1 }, { NULL, 0 }, { "6\n", 2 },
	};
	struct iovec many[40];
	char text[40][4];
	int i;

	CHECK(writev(fd, v, 6) == 13);
	for (i = 0; i < 6; i++) {
		if (v[i].iov_len)
			account_tty_write(&tty, v[i].iov_base, v[i].iov_len);
	}
	CHECK(pwritev2(fd, v, 2, -1, 0) == 3);
	account_tty_write(&tty, "one", 3);
	CHECK(writev(fd, v, 0) == 0);
	CHECK(writev(fd, v + 1, 1) == 0);
	for (i = 0; i < 40; i++) {
		text[i][0] = 's';
		text[i][1] = (char)('0' + i / 10);
		text[i][2] = (char)('0' + i % 10);
		many[i] = (struct iovec){ text[i], 3 };
	}
	CHECK(writev(fd, many, 40) == 120);
	for (i = 0; i < 40; i++)
		account_tty_write(&tty, text[i], 3);
}

/*
 * Write from pages that the process has not touched, such as constants or a mapped file. The kernel
 * faults them in during the write.
 */
static void put_untouched(int fd)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	char *page, *whole;
	int file;

	file = memfd_create("file", MFD_CLOEXEC);
	CHECK(file >= 0 && ftruncate(file, 2 * (off_t)size) == 0);
	CHECK(pwrite(file, "untouched, ", 11, (off_t)size - 11) == 11);
	CHECK(pwrite(file, "both of it", 10, (off_t)size) == 10);
	page = mmap(NULL, 2 * size, PROT_READ, MAP_PRIVATE, file, 0);
	whole = page + size - 11;
	CHECK(page != MAP_FAILED && write(fd, whole, 21) == 21);
	account_tty_write(&tty, whole, 21);
	CHECK(munmap(page, 2 * size) == 0);
	close(file);
}

static void *from_thread(void *arg)
{
	prctl(PR_SET_NAME, "writer \"\xff\"");
	put(pty.slave, "from a thread\n", 14);
	return arg;
}

int main(int argc, char **argv, char **envp)
{
	struct winsize size = { .ws_row = 50, .ws_col = 132 };
	unsigned char every[256];
	pthread_t thread;
	pid_t pid;
	int fd;

	(void)argc;
	account_begin(argv, envp);
	pty_open(&pty);
	pty_drain(&pty);
	account_tty_of(pty.slave, &tty);
	for (int i = 0; i < 256; i++)
		every[i] = (unsigned char)i;

	put(pty.slave, "x", 1);
	put(pty.slave, "a line\r\n", 8);
	put(pty.slave, "", 0);
	put(pty.slave, "\0", 1);
	put(pty.slave, "a\0b\0\0c", 6);
	put(pty.slave, every, 256);
	put(pty.slave, "\xc3\xb6 \xc3", 4);
	put_segments(pty.slave);
	put_untouched(pty.slave);
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);

	pty_echo(&pty, 0);
	CHECK(ioctl(pty.slave, TIOCSWINSZ, &size) == 0);
	account_tty_of(pty.slave, &tty);
	put(pty.slave, "no echo, other size", 19);

	pid = account_fork();
	if (!pid) {
		CHECK(setsid() == getpid());
		account_setsid();
		CHECK(ioctl(pty.slave, TIOCSCTTY, 0) == 0);
		fd = open("/dev/tty", O_WRONLY | O_CLOEXEC);
		CHECK(fd >= 0);
		put(fd, "by its other name", 17);
		account_exit(0);
	}
	account_wait(pid, 0);
	pty_close(&pty);
	return account_end();
}
