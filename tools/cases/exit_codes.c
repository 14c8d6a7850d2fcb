/* SPDX-License-Identifier: BSD-2-Clause */
/* Every exit status there is, and one that is more than it can hold. */
#include "tools/cases/account.h"

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	for (int status = 0; status <= 256; status++) {
		pid_t pid;

		/* 99 is how a case fails; its exit is seen among the signals and threads. */
		if (status == 99)
			continue;
		pid = account_fork();
		if (!pid)
			account_exit(status);
		account_wait(pid, status & 0xff);
	}
	return account_end();
}
