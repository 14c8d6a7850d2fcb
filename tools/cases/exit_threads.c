/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process of several threads has one exit event. One thread may end all threads, or each thread
 * ends itself, the first thread first. The event has the status that the parent gets.
 */
#include "tools/cases/account.h"

#include "tools/cases/waits.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct account_snap first;
static struct account_snap *second; /* shared memory: the child writes, and the parent reads */

static void *ends_all(void *arg)
{
	prctl(PR_SET_NAME, "second");
	account_snap(second);
	account_exited_any(&first, second, 21, 0);
	syscall(SYS_exit_group, 21);
	return arg;
}

/* The first thread has exited. This thread ends the process. */
static void *outlives(void *arg)
{
	waits_for_zombie(getpid());
	prctl(PR_SET_NAME, "outlives");
	account_exit(22);
	return arg;
}

/*
 * The threads exit with 23 and 24, the first one first. Before 5.17, the process's status is that
 * of the first thread. Since then it is that of the last thread. waitpid(2) shows which.
 */
static void *outlives_quietly(void *arg)
{
	waits_for_zombie(getpid());
	prctl(PR_SET_NAME, "quietly");
	account_snap(second);
	syscall(SYS_exit, 24);
	return arg;
}

int main(int argc, char **argv, char **envp)
{
	pthread_t thread;
	int status;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	second = mmap(NULL, sizeof(*second), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	CHECK(second != MAP_FAILED);
	pid = account_fork();
	if (!pid) {
		prctl(PR_SET_NAME, "first");
		account_snap(&first);
		CHECK(pthread_create(&thread, NULL, ends_all, NULL) == 0);
		pause();
	}
	account_wait(pid, 21);

	pid = account_fork();
	if (!pid) {
		CHECK(pthread_create(&thread, NULL, outlives, NULL) == 0);
		pthread_exit(NULL);
	}
	account_wait(pid, 22);

	pid = account_fork();
	if (!pid) {
		CHECK(pthread_create(&thread, NULL, outlives_quietly, NULL) == 0);
		syscall(SYS_exit, 23);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 23 || WEXITSTATUS(status) == 24);
	account_exited(second, WEXITSTATUS(status), 0, false);
	return account_end();
}
