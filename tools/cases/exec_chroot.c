/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec in a changed root directory: paths begin at that root, as the process sees them. A process
 * that changes its root, but not its working directory, is outside of its root.
 */
#include "tools/cases/account.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void run(const char *root, const char *cwd, const char *path)
{
	char *const args[] = { "in a chroot", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		CHECK(chroot(root) == 0);
		CHECK(!cwd || chdir(cwd) == 0);
		execve(path, args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	char root[64], path[128];

	(void)argc;
	account_begin(argv, envp);
	snprintf(root, sizeof(root), "%s", account_tmpdir());
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", root, "tmpfs", 0, "mode=755") == 0);
	snprintf(path, sizeof(path), "%s/proc", root);
	CHECK(mkdir(path, 0755) == 0 && mount("proc", path, "proc", 0, NULL) == 0);
	snprintf(path, sizeof(path), "%s/bin", root);
	CHECK(mkdir(path, 0755) == 0);
	snprintf(path, sizeof(path), "%s/bin/report", root);
	account_copy(account_program("report"), path, 0755);
	/*
	 * Use a directory of the same file system as root. So the root directory is below the root
	 * of its mount.
	 */
	snprintf(path, sizeof(path), "%s/inner", root);
	CHECK(mkdir(path, 0755) == 0);
	snprintf(path, sizeof(path), "%s/inner/proc", root);
	CHECK(mkdir(path, 0755) == 0 && mount("proc", path, "proc", 0, NULL) == 0);
	snprintf(path, sizeof(path), "%s/inner/report", root);
	account_copy(account_program("report"), path, 0755);

	run(root, "/", "/bin/report");
	run(root, "/bin", "./report");
	run(root, "/proc", "../bin/report");
	run(root, NULL, "/bin/report");
	snprintf(path, sizeof(path), "%s/inner", root);
	run(path, "/", "/report");

	CHECK(umount2(root, MNT_DETACH) == 0 && rmdir(root) == 0);
	return account_end();
}
