/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account.h"

#include "tools/cases/pty.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

void pty_open(struct pty *pty)
{
	struct winsize size = { .ws_row = 33, .ws_col = 77 };
	unsigned int number;
	int unlock = 0;

	pty->drained = false;
	pty->master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(pty->master >= 0);
	CHECK(ioctl(pty->master, TIOCSPTLCK, &unlock) == 0);
	CHECK(ioctl(pty->master, TIOCGPTN, &number) == 0);
	snprintf(pty->name, sizeof(pty->name), "/dev/pts/%u", number);
	pty->slave = open(pty->name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	CHECK(pty->slave >= 0);
	CHECK(ioctl(pty->slave, TIOCSWINSZ, &size) == 0);
}

void pty_echo(const struct pty *pty, int on)
{
	struct termios termios;

	CHECK(tcgetattr(pty->slave, &termios) == 0);
	if (on)
		termios.c_lflag |= ECHO;
	else
		termios.c_lflag &= ~(tcflag_t)ECHO;
	CHECK(tcsetattr(pty->slave, TCSANOW, &termios) == 0);
}

static void *drain(void *arg)
{
	char buf[65536];

	while (read((int)(long)arg, buf, sizeof(buf)) > 0)
		;
	return NULL;
}

void pty_drain(struct pty *pty)
{
	CHECK(pthread_create(&pty->drain, NULL, drain, (void *)(long)pty->master) == 0);
	pty->drained = true;
}

void pty_close(struct pty *pty)
{
	/* When the last slave descriptor is closed, read(2) of the master fails with EIO. */
	close(pty->slave);
	if (pty->drained)
		CHECK(pthread_join(pty->drain, NULL) == 0);
	close(pty->master);
}
