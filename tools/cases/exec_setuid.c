/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Set-user-ID and set-group-ID files. If another user executes such a file, the exec changes the
 * process's credentials. If the owner executes it, nothing changes, but the event shows the bit.
 */
#include "tools/cases/account.h"

#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(const char *path, uid_t owner, gid_t group, mode_t mode)
{
	char *const args[] = { "set", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	CHECK(chown(path, owner, group) == 0);
	CHECK(chmod(path, mode) == 0);
	pid = account_fork();
	if (!pid) {
		CHECK(setgroups(0, NULL) == 0);
		CHECK(syscall(SYS_setresgid, 1235, 1235, 1235) == 0);
		account_setgid();
		CHECK(syscall(SYS_setresuid, 1234, 1234, 1234) == 0);
		account_setuid();
		account_before_exec();
		execve(path, args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	char dir[64], file[96];

	(void)argc;
	account_begin(argv, envp);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	snprintf(file, sizeof(file), "%s/file", dir);
	/* Use a tmpfs, because /tmp may be mounted with nosuid. */
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", dir, "tmpfs", 0, "mode=755") == 0);
	account_copy(account_program("report"), file, 0755);

	run(file, 0, 0, 0755);
	run(file, 0, 0, 04755);
	run(file, 0, 0, 02755);
	run(file, 4321, 4322, 06755);
	run(file, 1234, 1235, 06755);

	CHECK(umount2(dir, MNT_DETACH) == 0 && rmdir(dir) == 0);
	return account_end();
}
