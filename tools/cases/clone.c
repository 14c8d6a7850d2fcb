/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes made by clone(2). The caller is not the first thread, so its tid differs from its tgid.
 * Also a child in shared memory, and CLONE_PARENT: then the caller is not the child's parent.
 */
#include "tools/cases/account.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct account_snap before;

static void *from_thread(void *arg)
{
	pid_t pid;

	account_snap(&before);
	CHECK(before.pids.tid != before.pids.tgid);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	CHECK(pid >= 0);
	if (!pid) {
		account_forked(&before);
		account_exit(5);
	}
	account_wait(pid, 5);
	return arg;
}

static int in_shared_memory(void *arg)
{
	(void)arg;
	account_forked(&before);
	account_exit(6);
}

static void with_parent(void)
{
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		account_snap(&before);
		pid = (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
		CHECK(pid >= 0);
		if (!pid) {
			account_forked(&before);
			account_exit(9);
		}
		account_exit(8);
	}
	account_wait(pid, 8);
	account_wait(-1, 9);
}

int main(int argc, char **argv, char **envp)
{
	static char stack[1 << 20] __attribute__((aligned(16)));
	pthread_t thread;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);

	account_snap(&before);
	pid = clone(in_shared_memory, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	CHECK(pid > 0);
	account_wait(pid, 6);

	with_parent();
	return account_end();
}
