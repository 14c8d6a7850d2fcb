/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread names that are hard to encode: quotes, control characters, bytes above 127. */
#include "tools/cases/account.h"

#include <sys/prctl.h>

int main(int argc, char **argv, char **envp)
{
	static const char *const names[] = {
		"\"quoted\"",
		"back\\slash",
		"\t\x01\x1b[0m\x7f",
		"\x80\xc3\xff",
		"gr\xc3\xb6\xc3\x9f",
		/* A name has at most 15 bytes, so the kernel cuts the last character in two. */
		"fifteen bytes \xc3\xb6",
		"",
		" ",
	};

	(void)argc;
	account_begin(argv, envp);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pid_t pid;

		CHECK(prctl(PR_SET_NAME, names[i]) == 0);
		pid = account_fork();
		if (!pid)
			account_exit(0);
		account_wait(pid, 0);
	}
	return account_end();
}
