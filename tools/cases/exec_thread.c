/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec by a thread that is not the first. The thread gets the first thread's number and start time.
 * The other threads end, which causes no exit event.
 */
#include "tools/cases/account.h"

#include <pthread.h>
#include <unistd.h>

static void *execs(void *arg)
{
	char *const args[] = { "from a thread", NULL };
	char *const env[] = { NULL };

	(void)arg;
	execve(account_program("report"), args, env);
	CHECK(!"execve");
}

static void *waits(void *arg)
{
	pause();
	return arg;
}

int main(int argc, char **argv, char **envp)
{
	pthread_t thread;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	pid = account_fork();
	if (!pid) {
		CHECK(pthread_create(&thread, NULL, waits, NULL) == 0);
		CHECK(pthread_create(&thread, NULL, execs, NULL) == 0);
		pause();
	}
	account_wait(pid, 17);
	return account_end();
}
