/* SPDX-License-Identifier: BSD-2-Clause */
/* Each system call that changes a thread's groups. */
#include <sys/syscall.h>
#include <unistd.h>

#include "tools/cases/account.h"
#include "tools/cases/change_ids.h"

/* The privilege to choose any group is a capability. Changing the user drops it. */
static void drop(void)
{
	CHECK(syscall(SYS_setresuid, 1, 1, 1) == 0);
	account_setuid();
}

int main(int argc, char **argv, char **envp)
{
	static const struct change_ids groups = {
		.set = SYS_setgid,
		.setre = SYS_setregid,
		.setres = SYS_setresgid,
		.setfs = SYS_setfsgid,
		.effective = getegid,
		.drop = drop,
		.account = account_setgid,
	};

	(void)argc;
	account_begin(argv, envp);
	change_ids(&groups);
	return account_end();
}
