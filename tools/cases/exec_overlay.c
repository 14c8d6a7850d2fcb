/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec from an overlay, as in most containers: one file of the lower layer, and one of the upper.
 */
#include "tools/cases/account.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void run(const char *path)
{
	char *const args[] = { "overlaid", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		execve(path, args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	char t[64], path[96];

	(void)argc;
	account_begin(argv, envp);
	snprintf(t, sizeof(t), "%s", account_tmpdir());
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", t, "tmpfs", 0, "mode=755") == 0);
	CHECK(chdir(t) == 0);
	CHECK(mkdir("lower", 0755) == 0 && mkdir("upper", 0755) == 0);
	CHECK(mkdir("work", 0755) == 0 && mkdir("merged", 0755) == 0);
	account_copy(account_program("report"), "lower/below", 0755);
	if (account_mount_overlay()) {
		account_copy(account_program("report"), "merged/above", 0755);
		snprintf(path, sizeof(path), "%s/merged/below", t);
		run(path);
		CHECK(chdir("merged") == 0);
		run("above");
	}

	CHECK(chdir("/") == 0);
	CHECK(umount2(t, MNT_DETACH) == 0 && rmdir(t) == 0);
	return account_end();
}
