/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unusual working directories: on a lazily unmounted mount, removed, with unusual names, and very
 * deep.
 */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Run a program in the caller's working directory: a fork, an exec and an exit. */
static void run(void)
{
	char *const args[] = { "here", NULL };
	char *const env[] = { NULL };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		execve(account_program("report"), args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

/* Make @depth nested directories with the name @name, and change to the innermost. */
static void descend(const char *name, int depth)
{
	for (int i = 0; i < depth; i++) {
		CHECK(mkdir(name, 0755) == 0);
		CHECK(chdir(name) == 0);
	}
}

int main(int argc, char **argv, char **envp)
{
	char t[64], path[96], name[256];

	(void)argc;
	account_begin(argv, envp);
	snprintf(t, sizeof(t), "%s", account_tmpdir());
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);

	CHECK(mount("tmpfs", t, "tmpfs", 0, "mode=755") == 0);
	snprintf(path, sizeof(path), "%s/sub", t);
	CHECK(mkdir(path, 0755) == 0 && chdir(path) == 0);
	run();
	CHECK(umount2(t, MNT_DETACH) == 0);
	run();
	CHECK(chdir("..") == 0);
	run();

	CHECK(mount("tmpfs", t, "tmpfs", 0, "mode=755") == 0);
	CHECK(chdir(t) == 0);
	CHECK(mkdir("gone", 0755) == 0 && mkdir("gone/too", 0755) == 0);
	CHECK(chdir("gone/too") == 0);
	CHECK(rmdir("../too") == 0);
	run();
	snprintf(path, sizeof(path), "%s/gone", t);
	CHECK(rmdir(path) == 0);
	run();

	CHECK(chdir(t) == 0);
	descend("\"\n\x80\xff \xc3\xb6", 2);
	run();
	CHECK(chdir(t) == 0);
	descend("d", 40);
	run();
	/* More path components than a probe reads. */
	descend("e", 200);
	run();
	/* The longest path that getcwd(2) returns: 4095 bytes and a NUL. */
	CHECK(chdir(t) == 0);
	memset(name, 'n', 255);
	name[255] = '\0';
	descend(name, 15);
	name[4095 - strlen(t) - 15 * 256 - 1] = '\0';
	descend(name, 1);
	run();

	CHECK(chdir("/") == 0);
	run();
	CHECK(umount2(t, MNT_DETACH) == 0 && rmdir(t) == 0);
	return account_end();
}
