/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that start and end cause no events. Only the process's own exit is an event. */
#include "tools/cases/account.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *returns(void *arg)
{
	return arg;
}

static void *exits(void *arg)
{
	(void)arg;
	pthread_exit(NULL);
}

int main(int argc, char **argv, char **envp)
{
	void *(*const bodies[])(void *) = { returns, exits, returns, exits };
	pthread_t threads[4];

	(void)argc;
	account_begin(argv, envp);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, bodies[i], NULL) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(pthread_join(threads[i], NULL) == 0);
	return account_end();
}
