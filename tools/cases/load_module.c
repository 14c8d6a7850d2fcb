/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init_module(2) and finit_module(2): each loaded module is an event, and a refused call is none.
 *
 *	load_module [FILE]...
 *
 * Loads and unloads each file, which must be a module of the running kernel. A compressed file
 * (FILE.xz) is loaded by finit_module(2) only, if the kernel can read it. Without files, the case
 * only makes calls that the kernel refuses.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* include/uapi/linux/module.h, since 5.17 */
#define MODULE_INIT_COMPRESSED_FILE 4

/* The name that the kernel gives to the module of this file. */
static const char *name_of(const char *file)
{
	static char name[256];
	const char *base = strrchr(file, '/');

	snprintf(name, sizeof(name), "%s", base ? base + 1 : file);
	CHECK(strstr(name, ".ko"));
	*strstr(name, ".ko") = '\0';
	for (char *p = name; *p; p++)
		*p = *p == '-' ? '_' : *p;
	return name;
}

static bool is_compressed(const char *file)
{
	return strcmp(strrchr(file, '.'), ".ko") != 0;
}

static int open_module(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	return fd;
}

static void unload(const char *file)
{
	CHECK(syscall(SYS_delete_module, name_of(file), O_NONBLOCK) == 0);
}

static void from_file(const char *file)
{
	int fd = open_module(file), flags = is_compressed(file) ? MODULE_INIT_COMPRESSED_FILE : 0;

	if (syscall(SYS_finit_module, fd, "", flags) != 0) {
		/* The kernel cannot read compressed modules, or does not know the flag. */
		CHECK(flags && (errno == EOPNOTSUPP || errno == EINVAL));
		close(fd);
		return;
	}
	account_load_module(name_of(file));
	/* The kernel refuses a module that is already loaded. */
	CHECK(syscall(SYS_finit_module, fd, "", flags) == -1 && errno == EEXIST);
	unload(file);
	close(fd);
}

static void from_memory(const char *file)
{
	int fd = open_module(file);
	struct stat st;
	char *image;

	CHECK(fstat(fd, &st) == 0);
	image = malloc((size_t)st.st_size);
	CHECK(image);
	CHECK(pread(fd, image, (size_t)st.st_size, 0) == st.st_size);
	CHECK(syscall(SYS_init_module, image, st.st_size, "") == 0);
	account_load_module(name_of(file));
	unload(file);
	/* The kernel refuses an incomplete module. */
	CHECK(syscall(SYS_init_module, image, st.st_size / 2, "") == -1);
	free(image);
	close(fd);
}

static void refused(const char *case_file)
{
	int fd = open_module(case_file);
	pid_t pid;

	/*
	 * The file is no module. Or the kernel has no modules (ENOSYS), or permits no further ones
	 * (EPERM).
	 */
	CHECK(syscall(SYS_finit_module, fd, "", 0) == -1);
	CHECK(errno == ENOSYS || errno == EPERM || errno == ENOEXEC);
	CHECK(syscall(SYS_init_module, "\177ELF", 4, "") == -1);
	CHECK(errno == ENOSYS || errno == EPERM || errno == ENOEXEC);
	CHECK(syscall(SYS_finit_module, -1, "", 0) == -1);
	pid = account_fork();
	if (!pid) {
		CHECK(syscall(SYS_setresuid, 1, 1, 1) == 0);
		account_setuid();
		CHECK(syscall(SYS_finit_module, fd, "", 0) == -1);
		CHECK(errno == ENOSYS || errno == EPERM);
		account_exit(0);
	}
	account_wait(pid, 0);
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	account_begin(argv, envp);
	refused("/proc/self/exe");
	for (int i = 1; i < argc; i++) {
		from_file(argv[i]);
		if (!is_compressed(argv[i]))
			from_memory(argv[i]);
	}
	return account_end();
}
