/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes of contents by each system call that can make them. Also calls that change nothing. */
#include "tools/cases/files.h"
#include "tools/cases/old_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

static void changed(const char *name)
{
	files_modified(name, "CONTENT");
}

static void writes(int fd)
{
	struct iovec v[2] = { { "one", 3 }, { "two", 3 } };

	CHECK(write(fd, "x", 1) == 1);
	changed("a");
	CHECK(writev(fd, v, 2) == 6);
	changed("a");
	CHECK(pwrite(fd, "yy", 2, 100) == 2);
	changed("a");
	CHECK(pwritev(fd, v, 2, 3) == 6);
	changed("a");
	CHECK(pwritev2(fd, v, 1, -1, 0) == 3);
	changed("a");
	CHECK(ftruncate(fd, 5) == 0);
	changed("a");
	CHECK(truncate("a", 7) == 0);
	changed("a");
	CHECK(truncate(files_path("./a"), 7) == 0);
	changed("a");
	CHECK(fallocate(fd, 0, 0, 9000) == 0);
	changed("a");
}

static void copies(int fd)
{
	int from, fds[2];
	off_t at = 0;

	files_make("source", "0123456789");
	from = open("source", O_RDONLY | O_CLOEXEC);
	CHECK(from >= 0 && sendfile(fd, from, &at, 4) == 4);
	changed("a");
	CHECK(copy_file_range(from, &(off_t){ 2 }, fd, &(off_t){ 0 }, 5, 0) == 5);
	changed("a");
	CHECK(pipe2(fds, O_CLOEXEC) == 0 && write(fds[1], "piped", 5) == 5);
	CHECK(splice(fds[0], NULL, fd, &(off_t){ 1 }, 5, 0) == 5);
	changed("a");
	/* From the file to the pipe: only the pipe changes. */
	CHECK(splice(from, &(off_t){ 0 }, fds[1], NULL, 5, 0) == 5);
	close(fds[0]);
	close(fds[1]);
	close(from);
	files_unlink("source");
}

/* Each open that truncates a file. */
static void emptied(void)
{
	struct open_how how = { .flags = O_WRONLY | O_TRUNC };
	int fd;

	fd = open("a", O_WRONLY | O_TRUNC | O_CLOEXEC);
	CHECK(fd >= 0);
	changed("a");
	close(fd);
	fd = old_open("a", O_RDWR | O_TRUNC | O_CREAT, 0600);
	CHECK(fd >= 0);
	changed("a");
	close(fd);
	fd = old_creat("a", 0600);
	CHECK(fd >= 0);
	changed("a");
	close(fd);
	fd = (int)syscall(SYS_openat2, AT_FDCWD, "a", &how, sizeof(how));
	CHECK(fd >= 0);
	changed("a");
	close(fd);
	/* The open creates a new file, so it truncates nothing. */
	fd = open("new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	files_created("new");
	close(fd);
	files_unlink("new");
}

static void no_change(int fd)
{
	char buf[8];
	int fds[2], null;

	CHECK(write(fd, "", 0) == 0);
	CHECK(pread(fd, buf, sizeof(buf), 0) >= 0);
	CHECK(write(-1, "x", 1) == -1 && errno == EBADF);
	CHECK(ftruncate(fd, -1) == -1 && errno == EINVAL);
	CHECK(truncate("none", 1) == -1 && errno == ENOENT);
	CHECK(open("a/b", O_WRONLY | O_TRUNC) == -1 && errno == ENOTDIR);

	CHECK(pipe2(fds, O_CLOEXEC) == 0 && write(fds[1], "pipe", 4) == 4);
	close(fds[0]);
	close(fds[1]);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0 && write(fds[0], "sock", 4) == 4);
	close(fds[0]);
	close(fds[1]);
	null = open("/dev/null", O_WRONLY | O_TRUNC | O_CLOEXEC);
	CHECK(null >= 0 && write(null, "null", 4) == 4);
	close(null);
}

/* A file whose name was deleted, and a file that never had a name. */
static void nameless(void)
{
	struct account_file f = { .path = "/memfd:in memory",
				  .change = "CONTENT",
				  .flags = PATH_DELETED };
	char path[64];
	int fd;

	fd = open("b", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	files_created("b");
	files_unlink("b");
	CHECK(write(fd, "still there", 11) == 11 && fstat(fd, &f.st) == 0);
	f.path = files_path("b");
	account_file("FILE_MODIFY", &f);
	close(fd);

	fd = memfd_create("in memory", MFD_CLOEXEC);
	CHECK(fd >= 0);
	account_memfd_create("in memory", MFD_CLOEXEC);
	CHECK(write(fd, "text", 4) == 4 && fstat(fd, &f.st) == 0);
	f.path = "/memfd:in memory";
	account_file("FILE_MODIFY", &f);
	/* A memfd is on a kernel-internal mount. */
	CHECK(fsetxattr(fd, "trusted.case", "v", 1, 0) == 0 && fstat(fd, &f.st) == 0);
	f.change = "XATTRS";
	account_file("FILE_MODIFY", &f);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK(setxattr(path, "trusted.case", "w", 1, 0) == 0 && fstat(fd, &f.st) == 0);
	account_file("FILE_MODIFY", &f);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	int fd;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	fd = open("a", O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	CHECK(fd >= 0);
	files_created("a");
	writes(fd);
	copies(fd);
	no_change(fd);
	close(fd);
	emptied();
	nameless();
	files_unlink("a");
	files_end();
	return account_end();
}
