/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths longer than an event's cap, and names of each length. */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEPTH 19

int main(int argc, char **argv, char **envp)
{
	char long_name[256], path[4400] = "";
	struct account_file f;
	size_t len = 0;
	int fd, here;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0);
	memset(long_name, 'n', 255);
	long_name[255] = '\0';
	files_make(long_name, "x");
	CHECK(rename(long_name, "short") == 0);
	files_renamed(long_name, "short");
	for (int i = 1; i < 255; i += 23) {
		long_name[i] = '\0';
		CHECK(rename("short", long_name) == 0);
		files_renamed("short", long_name);
		CHECK(rename(long_name, "short") == 0);
		files_renamed(long_name, "short");
		long_name[i] = 'n';
	}
	files_unlink("short");

	/* Directories so deep that no system call can reach the innermost by one path. */
	long_name[220] = '\0';
	for (int i = 0; i < DEPTH; i++) {
		CHECK(mkdir(long_name, 0755) == 0 && chdir(long_name) == 0);
		len += (size_t)snprintf(path + len, sizeof(path) - len, "%s/", long_name);
	}
	snprintf(path + len, sizeof(path) - len, "the end");
	fd = open("the end", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	memset(&f, 0, sizeof(f));
	f.path = files_path(path);
	CHECK(fstat(fd, &f.st) == 0);
	account_file("FILE_CREATE", &f);
	CHECK(write(fd, "x", 1) == 1 && fstat(fd, &f.st) == 0);
	f.change = "CONTENT";
	account_file("FILE_MODIFY", &f);
	CHECK(unlink("the end") == 0);
	f.change = NULL;
	account_file("FILE_DELETE", &f);
	close(fd);

	for (int i = 0; i < DEPTH; i++) {
		path[len - 1] = '\0';
		CHECK(chdir("..") == 0 && lstat(long_name, &f.st) == 0);
		CHECK(rmdir(long_name) == 0);
		f.path = files_path(path);
		account_file("FILE_DELETE", &f);
		len -= 221;
		path[len] = '\0';
	}
	CHECK(fchdir(here) == 0);
	close(here);
	files_end();
	return account_end();
}
