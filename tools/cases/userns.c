/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process in a user namespace. Its events have the users and groups of the initial user
 * namespace.
 */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void write_text(pid_t pid, const char *name, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void child(const char *program, int unshared, int mapped)
{
	char *const args[] = { "as somebody else", NULL };
	char *const env[] = { NULL };
	char c;

	account_before_userns();
	CHECK(unshare(CLONE_NEWUSER) == 0);
	CHECK(write(unshared, "", 1) == 1);
	CHECK(read(mapped, &c, 1) == 1);
	CHECK(syscall(SYS_setresgid, 7, 8, 9) == 0);
	account_setgid();
	CHECK(syscall(SYS_setresuid, 4, 5, 6) == 0);
	account_setuid();
	CHECK(syscall(SYS_setresuid, 4, 5, 6) == 0);
	account_before_exec();
	execve(program, args, env);
	CHECK(!"execve");
}

int main(int argc, char **argv, char **envp)
{
	char dir[64], program[96], c;
	int unshared[2], mapped[2];
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	/* Use a directory that an unprivileged user can read. */
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	snprintf(program, sizeof(program), "%s/report", dir);
	account_copy(account_program("report"), program, 0755);
	CHECK(pipe(unshared) == 0 && pipe(mapped) == 0);

	pid = account_fork();
	if (!pid)
		child(program, unshared[1], mapped[0]);
	CHECK(read(unshared[0], &c, 1) == 1);
	write_text(pid, "uid_map", "0 100000 1000\n");
	write_text(pid, "gid_map", "0 200000 1000\n");
	CHECK(write(mapped[1], "", 1) == 1);
	account_wait(pid, 17);

	CHECK(unlink(program) == 0 && rmdir(dir) == 0);
	return account_end();
}
