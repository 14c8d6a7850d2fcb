/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every call that changes a thread's users: an event where one of the four changes, none where all
 * stay or the call fails. Raw system calls: the C library would make every thread call.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <pthread.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

static void changes(long nr, long a, long b, long c)
{
	CHECK(syscall(nr, a, b, c) >= 0);
	account_setuid();
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
	changes(SYS_setresuid, -1, 50, -1);
	keeps(SYS_setresuid, -1, 50, -1);
	return arg;
}

static void privileged(void)
{
	pthread_t thread;

	keeps(SYS_setuid, 0, 0, 0);
	keeps(SYS_setreuid, -1, -1, 0);
	keeps(SYS_setresuid, -1, -1, -1);
	keeps(SYS_setresuid, 0, 0, 0);
	keeps(SYS_setfsuid, 0, 0, 0);
	keeps(SYS_setfsuid, -1, 0, 0);
	/* One of the four at a time. */
	changes(SYS_setresuid, 1, -1, -1);
	changes(SYS_setresuid, -1, -1, 3);
	changes(SYS_setfsuid, 4, 0, 0);
	keeps(SYS_setfsuid, 4, 0, 0);
	changes(SYS_setfsuid, 0, 0, 0);
	changes(SYS_setreuid, 5, -1, 0);
	changes(SYS_setresuid, 0, 0, 0);
	/* Of a thread of its own, and only of that one. */
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(geteuid() == 0);
	keeps(SYS_setuid, 0, 0, 0);
}

int main(int argc, char **argv, char **envp)
{
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	pid = account_fork();
	if (!pid) {
		privileged();
		account_exit(0);
	}
	account_wait(pid, 0);

	pid = account_fork();
	if (!pid) {
		changes(SYS_setuid, 4000000000, 0, 0);
		fails(SYS_setuid, 0, 0, 0);
		fails(SYS_setreuid, 0, 0, 0);
		fails(SYS_setresuid, 0, 0, 0);
		keeps(SYS_setfsuid, 0, 0, 0);
		keeps(SYS_setuid, 4000000000, 0, 0);
		account_exit(0);
	}
	account_wait(pid, 0);

	pid = account_fork();
	if (!pid) {
		changes(SYS_setreuid, 11, 12, 0);
		/* Real and effective trade places: no privilege needed, and back. */
		changes(SYS_setreuid, 12, 11, 0);
		changes(SYS_setresuid, -1, 12, -1);
		account_exit(0);
	}
	account_wait(pid, 0);
	return account_end();
}
