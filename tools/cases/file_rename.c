/* SPDX-License-Identifier: BSD-2-Clause */
/* Renamed files and directories. */
#include "tools/cases/files.h"
#include "tools/cases/old_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
# define RENAME_NOREPLACE 1
# define RENAME_EXCHANGE  2
#endif

static int renameat2_at(int from, const char *old, int to, const char *new, unsigned int flags)
{
	return (int)syscall(SYS_renameat2, from, old, to, new, flags);
}

static void plain(void)
{
	int here, inner;

	CHECK(old_rename("a", "b") == 0);
	files_renamed("a", "b");
	CHECK(old_rename(files_path("b"), "folder/../a") == 0);
	files_renamed("b", "a");
	here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	inner = open("folder", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0 && inner >= 0);
	CHECK(syscall(SYS_renameat, here, "a", inner, "inside") == 0);
	files_renamed("a", "folder/inside");
	CHECK(renameat2_at(inner, "inside", AT_FDCWD, "a", 0) == 0);
	files_renamed("folder/inside", "a");
	CHECK(renameat2_at(here, "a", inner, "../folder/./inside", RENAME_NOREPLACE) == 0);
	files_renamed("a", "folder/inside");
	CHECK(rename("folder/inside", "a") == 0);
	files_renamed("folder/inside", "a");
	close(here);
	close(inner);

	CHECK(rename("folder", "other folder/") == 0);
	files_renamed("folder", "other folder");
	CHECK(rename("other folder", "folder") == 0);
	files_renamed("other folder", "folder");

	CHECK(symlink("a", "link") == 0 && rename("link", "link 2") == 0);
	files_renamed("link", "link 2");
	files_unlink("link 2");

	CHECK(rename("a", "bytes \xff\"\\\n") == 0);
	files_renamed("a", "bytes \xff\"\\\n");
	CHECK(rename("bytes \xff\"\\\n", "a") == 0);
	files_renamed("bytes \xff\"\\\n", "a");
}

/* A rename that replaces, and so deletes, an existing file; or one that exchanges two files. */
static void replacing(void)
{
	files_make("b", "of b");
	CHECK(rename("a", "b") == 0);
	files_renamed("a", "b");
	CHECK(rename("b", "a") == 0);
	files_renamed("b", "a");

	files_make("b", "of b");
	CHECK(renameat2_at(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE) == -1 &&
	      errno == EEXIST);
	CHECK(renameat2_at(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE) == 0);
	files_renamed("a", "b");
	CHECK(renameat2_at(AT_FDCWD, "folder", AT_FDCWD, "b", RENAME_EXCHANGE) == 0);
	files_renamed("folder", "b");
	CHECK(renameat2_at(AT_FDCWD, "b", AT_FDCWD, "folder", RENAME_EXCHANGE) == 0);
	files_renamed("b", "folder");
	files_unlink("b");
}

static void nothing_happens(void)
{
	CHECK(rename("none", "b") == -1 && errno == ENOENT);
	CHECK(rename("a", "none/b") == -1 && errno == ENOENT);
	CHECK(rename("folder", "folder/in itself") == -1 && errno == EINVAL);
	CHECK(renameat2_at(AT_FDCWD, "a", AT_FDCWD, "none", RENAME_EXCHANGE) == -1 &&
	      errno == ENOENT);
	/*
	 * If both names are of the same file, or the same name, rename(2) succeeds and does
	 * nothing.
	 */
	CHECK(link("a", "twin") == 0);
	files_created("twin");
	CHECK(rename("a", "twin") == 0);
	CHECK(rename("a", "a") == 0);
	CHECK(renameat2_at(AT_FDCWD, "a", AT_FDCWD, "twin", RENAME_EXCHANGE) == 0);
	files_unlink("twin");
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	CHECK(mkdir("folder", 0750) == 0);
	files_make("a", "of a");
	plain();
	replacing();
	nothing_happens();
	files_unlink("a");
	files_rmdir("folder");
	files_end();
	return account_end();
}
