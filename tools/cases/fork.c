/* SPDX-License-Identifier: BSD-2-Clause */
/* fork(2) by the first process, and by its child. */
#include "tools/cases/account.h"

int main(int argc, char **argv, char **envp)
{
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	pid = account_fork();
	if (!pid) {
		pid = account_fork();
		if (!pid)
			account_exit(7);
		account_wait(pid, 7);
		account_exit(3);
	}
	account_wait(pid, 3);
	return account_end();
}
