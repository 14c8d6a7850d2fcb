/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static char dir[64];

void files_begin(void)
{
	snprintf(dir, sizeof(dir), "/tmp/case.XXXXXX");
	CHECK(mkdtemp(dir) && chdir(dir) == 0);
}

void files_continue(void)
{
	CHECK(getcwd(dir, sizeof(dir)));
}

void files_end(void)
{
	struct account_file f = { .path = dir };

	CHECK(stat(dir, &f.st) == 0);
	CHECK(chdir("/") == 0 && rmdir(dir) == 0);
	account_file("FILE_DELETE", &f);
}

void files_mount(void)
{
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("tmpfs", dir, "tmpfs", 0, "mode=755") == 0 && chdir(dir) == 0);
}

void files_unmount(void)
{
	CHECK(chdir("/") == 0 && umount2(dir, MNT_DETACH) == 0);
}

const char *files_path(const char *name)
{
	static char paths[4][4400];
	static unsigned int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s%s%s", dir, name ? "/" : "", name ? name : "");
	return path;
}

struct account_file files_now(const char *name)
{
	static char link[4096];
	struct account_file f = { .path = files_path(name) };
	ssize_t n;

	CHECK(lstat(name, &f.st) == 0);
	if (S_ISLNK(f.st.st_mode)) {
		n = readlink(name, link, sizeof(link) - 1);
		CHECK(n > 0);
		link[n] = '\0';
		f.link = link;
	}
	return f;
}

void files_created(const char *name)
{
	struct account_file f = files_now(name);

	account_file("FILE_CREATE", &f);
}

void files_modified(const char *name, const char *change)
{
	struct account_file f = files_now(name);

	f.change = change;
	account_file("FILE_MODIFY", &f);
}

void files_renamed(const char *old, const char *name)
{
	struct account_file f = files_now(name);

	f.old_path = files_path(old);
	account_file("FILE_RENAME", &f);
}

void files_make(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	CHECK(fd >= 0);
	files_created(name);
	if (*text) {
		CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
		files_modified(name, "CONTENT");
	}
	close(fd);
}

void files_unlink(const char *name)
{
	struct account_file f = files_now(name);

	CHECK(unlink(name) == 0);
	account_file("FILE_DELETE", &f);
}

void files_rmdir(const char *name)
{
	struct account_file f = files_now(name);

	CHECK(rmdir(name) == 0);
	account_file("FILE_DELETE", &f);
}
