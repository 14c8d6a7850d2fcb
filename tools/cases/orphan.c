/* SPDX-License-Identifier: BSD-2-Clause */
/* A process whose parent ends first. Its exit event names the new parent. */
#include "tools/cases/account.h"

#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	pid_t self = getpid(), pid;
	int born[2];
	char c;

	(void)argc;
	account_begin(argv, envp);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	CHECK(pipe(born) == 0);
	pid = account_fork();
	if (!pid) {
		pid = account_fork();
		if (!pid) {
			/* The parent may end only after this process's fork is in the account. */
			CHECK(write(born[1], "", 1) == 1);
			while (getppid() != self)
				usleep(1000);
			account_exit(31);
		}
		CHECK(read(born[0], &c, 1) == 1);
		account_exit(30);
	}
	account_wait(pid, 30);
	account_wait(-1, 31);
	return account_end();
}
