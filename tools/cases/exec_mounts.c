/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec across mounts: a bind mount of a directory and of a file, stacked mounts and nested mounts.
 * Also in a root that pivot_root(2) has changed, as in containers.
 */
#include "tools/cases/account.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *const args[] = { "mounted", NULL };
static char *const env[] = { NULL };

static void run(const char *cwd, const char *path)
{
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		CHECK(chdir(cwd) == 0);
		execve(path, args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

static void run_pivoted(const char *root)
{
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		CHECK(unshare(CLONE_NEWNS) == 0);
		CHECK(chdir(root) == 0);
		CHECK(syscall(SYS_pivot_root, ".", ".") == 0);
		CHECK(umount2(".", MNT_DETACH) == 0);
		CHECK(chdir("/a") == 0);
		execve("b/report", args, env);
		CHECK(!"execve");
	}
	account_wait(pid, 17);
}

int main(int argc, char **argv, char **envp)
{
	char t[64], from[96], to[96];

	(void)argc;
	account_begin(argv, envp);
	snprintf(t, sizeof(t), "%s", account_tmpdir());
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", t, "tmpfs", 0, "mode=755") == 0);
	CHECK(chdir(t) == 0);
	CHECK(mkdir("a", 0755) == 0 && mkdir("a/b", 0755) == 0 && mkdir("bound", 0755) == 0);
	CHECK(mkdir("proc", 0755) == 0 && mount("proc", "proc", "proc", 0, NULL) == 0);
	account_copy(account_program("report"), "a/b/report", 0755);
	snprintf(to, sizeof(to), "%s/a/b/report", t);
	run(t, to);

	CHECK(mount("a", "bound", NULL, MS_BIND, NULL) == 0);
	snprintf(to, sizeof(to), "%s/bound/b/report", t);
	run("/", to);
	snprintf(from, sizeof(from), "%s/bound/b", t);
	run(from, "./report");
	/* A bind mount below a bind mount: the path crosses two mounts. */
	CHECK(mkdir("a/again", 0755) == 0);
	CHECK(mount("a/b", "bound/again", NULL, MS_BIND, NULL) == 0);
	snprintf(from, sizeof(from), "%s/bound/again", t);
	run(from, "./report");

	CHECK(close(open("a file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) == 0);
	CHECK(mount("a/b/report", "a file", NULL, MS_BIND, NULL) == 0);
	snprintf(to, sizeof(to), "%s/a file", t);
	run("/", to);

	CHECK(mkdir("over", 0755) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(mount("tmpfs", "over", "tmpfs", 0, "mode=755") == 0);
	snprintf(to, sizeof(to), "%s/over/report", t);
	account_copy(account_program("report"), to, 0755);
	snprintf(from, sizeof(from), "%s/over", t);
	run(from, "report");

	run_pivoted(t);
	CHECK(chdir("/") == 0);
	CHECK(umount2(t, MNT_DETACH) == 0 && rmdir(t) == 0);
	return account_end();
}
