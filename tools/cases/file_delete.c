/* SPDX-License-Identifier: BSD-2-Clause */
/* Deleted names of files, directories and links, and one of two names of a file. */
#include "tools/cases/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void deleted_at(int dfd, const char *given, const char *name, int flags)
{
	struct account_file f = files_now(name);

	CHECK(unlinkat(dfd, given, flags) == 0);
	account_file("FILE_DELETE", &f);
}

static void failures(void)
{
	CHECK(unlink("none") == -1 && errno == ENOENT);
	CHECK(unlink("none/file") == -1 && errno == ENOENT);
	CHECK(rmdir("none") == -1 && errno == ENOENT);
	CHECK(unlink("folder") == -1 && errno == EISDIR);
	CHECK(rmdir("file") == -1 && errno == ENOTDIR);
	CHECK(rmdir("folder") == -1 && errno == ENOTEMPTY);
	/* The raw system call, because static checkers reject -1 as a descriptor of unlinkat(2). */
	CHECK(syscall(SYS_unlinkat, -1, "file", 0) == -1 && errno == EBADF);
	CHECK(unlinkat(AT_FDCWD, "file", AT_REMOVEDIR) == -1 && errno == ENOTDIR);
}

/*
 * The event has the link's target. All file systems of the cases keep texts up to this length in
 * memory.
 */
static void symbolic(void)
{
	char text[56];

	CHECK(symlink("somewhere \xff", "short") == 0);
	files_unlink("short");
	memset(text, 't', 55);
	text[55] = '\0';
	CHECK(symlink(text, "long") == 0);
	files_unlink("long");
	/* Deleting a link does not delete its target. */
	CHECK(symlink("file", "to a file") == 0);
	files_unlink("to a file");
}

/* Delete files by each kind of path. */
static void by_all_names(void)
{
	char path[4200];
	int here, inner;

	here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	inner = open("folder", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0 && inner >= 0);
	files_make("a", "");
	deleted_at(here, "a", "a", 0);
	files_make("a", "");
	deleted_at(AT_FDCWD, "./folder//.././a", "a", 0);
	files_make("a", "");
	deleted_at(inner, "../a", "a", 0);
	files_make("folder/a", "");
	deleted_at(inner, "a", "folder/a", 0);
	files_make("a", "");
	snprintf(path, sizeof(path), "/../..//%s", files_path("a"));
	deleted_at(here, path, "a", 0);
	CHECK(mkdir("a", 0711) == 0);
	deleted_at(here, "a/", "a", AT_REMOVEDIR);
	CHECK(mkdir("a", 0711) == 0);
	deleted_at(inner, "../folder/../a//", "a", AT_REMOVEDIR);
	close(here);
	close(inner);
}

/* A deleted file that is still open, and one that has a second name. */
static void still_there(void)
{
	int fd;

	files_make("open", "kept");
	fd = open("open", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	files_unlink("open");
	close(fd);

	files_make("first", "");
	CHECK(link("first", "second") == 0);
	files_created("second");
	files_unlink("first");
	files_unlink("second");

	CHECK(mknod("pipe", S_IFIFO | 0600, 0) == 0);
	files_unlink("pipe");
}

/* The working directory is deleted. Only a path that begins with ".." still leads to a file. */
static void from_nowhere(void)
{
	struct account_file f;

	files_make("file 2", "");
	CHECK(mkdir("gone", 0755) == 0 && chdir("gone") == 0);
	CHECK(lstat("../gone", &f.st) == 0);
	f = (struct account_file){ .path = files_path("gone"), .st = f.st };
	CHECK(rmdir("../gone") == 0);
	account_file("FILE_DELETE", &f);
	CHECK(open("file", O_CREAT | O_WRONLY, 0600) == -1 && errno == ENOENT);
	f = (struct account_file){ .path = files_path("file 2") };
	CHECK(lstat(f.path, &f.st) == 0);
	CHECK(unlink("../file 2") == 0);
	account_file("FILE_DELETE", &f);
	CHECK(chdir(files_path("")) == 0);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	CHECK(mkdir("folder", 0750) == 0);
	files_make("file", "text");
	files_make("folder/in it", "");
	failures();
	symbolic();
	by_all_names();
	still_there();
	from_nowhere();
	files_unlink("folder/in it");
	files_rmdir("folder");
	files_unlink("file");
	files_end();
	return account_end();
}
