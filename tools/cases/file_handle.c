/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that are opened by a handle instead of a path: the open truncates the file, or opens a
 * shared memory file.
 */
#include "tools/cases/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#define NAME "mount/file"

static union {
	struct file_handle handle;
	char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
} of;

/* Open the file @path by its handle, on the mount of the directory @mount. */
static int open_handle(const char *mount, const char *path, int flags)
{
	int fd, mount_id, folder = open(mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(folder >= 0);
	of.handle.handle_bytes = MAX_HANDLE_SZ;
	CHECK(name_to_handle_at(AT_FDCWD, path, &of.handle, &mount_id, 0) == 0);
	fd = open_by_handle_at(folder, &of.handle, flags | O_CLOEXEC);
	close(folder);
	return fd;
}

static void opens_file(void)
{
	int fd;

	files_make(NAME, "text");
	fd = open_handle("mount", NAME, O_RDONLY);
	CHECK(fd >= 0 && close(fd) == 0);
	fd = open_handle("mount", NAME, O_PATH | O_TRUNC);
	CHECK(fd >= 0 && close(fd) == 0);
	fd = open_handle("mount", NAME, O_WRONLY | O_TRUNC);
	CHECK(fd >= 0);
	files_modified(NAME, "CONTENT");
	CHECK(write(fd, "t", 1) == 1);
	files_modified(NAME, "CONTENT");
	close(fd);
	files_unlink(NAME);

	/* The handle leads to no file after the deletion. */
	CHECK(open_by_handle_at(AT_FDCWD, &of.handle, O_WRONLY | O_TRUNC) == -1);
}

static void opens_shmem(void)
{
	struct account_file f = { .path = "/dev/shm/case" };
	int fd;

	mkdir("/dev/shm", 01777);
	CHECK(mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") == 0);
	CHECK(chdir("/dev/shm") == 0);
	/* This open is two events: it creates a file, and opens a shared memory file. */
	fd = open("case", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && fstat(fd, &f.st) == 0);
	account_file("FILE_CREATE", &f);
	account_file("FILE_SHMEM_OPEN", &f);
	close(fd);
	fd = open_handle(".", "case", O_RDONLY);
	CHECK(fd >= 0);
	account_file("FILE_SHMEM_OPEN", &f);
	close(fd);
	CHECK(unlink("case") == 0);
	account_file("FILE_DELETE", &f);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	files_begin();
	/* Use a tmpfs, which has handles for all files. The file system of /tmp may have none. */
	CHECK(mkdir("mount", 0755) == 0 && mount("tmpfs", "mount", "tmpfs", 0, "") == 0);
	opens_file();
	opens_shmem();
	CHECK(chdir(files_path(NULL)) == 0);
	CHECK(umount2("mount", 0) == 0);
	files_rmdir("mount");
	files_end();
	return account_end();
}
