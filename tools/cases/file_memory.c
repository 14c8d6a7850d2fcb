/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opened files in memory: memfds that are opened again, and shared memory files. Also paths on many
 * mounts.
 */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#define MOUNTS 40

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

	/* A file with this name is no memfd. */
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
	entered("FILE_SHMEM_OPEN", fd, "/dev/shm/folder/case", 0);
	close(fd);
	CHECK(chdir("/dev/shm/folder") == 0);
	fd = open("case", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	entered("FILE_SHMEM_OPEN", fd, "/dev/shm/folder/case", 0);
	CHECK(fstat(fd, &f.st) == 0);
	close(fd);
	/* The directory is no shared memory file. */
	fd = open(".", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	CHECK(unlink("case") == 0);
	account_file("FILE_DELETE", &f);

	/* A file of a tmpfs elsewhere is an ordinary file. */
	CHECK(chdir(files_path("")) == 0);
	CHECK(mkdir("shm", 0755) == 0 && mount("tmpfs", "shm", "tmpfs", 0, "") == 0);
	files_make("shm/case", "");
	fd = open("shm/case", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	close(fd);
	files_unlink("shm/case");
	/* tmpfs keeps longer texts of links in the inode than other file systems. */
	memset(text, 't', sizeof(text) - 1);
	CHECK(symlink(text, "shm/link") == 0 && rename("shm/link", "shm/link 2") == 0);
	files_renamed("shm/link", "shm/link 2");
	files_unlink("shm/link 2");
	CHECK(umount2("shm", 0) == 0);
	files_rmdir("shm");
}

/* Open an existing file a second time: an ordinary file, so no event. */
static void opens_another(const char *path)
{
	struct account_file f = { .path = path };
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	entered("FILE_CREATE", fd, path, 0);
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && fstat(fd, &f.st) == 0);
	close(fd);
	CHECK(unlink(path) == 0);
	account_file("FILE_DELETE", &f);
}

/* Paths that only resemble /dev/shm, as the process sees them, are not those of shared memory. */
static void opens_nearly_shmem(void)
{
	static const char *const mounts[] = { "dev/folder", "folder/shm" };
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	CHECK(root >= 0 && mkdir("dev", 0755) == 0 && mkdir("folder", 0755) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(mkdir(mounts[i], 0755) == 0 &&
		      mount("tmpfs", mounts[i], "tmpfs", 0, "") == 0);
	/* The account functions need /proc below the new root. */
	CHECK(mkdir("proc", 0755) == 0 &&
	      mount("/proc", "proc", NULL, MS_BIND | MS_REC, NULL) == 0);
	CHECK(chroot(".") == 0);
	opens_another("/dev/folder/case");
	opens_another("/folder/shm/case");
	CHECK(fchdir(root) == 0 && chroot(".") == 0 && chdir(files_path("")) == 0);
	close(root);
	for (int i = 0; i < 2; i++) {
		CHECK(umount2(mounts[i], 0) == 0);
		files_rmdir(mounts[i]);
	}
	CHECK(umount2("proc", MNT_DETACH) == 0);
	files_rmdir("proc");
	files_rmdir("dev");
	files_rmdir("folder");
}

/* Files on many mounts: programs must find the path on the last mount, as on the first. */
static void many_mounts(void)
{
	char name[16];

	for (int i = 0; i < MOUNTS; i++) {
		snprintf(name, sizeof(name), "mount %d", i);
		CHECK(mkdir(name, 0755) == 0 && mount("tmpfs", name, "tmpfs", 0, "") == 0);
	}
	for (int i = 0; i < MOUNTS; i += MOUNTS - 1) {
		snprintf(name, sizeof(name), "mount %d/a", i);
		files_make(name, "");
		CHECK(chmod(name, 0600) == 0);
		files_modified(name, "PERMISSIONS");
		files_unlink(name);
	}
	for (int i = 0; i < MOUNTS; i++) {
		snprintf(name, sizeof(name), "mount %d", i);
		CHECK(umount2(name, 0) == 0);
		files_rmdir(name);
	}
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	opens_memfd();
	opens_shmem();
	opens_nearly_shmem();
	many_mounts();
	files_end();
	return account_end();
}
