/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in memory that are opened: memfds by another name, and files of shared memory. */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

static void entered(const char *type, int fd, const char *path, unsigned int flags)
{
	struct account_file f = { .path = path, .flags = flags };

	CHECK(fstat(fd, &f.st) == 0);
	account_file(type, &f);
}

static void opens_memfd(void)
{
	char path[64];
	int memfd, fd;

	memfd = memfd_create("a memfd \"\xff", MFD_CLOEXEC);
	CHECK(memfd >= 0);
	account_memfd_create("a memfd \"\xff", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memfd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	entered("FILE_MEMFD_OPEN", fd, "/memfd:a memfd \"\xff", PATH_DELETED);
	close(fd);
	close(memfd);

	/* The name alone does not make one. */
	files_make("memfd:", "");
	fd = open("memfd:", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	files_unlink("memfd:");
}

static void opens_shmem(void)
{
	struct account_file f = { .path = "/dev/shm/folder/case" };
	char text[121] = "";
	int fd;

	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	mkdir("/dev/shm", 01777);
	CHECK(mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") == 0);
	CHECK(mkdir("/dev/shm/folder", 0755) == 0);
	fd = open("/dev/shm/folder/case", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	entered("FILE_CREATE", fd, "/dev/shm/folder/case", 0);
	close(fd);
	CHECK(chdir("/dev/shm/folder") == 0);
	fd = open("case", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	entered("FILE_SHMEM_OPEN", fd, "/dev/shm/folder/case", 0);
	CHECK(fstat(fd, &f.st) == 0);
	close(fd);
	/* The folder is none of them. */
	fd = open(".", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	CHECK(unlink("case") == 0);
	account_file("FILE_DELETE", &f);

	/* Elsewhere files of the same file system are files as all others. */
	CHECK(chdir(files_path("")) == 0);
	CHECK(mkdir("shm", 0755) == 0 && mount("tmpfs", "shm", "tmpfs", 0, "") == 0);
	files_make("shm/case", "");
	fd = open("shm/case", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	files_unlink("shm/case");
	/* This one also keeps the text of longer links. */
	memset(text, 't', sizeof(text) - 1);
	CHECK(symlink(text, "shm/link") == 0 && rename("shm/link", "shm/link 2") == 0);
	files_renamed("shm/link", "shm/link 2");
	files_unlink("shm/link 2");
	CHECK(umount2("shm", 0) == 0);
	files_rmdir("shm");
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	opens_memfd();
	opens_shmem();
	files_end();
	return account_end();
}
