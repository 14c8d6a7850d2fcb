/* SPDX-License-Identifier: BSD-2-Clause */
/* Each system call that changes a thread's users. */
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/cases/account.h"
#include "tools/cases/change_ids.h"

int main(int argc, char **argv, char **envp)
{
	static const struct change_ids users = {
		.set = SYS_setuid,
		.setre = SYS_setreuid,
		.setres = SYS_setresuid,
		.setfs = SYS_setfsuid,
		.effective = geteuid,
		.account = account_setuid,
	};

	(void)argc;
	account_begin(argv, envp);
	change_ids(&users);
	return account_end();
}
