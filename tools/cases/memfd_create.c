/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memfd_create(2): each successful call is an event, with the name and the flags that the process
 * passed. A failed call is none.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
# define MFD_NOEXEC_SEAL 0x0008U
# define MFD_EXEC        0x0010U
#endif

/* Largest length of a name: NAME_MAX less the length of "memfd:". */
#define NAME_LEN 249

static long create(const char *name, unsigned long flags)
{
	return syscall(SYS_memfd_create, name, flags);
}

static void makes(const char *name, unsigned int flags)
{
	long fd = create(name, flags);

	CHECK(fd >= 0);
	account_memfd_create(name, flags);
	close((int)fd);
}

static void fails(const char *name, unsigned int flags, int error)
{
	CHECK(create(name, flags) == -1 && errno == error);
}

/* Make a call that only some kernels support. It is an event if this kernel does. */
static void may_make(const char *name, unsigned int flags)
{
	long fd = create(name, flags);

	if (fd < 0) {
		/* The flag is unknown or forbidden, or there are no huge pages of this size. */
		CHECK(errno == EINVAL || errno == ENODEV || errno == ENOENT || errno == ENOMEM ||
		      errno == EACCES);
		return;
	}
	account_memfd_create(name, flags);
	close((int)fd);
}

static void names(void)
{
	char name[NAME_LEN + 2];

	makes("", 0);
	makes("a", 0);
	makes("with spaces, /slashes, \"quotes\" and \\", 0);
	makes("\001\n\t\033[31m\x7f\x80\xc3\xa9\xc3\xff", 0);
	memset(name, 'n', sizeof(name));
	name[NAME_LEN] = '\0';
	makes(name, 0);
	memset(name, 0xff, NAME_LEN);
	makes(name, 0);
	name[NAME_LEN] = 'n';
	name[NAME_LEN + 1] = '\0';
	fails(name, 0, EINVAL);
	fails(NULL, 0, EFAULT);
	fails((const char *)8, 0, EFAULT);
}

/*
 * Names at different addresses: across a page boundary, at the end of the last page, in an
 * untouched page.
 */
static void places(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages, *fresh;
	int fd;

	pages = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(pages != MAP_FAILED);
	CHECK(munmap(pages + 2 * page, page) == 0);
	memcpy(pages + page - 4, "across pages", 13);
	makes(pages + page - 4, 0);
	memcpy(pages + 2 * page - 7, "at end", 7);
	makes(pages + 2 * page - 7, 0);
	/* The name has no terminator before the unmapped page. */
	memset(pages + 2 * page - 7, 'x', 7);
	fails(pages + 2 * page - 7, 0, EFAULT);

	/* The process has not touched this page. The call itself faults it in. */
	fd = memfd_create("file", 0);
	CHECK(fd >= 0);
	account_memfd_create("file", 0);
	CHECK(pwrite(fd, "untouched", 10, 0) == 10);
	fresh = mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(fresh != MAP_FAILED);
	makes(fresh, 0);
	close(fd);
}

static void flags(void)
{
	long fd;

	makes("cloexec", MFD_CLOEXEC);
	makes("sealing", MFD_ALLOW_SEALING);
	makes("both", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	may_make("huge", MFD_HUGETLB);
	may_make("huge 2M", MFD_HUGETLB | MFD_CLOEXEC | 21u << 26);
	may_make("huge 1G", MFD_HUGETLB | 30u << 26);
	/* Since 6.3, commit 105ff5339f49 ("mm/memfd: add MFD_NOEXEC_SEAL and MFD_EXEC"). */
	may_make("noexec", MFD_NOEXEC_SEAL);
	may_make("exec", MFD_EXEC | MFD_CLOEXEC);
	fails("contradiction", MFD_EXEC | MFD_NOEXEC_SEAL, EINVAL);
	fails("unknown", 0x40000, EINVAL);
	fails("size of no huge page", 21u << 26, EINVAL);

	/* The argument has 32 bits: the kernel ignores the upper half of the 64-bit register. */
	fd = create("long", 0xfeed000000000000 | MFD_CLOEXEC);
	CHECK(fd >= 0);
	account_memfd_create("long", MFD_CLOEXEC);
	close((int)fd);
}

static void *from_thread(void *arg)
{
	makes("from a thread", MFD_CLOEXEC);
	return arg;
}

static void without_descriptors(void)
{
	struct rlimit limit = { 0, 0 };
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		struct account_snap now;

		/* Take the snapshot now, because without descriptors /proc cannot be read. */
		account_snap(&now);
		CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
		fails("one too many", 0, EMFILE);
		account_exited(&now, 3, 0, false);
		_exit(3);
	}
	account_wait(pid, 3);
}

int main(int argc, char **argv, char **envp)
{
	pthread_t thread;

	(void)argc;
	account_begin(argv, envp);
	names();
	places();
	flags();
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	without_descriptors();
	return account_end();
}
