/* SPDX-License-Identifier: BSD-2-Clause */
/* All exit statuses, and one of more than 8 bits. */
#include "tools/cases/account.h"

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	for (int status = 0; status <= 256; status++) {
		pid_t pid;

		/*
		 * 99 means that a case has failed. account_wait() could not distinguish it.
		 */
		if (status == 99)
			continue;
		pid = account_fork();
		if (!pid)
			account_exit(status);
		account_wait(pid, status & 0xff);
	}
	return account_end();
}
