/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/account_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

_Noreturn void account_fail(const char *file, int line, const char *what)
{
	dprintf(STDERR_FILENO, "%s:%d: pid %d: %s: %s\n", file, line, getpid(), what,
		strerror(errno));
	_exit(99);
}
