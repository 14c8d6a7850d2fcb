/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A working directory with a longer path than the kernel can return. So no account is possible, and
 * this case only runs a program there.
 */
#include "tools/cases/account.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv, char **envp)
{
	char *const args[] = { "far away", NULL }, *const env[] = { NULL };
	char t[64], name[256];
	int status;
	pid_t pid;

	(void)argc;
	(void)argv;
	(void)envp;
	snprintf(t, sizeof(t), "%s", account_tmpdir());
	memset(name, 'n', 255);
	name[255] = '\0';
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", t, "tmpfs", 0, "mode=755") == 0);
	CHECK(chdir(t) == 0);
	for (int i = 0; i < 20; i++)
		CHECK(mkdir(name, 0755) == 0 && chdir(name) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		execve(account_program("noop"), args, env);
		_exit(1);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	CHECK(chdir("/") == 0);
	CHECK(umount2(t, MNT_DETACH) == 0 && rmdir(t) == 0);
	return 0;
}
