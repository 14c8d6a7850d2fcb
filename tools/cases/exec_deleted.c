/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs whose file is deleted, whose directory is deleted too, or whose file has a second name.
 */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(int fd)
{
	char *const args[] = { "deleted", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		syscall(SYS_execveat, fd, "", args, env, AT_EMPTY_PATH);
		CHECK(!"execveat");
	}
	account_wait(pid, 17);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	char dir[64], sub[96], file[128], other[128];
	int fd;

	(void)argc;
	account_begin(argv, envp);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	snprintf(sub, sizeof(sub), "%s/folder", dir);
	snprintf(file, sizeof(file), "%s/file", sub);
	snprintf(other, sizeof(other), "%s/other name", dir);
	CHECK(mkdir(sub, 0755) == 0);

	account_copy(account_program("report"), file, 0755);
	fd = open(file, O_PATH | O_CLOEXEC);
	CHECK(fd >= 0 && unlink(file) == 0);
	run(fd);

	account_copy(account_program("report"), file, 0755);
	fd = open(file, O_PATH | O_CLOEXEC);
	CHECK(fd >= 0 && link(file, other) == 0 && unlink(file) == 0);
	run(fd);
	CHECK(unlink(other) == 0);

	account_copy(account_program("report"), file, 0755);
	fd = open(file, O_PATH | O_CLOEXEC);
	CHECK(fd >= 0 && unlink(file) == 0 && rmdir(sub) == 0);
	run(fd);
	CHECK(rmdir(dir) == 0);
	return account_end();
}
