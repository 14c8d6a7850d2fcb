/* SPDX-License-Identifier: BSD-2-Clause */
/* setsid(2): a successful call is an event. Failed calls, and setpgid(2), are no events. */
#include "tools/cases/account.h"

#include <errno.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	pid = account_fork();
	if (!pid) {
		account_before_ids();
		CHECK(setsid() == getpid());
		account_setsid();
		CHECK(setsid() == -1 && errno == EPERM);
		account_exit(0);
	}
	account_wait(pid, 0);
	pid = account_fork();
	if (!pid) {
		CHECK(setpgid(0, 0) == 0);
		CHECK(setsid() == -1 && errno == EPERM);
		account_exit(0);
	}
	account_wait(pid, 0);
	return account_end();
}
