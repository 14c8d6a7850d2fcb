/* SPDX-License-Identifier: BSD-2-Clause */
/* vfork(2): a child that exits in its parent's memory, and a child that executes a program. */
#include "tools/cases/account.h"

#include <unistd.h>

/*
 * The child runs in its parent's memory, and makes calls that vfork(2) forbids. This is safe here:
 * there is only one thread, and the parent expects each change that the child makes.
 * NOLINTBEGIN(*vfork*,*Vfork*,bugprone-unsafe-functions,cert-msc24-c,cert-msc33-c)
 */
static struct account_snap before;

int main(int argc, char **argv, char **envp)
{
	char *const args[] = { "vforked", NULL };
	char *const env[] = { NULL };
	const char *report;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	report = account_program("report");

	account_snap(&before);
	pid = vfork();
	CHECK(pid >= 0);
	if (!pid) {
		account_forked(&before);
		account_exit(4);
	}
	account_wait(pid, 4);

	account_snap(&before);
	pid = vfork();
	CHECK(pid >= 0);
	if (!pid) {
		account_forked(&before);
		execve(report, args, env);
		_exit(99);
	}
	account_wait(pid, 17);
	return account_end();
}
/* NOLINTEND(*vfork*,*Vfork*,bugprone-unsafe-functions,cert-msc24-c,cert-msc33-c) */
