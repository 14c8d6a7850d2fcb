/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes move into a cgroup of the pids controller's hierarchy, and into a cgroup namespace.
 * There, /proc shows that cgroup as "/", but the event has the path from the real root.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* Find the mount point of the hierarchy, or mount it. */
static void find_hierarchy(char *ret, size_t size)
{
	char buf[8192], v2[4096] = "";
	FILE *f;

	ret[0] = '\0';
	f = fopen("/proc/self/mountinfo", "re");
	CHECK(f);
	while (fgets(buf, sizeof(buf), f)) {
		char root[4096], where[4096], type[64], options[4096], *p;

		p = strstr(buf, " - ");
		CHECK(p && sscanf(buf, "%*s %*s %*s %4095s %4095s", root, where) == 2);
		CHECK(sscanf(p, " - %63s %*s %4095s", type, options) == 2);
		if (strcmp(root, "/"))
			continue;
		if (!strcmp(type, "cgroup") && strstr(options, "pids"))
			snprintf(ret, size, "%s", where);
		if (!strcmp(type, "cgroup2"))
			snprintf(v2, sizeof(v2), "%s", where);
	}
	fclose(f);
	if (!ret[0])
		snprintf(ret, size, "%s", v2);
}

static void enter(const char *cgroup)
{
	char path[8192];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK(fd >= 0 && write(fd, "0", 1) == 1);
	close(fd);
}

/*
 * In the hierarchy of version 2, a cgroup has the pids controller if its parent enables the
 * controller, and the parent must have no processes. In the controller's own hierarchy, all cgroups
 * have the controller.
 */
static void has_pids_below(const char *cgroup)
{
	char path[8400];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.subtree_control", cgroup);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	/* ENOENT: the controller is in another hierarchy. */
	CHECK(write(fd, "+pids", 5) == 5 || errno == ENOENT);
	close(fd);
}

#define DEPTH 10 /* number of nested cgroups */

static void make_deep(char *path, size_t size)
{
	size_t len;

	for (int i = 0; i < DEPTH; i++) {
		has_pids_below(path);
		len = strlen(path);
		snprintf(path + len, size - len, "/%d", i);
		CHECK(mkdir(path, 0755) == 0);
	}
}

static void remove_deep(char *path)
{
	for (int i = 0; i < DEPTH; i++) {
		CHECK(rmdir(path) == 0);
		*strrchr(path, '/') = '\0';
	}
}

/* A process moves into a cgroup of version 2, whichever hierarchy has the pids controller. */
static void in_version_2(void)
{
	static char cgroup[8400];
	struct account_snap now;
	char dir[64];
	pid_t pid;

	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	CHECK(mount("cgroup2", dir, "cgroup2", 0, NULL) == 0);
	account_snap(&now);
	snprintf(cgroup, sizeof(cgroup), "%s%s/case v2 %d", dir,
		 strcmp(now.cgroup_v2, "/") ? now.cgroup_v2 : "", getpid());
	CHECK(mkdir(cgroup, 0755) == 0);
	pid = account_fork();
	if (!pid) {
		enter(cgroup);
		account_snap(&now);
		CHECK(strstr(now.cgroup_v2, "/case v2 "));
		pid = account_fork();
		if (!pid)
			account_exit(2);
		account_wait(pid, 2);
		account_exit(1);
	}
	account_wait(pid, 1);
	CHECK(rmdir(cgroup) == 0);
	CHECK(umount2(dir, MNT_DETACH) == 0 && rmdir(dir) == 0);
}

int main(int argc, char **argv, char **envp)
{
	char *const args[] = { "in a cgroup", NULL };
	char *const env[] = { NULL };
	static char hierarchy[4096], parent[8300], first[8400], second[8400];
	char dir[64];
	struct account_snap now;
	pid_t pid;

	(void)argc;
	account_begin(argv, envp);
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	find_hierarchy(hierarchy, sizeof(hierarchy));
	if (!hierarchy[0]) {
		CHECK(mount("cgroup2", dir, "cgroup2", 0, NULL) == 0);
		snprintf(hierarchy, sizeof(hierarchy), "%s", dir);
	}
	account_snap(&now);
	snprintf(parent, sizeof(parent), "%s%s/case-%d", hierarchy,
		 strcmp(now.cgroup, "/") ? now.cgroup : "", getpid());
	snprintf(first, sizeof(first), "%s/first", parent);
	snprintf(second, sizeof(second), "%s/with space \"and\" \xff", parent);
	CHECK(mkdir(parent, 0755) == 0);
	has_pids_below(parent);
	CHECK(mkdir(first, 0755) == 0 && mkdir(second, 0755) == 0);
	make_deep(second, sizeof(second));

	pid = account_fork();
	if (!pid) {
		enter(first);
		pid = account_fork();
		if (!pid) {
			enter(second);
			execve(account_program("report"), args, env);
			CHECK(!"execve");
		}
		account_wait(pid, 17);
		/*
		 * In the cgroup namespace, /proc shows "/". So the account uses the path from
		 * before.
		 */
		account_snap(&now);
		CHECK(strcmp(now.cgroup, "/"));
		account_cgroup = now.cgroup;
		account_cgroup_v2 = now.cgroup_v2;
		CHECK(unshare(CLONE_NEWCGROUP) == 0);
		pid = account_fork();
		if (!pid)
			account_exit(2);
		account_wait(pid, 2);
		account_exit(1);
	}
	account_wait(pid, 1);

	remove_deep(second);
	CHECK(rmdir(first) == 0 && rmdir(second) == 0 && rmdir(parent) == 0);
	umount2(dir, MNT_DETACH);
	CHECK(rmdir(dir) == 0);
	in_version_2();
	return account_end();
}
