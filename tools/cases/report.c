/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Not a case: the program that cases execute. It adds the exec to the account, and exits with 17.
 */
#include "tools/cases/account.h"

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_exec(argv, envp);
	account_exit(17);
}
