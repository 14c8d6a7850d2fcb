/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Begins, ends and prints the account of a case. Also helper functions that add nothing to the
 * account.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cases/account_line.h"

#define CANNOT_MAX 8

static const char *cannot[CANNOT_MAX];
static size_t cannot_count;

void account_cannot(const char *why)
{
	CHECK(cannot_count < CANNOT_MAX && !strpbrk(why, "\"\\\n"));
	cannot[cannot_count++] = why;
}

static void print_cannot(void)
{
	for (size_t i = 0; i < cannot_count; i++)
		printf("%s\"%s\"", i ? "," : ",\"cannot\":[", cannot[i]);
	printf("%s", cannot_count ? "]" : "");
}

void account_begin(char **argv, char **envp)
{
	static const int fds[] = { ACCOUNT_FD, ACCOUNT_IDS_FD };

	for (size_t i = 0; i < 2; i++) {
		int fd = memfd_create("account", 0);

		CHECK(fd >= 0);
		CHECK(dup2(fd, fds[i]) == fds[i]);
		close(fd);
	}
	CHECK(fcntl(ACCOUNT_FD, F_SETFL, O_APPEND) == 0);
	account_exec(argv, envp);
	for (size_t i = 0; i < 2; i++)
		account_memfd_create("account", 0);
}

int account_end(void)
{
	struct account_snap now;
	struct stat st;
	char *text;

	account_snap(&now);
	account_exited(&now, 0, 0, false);
	CHECK(fstat(ACCOUNT_FD, &st) == 0);
	text = malloc((size_t)st.st_size);
	CHECK(text);
	CHECK(pread(ACCOUNT_FD, text, (size_t)st.st_size, 0) == st.st_size);
	/* Each event is one line. Between two events, replace the newline by a comma. */
	for (off_t i = 0; i < st.st_size - 1; i++) {
		if (text[i] == '\n')
			text[i] = ',';
	}
	printf("{\"case\":\"%s\",\"events\":[", program_invocation_short_name);
	fwrite(text, 1, (size_t)st.st_size - 1, stdout);
	printf("]");
	print_cannot();
	printf("}\n");
	free(text);
	CHECK(fflush(stdout) == 0);
	return 0;
}

void account_wait(pid_t pid, int status)
{
	int got;

	CHECK(waitpid(pid, &got, 0) > 0);
	errno = 0;
	CHECK(WIFEXITED(got));
	if (WEXITSTATUS(got) == 99)
		_exit(99);
	CHECK(WEXITSTATUS(got) == status);
}

const char *account_dir(void)
{
	static char dir[4096];
	ssize_t n;

	if (dir[0])
		return dir;
	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	CHECK(n > 0);
	dir[n] = '\0';
	*strrchr(dir, '/') = '\0';
	return dir;
}

const char *account_program(const char *name)
{
	static char path[8192];

	snprintf(path, sizeof(path), "%s/%s", account_dir(), name);
	return path;
}

const char *account_tmpdir(void)
{
	static char dir[64];

	snprintf(dir, sizeof(dir), "/tmp/case.XXXXXX");
	CHECK(mkdtemp(dir));
	CHECK(chmod(dir, 0755) == 0);
	return dir;
}

bool account_mount_overlay(void)
{
	if (mount("overlay", "merged", "overlay", 0,
		  "lowerdir=lower,upperdir=upper,workdir=work") == 0)
		return true;
	CHECK(errno == ENODEV);
	account_cannot("no overlay file system in this kernel (mount is ENODEV)");
	return false;
}

void account_copy(const char *from, const char *to, mode_t mode)
{
	char buf[65536];
	int in, out;
	ssize_t n;

	in = open(from, O_RDONLY | O_CLOEXEC);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(in >= 0 && out >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		CHECK(write(out, buf, (size_t)n) == n);
	CHECK(n == 0);
	CHECK(fchmod(out, mode) == 0);
	close(in);
	close(out);
}
