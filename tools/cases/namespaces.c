/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One new namespace of each kind. The events of fork, exec and exit have its number, and process
 * numbers of the initial PID namespace.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <sched.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
# define CLONE_NEWTIME 0x00000080
#endif

static void run(int flag)
{
	char *const args[] = { "in a namespace", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		if (unshare(flag) != 0) {
			/* Time namespaces exist since 5.6. */
			CHECK(flag == CLONE_NEWTIME && errno == EINVAL &&
			      access("/proc/self/ns/time", F_OK) != 0);
			account_exit(17);
		}
		/* After unshare(2), only children are in the new PID or time namespace. */
		pid = account_fork();
		if (!pid) {
			execve(account_program("report"), args, env);
			CHECK(!"execve");
		}
		account_wait(pid, 17);
		account_exit(17);
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	run(CLONE_NEWUTS);
	run(CLONE_NEWIPC);
	run(CLONE_NEWNS);
	run(CLONE_NEWNET);
	run(CLONE_NEWPID);
	run(CLONE_NEWTIME);
	/* In run(), unshare(2) has refused CLONE_NEWTIME. */
	if (access("/proc/self/ns/time", F_OK) != 0)
		account_cannot("no time namespaces in this kernel (unshare is EINVAL)");
	return account_end();
}
