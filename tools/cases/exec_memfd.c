/* SPDX-License-Identifier: BSD-2-Clause */
/* Executed memfds, with unusual names. */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(const char *name, int program)
{
	char *const args[] = { "memfd", NULL };
	char *const env[] = { NULL };
	char buf[65536];
	off_t at = 0;
	ssize_t n;
	pid_t pid;
	int fd;

	fd = memfd_create(name, MFD_CLOEXEC);
	CHECK(fd >= 0);
	account_memfd_create(name, MFD_CLOEXEC);
	while ((n = pread(program, buf, sizeof(buf), at)) > 0) {
		CHECK(write(fd, buf, (size_t)n) == n);
		at += n;
	}
	CHECK(n == 0);
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
	int program;

	(void)argc;
	account_begin(argv, envp);
	program = open(account_program("report"), O_RDONLY | O_CLOEXEC);
	CHECK(program >= 0);
	run("hidden", program);
	run("", program);
	run("with/a slash and \"\xff\"", program);
	return account_end();
}
