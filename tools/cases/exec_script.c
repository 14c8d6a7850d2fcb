/* SPDX-License-Identifier: BSD-2-Clause */
/* Scripts: the kernel executes the interpreter, and passes the script's path as an argument. */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_script(const char *path, const char *interpreter, const char *rest)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	CHECK(fd >= 0);
	CHECK(dprintf(fd, "#!%s%s\n", interpreter, rest) > 0);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	char dir[64], interpreter[96], one[96], two[96], three[96], name[128];
	char *const env[] = { "SCRIPT=1", name, NULL };
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	/*
	 * The interpreter needs a short path: the kernel reads only 256 bytes of a script's first
	 * line.
	 */
	snprintf(interpreter, sizeof(interpreter), "%s/report", dir);
	account_copy(account_program("report"), interpreter, 0755);
	snprintf(one, sizeof(one), "%s/one", dir);
	write_script(one, interpreter, "");
	snprintf(two, sizeof(two), "%s/two", dir);
	write_script(two, interpreter, " -x all in one \"argument\"");
	/* A script whose interpreter is a script too. */
	snprintf(three, sizeof(three), "%s/three", dir);
	write_script(three, one, " deeper");

	for (int i = 0; i < 4; i++) {
		const char *path = i == 0 ? one : i == 1 ? two : i == 2 ? three : "two";

		pid = account_fork();
		if (!pid) {
			char *const args[] = { "replaced", "first", "", "third", NULL };

			/* The argument is the path that execve(2) got, even if it is relative. */
			CHECK(*path == '/' || chdir(dir) == 0);
			snprintf(name, sizeof(name), ACCOUNT_SCRIPT "%s", path);
			execve(path, args, env);
			CHECK(!"execve");
		}
		account_wait(pid, 17);
	}
	CHECK(unlink(one) == 0 && unlink(two) == 0 && unlink(three) == 0);
	CHECK(unlink(interpreter) == 0 && rmdir(dir) == 0);
	return account_end();
}
