/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths through symbolic links. A hook inside of the kernel's function has the file; a tracepoint
 * has the path as it was given.
 */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <stdio.h>
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

static void deleted(const char *name, const char *path, const char *given)
{
	struct account_file f = files_now(name);

	CHECK(unlink(path) == 0);
	f.given = given;
	account_file("FILE_DELETE", &f);
}

int main(int argc, char **argv, char **envp)
{
	struct account_file f;
	int here, fd;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	CHECK(mkdir("folder", 0755) == 0 && symlink("folder", "way") == 0);
	CHECK(symlink(files_path("folder/a"), "to a") == 0);
	files_make("folder/a", "text");

	CHECK(chmod("to a", 0600) == 0);
	modified("folder/a", files_path("to a"), "PERMISSIONS");
	CHECK(chmod("./way//a", 0644) == 0);
	modified("folder/a", files_path("way//a"), "PERMISSIONS");
	here = open("way", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0 && fchownat(here, "../to a", 1, 1, 0) == 0);
	modified("folder/a", files_path("folder/../to a"), "OWNER");
	CHECK(truncate("way/../to a", 2) == 0);
	modified("folder/a", files_path("way/../to a"), "CONTENT");

	CHECK(setxattr("to a", "trusted.case", "v", 1, 0) == 0);
	modified("folder/a", files_path("to a"), "XATTRS");
	CHECK(removexattr("way/a", "trusted.case") == 0);
	modified("folder/a", files_path("way/a"), "XATTRS");

	CHECK(link("folder/a", "way/b") == 0);
	f = files_now("folder/b");
	f.given = files_path("way/b");
	f.known = true;
	account_file("FILE_CREATE", &f);

	/* Of a new name that nobody has looked up; the old one is whole. */
	CHECK(rename("folder/b", "way/c") == 0);
	f = files_now("folder/c");
	f.old_path = files_path("folder/b");
	f.given = files_path("way/c");
	account_file("FILE_RENAME", &f);

	/* To open is to have it. */
	fd = open("way/d", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	files_created("folder/d");
	close(fd);

	deleted("folder/c", "way/c", files_path("way/c"));
	deleted("folder/d", files_path("way/d"), files_path("way/d"));
	close(here);
	files_unlink("folder/a");
	files_rmdir("folder");
	files_unlink("way");
	files_unlink("to a");
	files_end();
	return account_end();
}
