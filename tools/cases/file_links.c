/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths through symbolic links. The case works on its own tmpfs, which keeps the text of short
 * links in the inode. All kinds of hooks follow these links. The text of a long link is not in the
 * inode. So tracepoints report the path that the process gave.
 */
#include "tools/cases/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static void modified(const char *name, const char *given, const char *change)
{
	struct account_file f = files_now(name);

	f.change = change;
	f.given = given;
	account_file("FILE_MODIFY", &f);
}

static void moded(const char *path, const char *name)
{
	static mode_t mode = 0600;

	mode ^= 0044;
	CHECK(chmod(path, mode) == 0);
	modified(name, NULL, "PERMISSIONS");
}

static void deleted(const char *name, const char *path, const char *given)
{
	struct account_file f = files_now(name);

	CHECK(unlink(path) == 0);
	f.given = given;
	account_file("FILE_DELETE", &f);
}

/* Links in the middle of a path, and at its end. */
static void followed(void)
{
	int here;

	moded("to a", "folder/a");
	moded("./way//a", "folder/a");
	moded("way/way/../way//./a", "folder/a");
	/* A link to a link, and a link whose text ends with a slash. */
	moded("to way/a", "folder/a");
	moded("to to a", "folder/a");
	moded("to way//", "folder");
	moded("way", "folder");
	moded("folder/up/to a", "folder/a");
	here = open("way", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0 && fchownat(here, "../to a", 1, 1, 0) == 0);
	modified("folder/a", NULL, "OWNER");
	CHECK(fchmodat(here, "up/way/a", 0640, 0) == 0);
	modified("folder/a", NULL, "PERMISSIONS");
	close(here);
	CHECK(truncate("way/../to a", 2) == 0);
	modified("folder/a", NULL, "CONTENT");
	CHECK(setxattr("to a", "trusted.case", "v", 1, 0) == 0);
	modified("folder/a", NULL, "XATTRS");
	CHECK(removexattr("way/a", "trusted.case") == 0);
	modified("folder/a", NULL, "XATTRS");
}

/* These calls change the link itself, unless the path ends with a slash. */
static void not_followed(void)
{
	CHECK(lchown("to a", 1, 2) == 0);
	modified("to a", NULL, "OWNER");
	CHECK(fchownat(AT_FDCWD, "to way", 2, 1, AT_SYMLINK_NOFOLLOW) == 0);
	modified("to way", NULL, "OWNER");
	CHECK(lsetxattr("way/to b", "trusted.case", "v", 1, 0) == 0);
	modified("folder/to b", NULL, "XATTRS");
	CHECK(lchown("to way/", 1, 2) == 0);
	modified("folder", NULL, "OWNER");
}

static void failures(void)
{
	CHECK(symlink("round", "about") == 0 && symlink("about", "round") == 0);
	CHECK(chmod("round", 0600) == -1 && errno == ELOOP);
	CHECK(chmod("round/a", 0600) == -1 && errno == ELOOP);
	CHECK(symlink("nothing", "to nothing") == 0);
	CHECK(chmod("to nothing", 0600) == -1 && errno == ENOENT);
	CHECK(unlink("to a/") == -1 && errno == ENOTDIR);
	CHECK(rmdir("way/") == -1 && errno == ENOTDIR);
	files_unlink("to nothing");
	files_unlink("about");
	files_unlink("round");
}

static void names(void)
{
	struct account_file f;
	int fd;

	CHECK(link("folder/a", "way/b") == 0);
	files_created("folder/b");
	CHECK(rename("folder/b", "to way/c") == 0);
	files_renamed("folder/b", "folder/c");
	CHECK(linkat(AT_FDCWD, "to a", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW) == 0);
	files_created("followed");
	files_unlink("followed");
	CHECK(link("to a", "same") == 0);
	files_created("same");
	/* rename(2) renames the link itself. Its target stays. */
	CHECK(rename("same", "way/same") == 0);
	files_renamed("same", "folder/same");
	files_unlink("folder/same");

	fd = open("way/d", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	files_created("folder/d");
	close(fd);
	deleted("folder/c", "to way/c", NULL);
	deleted("folder/d", files_path("way/d"), NULL);
	CHECK(mkdir("folder/e", 0700) == 0);
	f = files_now("folder/e");
	CHECK(rmdir("folder/up/way/e/") == 0);
	account_file("FILE_DELETE", &f);
}

/* The text of this link is not in memory. So programs do not know the link's target. */
static void long_text(void)
{
	char text[400] = "", *end = text;
	struct account_file f;

	for (int i = 0; i < 150; i++)
		end = stpcpy(end, "./");
	stpcpy(end, "folder");
	CHECK(symlink(text, "long") == 0);
	CHECK(chmod("long/a", 0644) == 0);
	modified("folder/a", files_path("long/a"), "PERMISSIONS");
	CHECK(link("folder/a", "long/b") == 0);
	f = files_now("folder/b");
	f.given = files_path("long/b");
	f.known = true;
	account_file("FILE_CREATE", &f);
	CHECK(rename("folder/b", "long/c") == 0);
	f = files_now("folder/c");
	f.old_path = files_path("folder/b");
	f.given = files_path("long/c");
	account_file("FILE_RENAME", &f);
	deleted("folder/c", "long/c", files_path("long/c"));
	/* The last component of the path is the link itself, so no text is needed. */
	CHECK(lchown("long", 1, 1) == 0);
	f = files_now("long");
	f.change = "OWNER";
	f.link = NULL;
	account_file("FILE_MODIFY", &f);
	f = files_now("long");
	CHECK(unlink("long") == 0);
	f.link = NULL;
	account_file("FILE_DELETE", &f);
}

/* A chain of 40 links, the largest number that the kernel follows, and one of 41. */
static void many(void)
{
	char name[16], to[16];

	CHECK(symlink("folder/a", "l0") == 0);
	for (int i = 1; i < 40; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(to, sizeof(to), "l%d", i - 1);
		CHECK(symlink(to, name) == 0);
	}
	moded("l39", "folder/a");
	CHECK(symlink("l39", "l40") == 0);
	CHECK(chmod("l40", 0600) == -1 && errno == ELOOP);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	files_mount();
	CHECK(mkdir("folder", 0755) == 0 && symlink("folder", "way") == 0);
	CHECK(symlink(files_path("folder/a"), "to a") == 0 && symlink("way/", "to way") == 0);
	CHECK(symlink("folder/../to a", "to to a") == 0);
	CHECK(symlink("..", "folder/up") == 0 && symlink(".", "folder/way") == 0);
	CHECK(symlink("b", "folder/to b") == 0);
	files_make("folder/a", "text");
	followed();
	not_followed();
	failures();
	names();
	long_text();
	many();
	files_unmount();
	files_end();
	return account_end();
}
