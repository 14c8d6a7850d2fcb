/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account.h"

#include "tools/cases/waits.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void waits_begin(struct waits *w)
{
	w->tid = (pid_t)syscall(SYS_gettid);
}

void waits_end(struct waits *w)
{
	w->done = 1;
}

/* State of the thread: the letter after the name in its stat file, proc(5). */
static char state_of(pid_t tid)
{
	char path[64], text[512], *end;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return '?';
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return '?';
	text[n] = '\0';
	end = strrchr(text, ')');
	return end && end[1] ? end[2] : '?';
}

void waits_for(struct waits *w)
{
	char state = '?';

	while (!w->tid)
		sched_yield();
	while (!w->done && state != 'S' && state != 'D') {
		sched_yield();
		state = state_of(w->tid);
	}
}

void waits_for_zombie(pid_t tid)
{
	char state;

	while ((state = state_of(tid)) != 'Z') {
		CHECK(state != '?');
		usleep(1000);
	}
}
