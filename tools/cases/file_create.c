/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens that create a file, and opens that do not. Also links: a second name of a file, and the
 * first name of a file that O_TMPFILE made.
 */
#include "tools/cases/files.h"
#include "tools/cases/old_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static void opens(void)
{
	struct open_how how = { .flags = O_RDWR | O_CREAT, .mode = 04711 };
	int fd, here;

	fd = old_open("open", O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0);
	files_created("open");
	close(fd);
	fd = old_creat("creat", 0644);
	CHECK(fd >= 0);
	files_created("creat");
	close(fd);
	here = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0);
	fd = openat(here, "./openat", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0);
	CHECK(fd >= 0);
	files_created("openat");
	close(fd);
	fd = (int)syscall(SYS_openat2, here, files_path("openat2"), &how, sizeof(how));
	CHECK(fd >= 0);
	files_created("openat2");
	close(fd);
	close(here);
}

static void opens_that_create_nothing(void)
{
	int fd;

	fd = open("open", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	close(fd);
	fd = open("creat", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	CHECK(open("open", O_WRONLY | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
	CHECK(open("nowhere/file", O_WRONLY | O_CREAT, 0600) == -1 && errno == ENOENT);
	CHECK(open("none", O_RDONLY) == -1 && errno == ENOENT);
}

static void links(void)
{
	char path[64];
	int fd, here;

	CHECK(link("open", "second") == 0);
	files_created("second");
	CHECK(link("open", "second") == -1 && errno == EEXIST);
	CHECK(link("none", "third") == -1 && errno == ENOENT);
	/* link(2) refuses directories in its last check, after the permission hook. */
	CHECK(link(".", "third") == -1 && errno == EPERM);

	here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK(here >= 0 && linkat(AT_FDCWD, "open", here, "third", 0) == 0);
	files_created("third");

	/* A hard link to a symbolic link is a second name of that link. */
	CHECK(symlink("not there", "symbolic") == 0);
	CHECK(link("symbolic", "symbolic too") == 0);
	files_created("symbolic too");

	fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0755);
	CHECK(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(linkat(AT_FDCWD, path, here, "named at last", AT_SYMLINK_FOLLOW) == 0);
	files_created("named at last");
	close(fd);
	fd = open(".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0755);
	CHECK(fd >= 0 && linkat(fd, "", here, "named by descriptor", AT_EMPTY_PATH) == 0);
	files_created("named by descriptor");
	close(fd);
	close(here);
}

static void *from_thread(void *arg)
{
	prctl(PR_SET_NAME, "creator \"\xff\"");
	files_make("from a thread", "text");
	return arg;
}

int main(int argc, char **argv, char **envp)
{
	static const char *const names[] = { "open",          "creat",
					     "openat",        "openat2",
					     "second",        "third",
					     "symbolic",      "symbolic too",
					     "named at last", "named by descriptor",
					     "from a thread", "bytes \x01\xff\"\\\n\xc3\xb6" };
	pthread_t thread;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	opens();
	opens_that_create_nothing();
	links();
	files_make("bytes \x01\xff\"\\\n\xc3\xb6", "");
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		files_unlink(names[i]);
	files_end();
	return account_end();
}
