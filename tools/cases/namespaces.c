/* SPDX-License-Identifier: BSD-2-Clause */
/* One new namespace of each kind: fork, exec and exit in it report its number and outer PIDs. */
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
			/* Time namespaces exist since 5.6 only. */
			CHECK(flag == CLONE_NEWTIME && errno == EINVAL &&
			      access("/proc/self/ns/time", F_OK) != 0);
			account_exit(17);
		}
		/* New PID and time namespaces contain the children, not the caller. */
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
	/* run() has seen unshare(2) refuse it. */
	if (access("/proc/self/ns/time", F_OK) != 0)
		account_cannot("no time namespaces in this kernel (unshare is EINVAL)");
	return account_end();
}
