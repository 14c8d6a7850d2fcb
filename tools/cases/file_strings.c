/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that wait for the file's lock. Meanwhile, another thread overwrites the strings of
 * their paths, changes the working directory, or changes a descriptor. The kernel uses the values
 * from the beginning of the call.
 *
 * An asynchronous write (io_submit(2)) holds the lock. It is no event.
 */
#include "tools/cases/files.h"
#include "tools/cases/old_calls.h"
#include "tools/cases/waits.h"

#include <fcntl.h>
#include <linux/aio_abi.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LARGE (16L << 20)

/* Descriptor of the file "a", which the calls change, and the file's size. */
static int a;
static off_t size;

/* Arguments of the calls. */
static char path[64], other[64];
static int folder = -1;

/* Descriptor of the file "b", which must not change. */
static int b;

static void *hold(void *arg)
{
	static char data[LARGE];
	struct iocb iocb = {
		.aio_fildes = (__u32)a,
		.aio_lio_opcode = IOCB_CMD_PWRITE,
		.aio_buf = (__u64)(uintptr_t)data,
		.aio_nbytes = LARGE,
		.aio_offset = size,
	}, *iocbs = &iocb;
	aio_context_t ctx = 0;

	(void)arg;
	CHECK(syscall(SYS_io_setup, 1, &ctx) == 0);
	CHECK(syscall(SYS_io_submit, ctx, 1, &iocbs) == 1);
	CHECK(syscall(SYS_io_destroy, ctx) == 0);
	return NULL;
}

struct job {
	struct waits waits;
	int (*call)(void);
	void (*account)(void);
	/* the working directory is the old one again, which account functions need */
	_Atomic int restored;
};

static void *caller(void *arg)
{
	struct job *job = arg;
	int r;

	waits_begin(&job->waits);
	r = job->call();
	waits_end(&job->waits);
	CHECK(r == 0);
	while (!job->restored)
		sched_yield();
	job->account();
	return NULL;
}

/*
 * Make the call in a thread, with the paths @given and @second. While the call waits, overwrite
 * both paths with those of other files.
 */
static void overwritten(int (*call)(void), const char *given, const char *second,
			void (*account)(void))
{
	struct job job = { .call = call, .account = account };
	pthread_t holder, thread;
	struct stat st;

	CHECK(strlen(given) < sizeof(path) && strlen(second) < sizeof(other));
	memcpy(path, given, strlen(given) + 1);
	memcpy(other, second, strlen(second) + 1);
	CHECK(pthread_create(&holder, NULL, hold, NULL) == 0);
	do
		CHECK(fstat(a, &st) == 0);
	while (st.st_size == size);
	CHECK(pthread_create(&thread, NULL, caller, &job) == 0);
	waits_for(&job.waits);
	strcpy(path, "b");
	strcpy(other, "d");
	if (folder >= 0)
		CHECK(dup2(b, folder) == folder);
	CHECK(chdir("/") == 0);
	while (!job.waits.done)
		sched_yield();
	CHECK(chdir(files_path(NULL)) == 0);
	job.restored = 1;
	CHECK(pthread_join(thread, NULL) == 0 && pthread_join(holder, NULL) == 0);
	CHECK(fstat(a, &st) == 0);
	size = st.st_size;
}

static int call_chmod(void)
{
	return old_chmod(path, 0611);
}

static int call_fchmodat(void)
{
	return (int)syscall(SYS_fchmodat, AT_FDCWD, path, 0622);
}

/* With a path relative to a directory's descriptor. */
static int call_fchmodat_folder(void)
{
	return (int)syscall(SYS_fchmodat, folder, path, 0633);
}

static void is_chmod(void)
{
	files_modified("a", "PERMISSIONS");
}

static int call_chown(void)
{
	return old_lchown(path, 0, 0);
}

static void is_chown(void)
{
	files_modified("a", "OWNER");
}

/* With a descriptor and an empty path. */
static int call_fchownat(void)
{
	return fchownat(folder, "", 0, 0, AT_EMPTY_PATH);
}

static int call_setxattr(void)
{
	return setxattr(path, "trusted.case", "v", 1, 0);
}

static int call_removexattr(void)
{
	return lremovexattr(path, "trusted.case");
}

static void is_xattr(void)
{
	files_modified("a", "XATTRS");
}

static int call_truncate(void)
{
	return truncate(path, size + LARGE + 1);
}

static void is_truncate(void)
{
	files_modified("a", "CONTENT");
}

static int call_link(void)
{
	return old_link(path, other);
}

static void is_link(void)
{
	files_created("c");
}

static int call_rename(void)
{
	return old_rename(path, other);
}

static void is_rename(void)
{
	files_renamed("c", "e");
}

static int call_renameat2(void)
{
	return (int)syscall(SYS_renameat2, AT_FDCWD, path, AT_FDCWD, other, 0);
}

static void is_rename_to_folder(void)
{
	files_renamed("e", "folder/c");
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	files_begin();
	CHECK(mkdir("folder", 0750) == 0);
	files_make("b", "innocent");
	b = open("b", O_RDONLY | O_CLOEXEC);
	CHECK(b >= 0);
	a = open("a", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	CHECK(a >= 0);
	files_created("a");

	overwritten(call_chmod, "a", "", is_chmod);
	overwritten(call_fchmodat, files_path("a"), "", is_chmod);
	folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(folder >= 0);
	overwritten(call_fchmodat_folder, "a", "", is_chmod);
	CHECK(folder >= 0 && dup2(a, folder) == folder);
	overwritten(call_fchownat, "", "", is_chown);
	close(folder);
	folder = -1;
	overwritten(call_chown, "folder/../a", "", is_chown);
	overwritten(call_setxattr, "a", "", is_xattr);
	overwritten(call_removexattr, "./a", "", is_xattr);
	overwritten(call_truncate, "a", "", is_truncate);
	overwritten(call_link, "a", "c", is_link);
	overwritten(call_rename, "c", "e", is_rename);
	overwritten(call_renameat2, "e", "folder/c", is_rename_to_folder);

	close(a);
	close(b);
	files_unlink("folder/c");
	files_unlink("a");
	files_unlink("b");
	files_rmdir("folder");
	files_end();
	return account_end();
}
