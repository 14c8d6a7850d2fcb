/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call is an event if it changes one of the four ids. It is none if all stay the same, or if the
 * call fails. The case makes raw system calls, because the C library would change all threads.
 */
#include "tools/cases/change_ids.h"

#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/cases/account.h"

static const struct change_ids *ids;

static void changes(long nr, long a, long b, long c)
{
	account_before_ids();
	CHECK(syscall(nr, a, b, c) >= 0);
	ids->account();
}

static void keeps(long nr, long a, long b, long c)
{
	CHECK(syscall(nr, a, b, c) >= 0);
}

static void fails(long nr, long a, long b, long c)
{
	CHECK(syscall(nr, a, b, c) == -1 && errno == EPERM);
}

static void *from_thread(void *arg)
{
	*(long *)arg = syscall(SYS_gettid);
	changes(ids->setres, -1, 50, -1);
	keeps(ids->setres, -1, 50, -1);
	return NULL;
}

/*
 * A joined thread may still be exiting. If the process ends at that time, this thread may be its
 * last one, and has other credentials.
 */
static void wait_until_gone(long tid)
{
	while (syscall(SYS_tgkill, getpid(), tid, 0) == 0)
		usleep(1000);
	CHECK(errno == ESRCH);
}

static void privileged(void)
{
	pthread_t thread;
	long tid;

	keeps(ids->set, 0, 0, 0);
	keeps(ids->setre, -1, -1, 0);
	keeps(ids->setres, -1, -1, -1);
	keeps(ids->setres, 0, 0, 0);
	keeps(ids->setfs, 0, 0, 0);
	keeps(ids->setfs, -1, 0, 0);
	/* Change one of the four ids at a time. */
	changes(ids->setres, 1, -1, -1);
	changes(ids->setres, -1, -1, 3);
	changes(ids->setfs, 4, 0, 0);
	keeps(ids->setfs, 4, 0, 0);
	changes(ids->setfs, 0, 0, 0);
	changes(ids->setre, 5, -1, 0);
	changes(ids->setres, 0, 0, 0);
	/* A thread changes its own ids only. */
	CHECK(pthread_create(&thread, NULL, from_thread, &tid) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	wait_until_gone(tid);
	CHECK(ids->effective() == 0);
	keeps(ids->set, 0, 0, 0);
}

static void unprivileged(void)
{
	changes(ids->set, 4000000000, 0, 0);
	if (ids->drop)
		ids->drop();
	fails(ids->set, 0, 0, 0);
	fails(ids->setre, 0, 0, 0);
	fails(ids->setres, 0, 0, 0);
	keeps(ids->setfs, 0, 0, 0);
	keeps(ids->set, 4000000000, 0, 0);
}

/* Exchange the real and the effective id and back, which needs no privilege. */
static void trading(void)
{
	changes(ids->setre, 11, 12, 0);
	changes(ids->setre, 12, 11, 0);
	changes(ids->setres, -1, 12, -1);
}

static void in_a_process(void (*body)(void))
{
	pid_t pid = account_fork();

	if (!pid) {
		body();
		account_exit(0);
	}
	account_wait(pid, 0);
}

void change_ids(const struct change_ids *which)
{
	ids = which;
	in_a_process(privileged);
	in_a_process(unprivileged);
	in_a_process(trading);
}
