/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths through links of procfs: working directories and open files of processes. */
#include "tools/cases/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Call chmod(2) for the file "a", by a formatted path. */
#define MODED(...)                                           \
	do {                                                 \
		char path_[128];                             \
                                                             \
		snprintf(path_, sizeof(path_), __VA_ARGS__); \
		CHECK(chmod(path_, 0600 | turn++ % 8) == 0); \
		files_modified("a", "PERMISSIONS");          \
	} while (0)

static unsigned int turn;

/*
 * Fork a process with the working directory @dir. It runs until the other end of @wait is closed.
 * Return: its PID.
 */
static pid_t other_in(const char *dir, const int *wait)
{
	int ready[2];
	pid_t pid;
	char c;

	CHECK(pipe2(ready, O_CLOEXEC) == 0);
	pid = account_fork();
	if (!pid) {
		close(wait[1]);
		CHECK(chdir(dir) == 0 && write(ready[1], "", 1) == 1);
		CHECK(read(wait[0], &c, 1) == 0);
		account_exit(0);
	}
	CHECK(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

int main(int argc, char **argv, char **envp)
{
	int fd, folder, ends[2];
	struct account_file f;
	pid_t other;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	files_make("a", "text");
	CHECK(mkdir("folder", 0755) == 0);
	fd = open("a", O_RDONLY | O_CLOEXEC);
	folder = open("folder", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(fd >= 0 && folder >= 0);

	MODED("/proc/self/fd/%d", fd);
	MODED("/proc/thread-self/fd/%d", fd);
	MODED("/proc/%d/fd/%d", getpid(), fd);
	MODED("/proc/%d/task/%ld/fd/%d", getpid(), syscall(SYS_gettid), fd);
	MODED("/proc/self/fd/%d/../a", folder);
	MODED("/proc/self/cwd/a");
	MODED("/proc/self/cwd/folder/../a");
	MODED("/proc/self/root/%s", files_path("a"));
	MODED("/dev/fd/%d", fd);
	CHECK(truncate("/proc/self/cwd/a", 1) == 0);
	files_modified("a", "CONTENT");

	CHECK(rename("/proc/self/cwd/a", "/proc/self/cwd/b") == 0);
	files_renamed("a", "b");
	CHECK(linkat(AT_FDCWD, "/proc/self/cwd/b", AT_FDCWD, "a", 0) == 0);
	files_created("a");
	f = files_now("b");
	CHECK(unlink("/proc/self/cwd/b") == 0);
	account_file("FILE_DELETE", &f);

	/* Links of another process. */
	close(fd);
	fd = open("a", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK(pipe2(ends, O_CLOEXEC) == 0);
	other = other_in("folder", ends);
	MODED("/proc/%d/cwd/../a", other);
	MODED("/proc/%d/fd/%d", other, fd);
	close(ends[0]);
	close(ends[1]);
	account_wait(other, 0);

	close(folder);
	close(fd);
	files_rmdir("folder");
	files_unlink("a");
	files_end();
	return account_end();
}
