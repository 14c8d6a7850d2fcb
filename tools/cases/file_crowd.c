/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names among many others: in a directory with 700 negative dentries, and in a directory with 3,000
 * files. The case changes and deletes files whose dentries are old.
 */
#include "tools/cases/files.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ABSENT 700
#define FILES  3000

static void ask_for_absent(const char *folder)
{
	struct stat st;
	char name[64];

	for (int i = 0; i < ABSENT; i++) {
		snprintf(name, sizeof(name), "%s/absent %d", folder, i);
		CHECK(stat(name, &st) == -1 && errno == ENOENT);
	}
}

static void among_absent(void)
{
	CHECK(mkdir("folder", 0755) == 0);
	files_make("folder/a", "text");
	files_make("folder/b", "text");
	ask_for_absent("folder");
	CHECK(chmod("folder/a", 0600) == 0);
	files_modified("folder/a", "PERMISSIONS");
	ask_for_absent("folder");
	CHECK(rename("folder/a", "folder/c") == 0);
	files_renamed("folder/a", "folder/c");
	ask_for_absent("folder");
	files_unlink("folder/c");
	files_unlink("folder/b");
	files_rmdir("folder");
}

static void among_files(void)
{
	struct account_file f;
	char name[16];

	for (int i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%d", i);
		CHECK(mknod(name, S_IFREG | 0600, 0) == 0);
	}
	for (int i = 0; i < FILES; i += FILES / 5) {
		snprintf(name, sizeof(name), "%d", i);
		CHECK(chmod(name, 0640) == 0);
		files_modified(name, "PERMISSIONS");
		f = files_now(name);
		CHECK(unlink(name) == 0);
		account_file("FILE_DELETE", &f);
	}
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	among_absent();
	files_mount();
	among_files();
	files_unmount();
	files_end();
	return account_end();
}
