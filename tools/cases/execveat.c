/* SPDX-License-Identifier: BSD-2-Clause */
/* execveat(2) with a descriptor alone, with a directory and a name, and with AT_FDCWD. */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(int dirfd, const char *path, int flags)
{
	char *const args[] = { "execveat", "an argument", NULL };
	char *const env[] = { "E=1", NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		syscall(SYS_execveat, dirfd, path, args, env, flags);
		CHECK(!"execveat");
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	int dir, fd;

	(void)argc;
	account_begin(argv, envp);
	dir = open(account_dir(), O_PATH | O_DIRECTORY | O_CLOEXEC);
	fd = open(account_program("report"), O_PATH | O_CLOEXEC);
	CHECK(dir >= 0 && fd >= 0);
	run(fd, "", AT_EMPTY_PATH);
	run(dir, "report", 0);
	run(-1, account_program("report"), 0);
	CHECK(fchdir(dir) == 0);
	run(AT_FDCWD, "./report", AT_SYMLINK_NOFOLLOW);
	return account_end();
}
