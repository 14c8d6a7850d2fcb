/* SPDX-License-Identifier: BSD-2-Clause */
/* Failing execs, with each error that is easy to cause. */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Read the arguments. The kernel fails before it reads them, and a program cannot read a page that
 * the process has not touched.
 */
static void touch(char *const *args)
{
	for (size_t i = 0; args[i]; i++)
		(void)*(volatile const char *)args[i];
}

static void fails(const char *path, char *const *args, int error)
{
	char *const env[] = { "X=1", NULL };

	touch(args);
	CHECK(execve(path, args, env) == -1 && errno == error);
	account_exec_failed(error, path, args);
}

static void fails_at(int dirfd, const char *path, int flags, int error)
{
	char *const args[] = { "at", "an argument", NULL };
	char *const env[] = { NULL };

	touch(args);
	CHECK(syscall(SYS_execveat, dirfd, path, args, env, flags) == -1 && errno == error);
	account_exec_failed(error, path, args);
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* Many arguments. The event must have all of them. */
static void fails_with_many(void)
{
	static char texts[50][16];
	char *args[51];

	for (int i = 0; i < 50; i++) {
		snprintf(texts[i], sizeof(texts[i]), "argument %d", i);
		args[i] = texts[i];
	}
	args[50] = NULL;
	fails("/nonexistent/many arguments", args, ENOENT);
}

int main(int argc, char **argv, char **envp)
{
	char *const args[] = { "zero", "", "two \"\xff\"", NULL };
	char *const none[] = { NULL };
	char dir[64], plain[96], garbage[96], script[96], loop[96], name[5000];
	size_t too_long = 32 * (size_t)sysconf(_SC_PAGESIZE);
	char *big;
	pid_t pid;
	int fd;

	(void)argc;
	account_begin(argv, envp);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	snprintf(plain, sizeof(plain), "%s/plain", dir);
	snprintf(garbage, sizeof(garbage), "%s/garbage", dir);
	snprintf(script, sizeof(script), "%s/script", dir);
	snprintf(loop, sizeof(loop), "%s/loop", dir);
	write_file(plain, "not executable\n", 0644);
	write_file(garbage, "\x7fNOTELF", 0755);
	write_file(script, "#!/nonexistent/interpreter\n", 0755);
	CHECK(symlink("loop", loop) == 0);

	fails("/nonexistent/program", args, ENOENT);
	fails("nonexistent", args, ENOENT);
	fails("", args, ENOENT);
	fails("/nonexistent/no arguments", none, ENOENT);
	fails_with_many();
	fails("/nonexistent/\x01\"\n\xc3\xb6\xff", args, ENOENT);
	fails(script, args, ENOENT);
	fails(dir, args, EACCES);
	fails(plain, args, EACCES);
	fails(garbage, args, ENOEXEC);
	fails(loop, args, ELOOP);
	snprintf(name, sizeof(name), "%s/below", plain);
	fails(name, args, ENOTDIR);
	/* A name of 300 bytes, and a path longer than PATH_MAX, 4,096 bytes. */
	memset(name, 'n', 300);
	name[300] = '\0';
	fails(name, args, ENAMETOOLONG);

	/* An argument of 32 pages: with its terminator, it is longer than the largest length. */
	big = malloc(too_long + 1);
	CHECK(big);
	memset(big, 'g', too_long);
	big[too_long] = '\0';
	fails(account_program("report"), (char *const[]){ "big", big, NULL }, E2BIG);
	free(big);

	fails_at(-1, "relative", 0, EBADF);
	fails_at(AT_FDCWD, "nonexistent", 0, ENOENT);
	fails_at(AT_FDCWD, loop, AT_SYMLINK_NOFOLLOW, ELOOP);
	fails_at(AT_FDCWD, "flags", 0x40000, EINVAL);
	fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(fd >= 0);
	fails_at(fd, "nonexistent", 0, ENOENT);
	fails_at(fd, "", AT_EMPTY_PATH, EACCES);
	close(fd);

	/* A user without permission, in a child that exits after the failed exec. */
	CHECK(chmod(garbage, 0700) == 0);
	pid = account_fork();
	if (!pid) {
		CHECK(syscall(SYS_setresuid, 1234, 1234, 1234) == 0);
		account_setuid();
		fails(garbage, args, EACCES);
		account_exit(126);
	}
	account_wait(pid, 126);

	CHECK(unlink(plain) == 0 && unlink(garbage) == 0 && unlink(script) == 0);
	CHECK(unlink(loop) == 0 && rmdir(dir) == 0);
	return account_end();
}
