/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that name a file by a descriptor and an empty path. While such a call waits, another
 * thread opens another file under this descriptor number. The call changes the file that was open
 * at its beginning.
 */
#include "tools/cases/attributes.h"
#include "tools/cases/files.h"
#include "tools/cases/waits.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static long change_owner(int fd)
{
	return fchownat(fd, "", 1, 2, AT_EMPTY_PATH);
}

static long change_mode(int fd)
{
	return syscall(SYS_fchmodat2, fd, "", 0640, AT_EMPTY_PATH);
}

static long set_xattr(int fd)
{
	struct xattr_arguments args = { .value = (uint64_t)"v", .size = 1 };

	return syscall(SYS_setxattrat, fd, "", AT_EMPTY_PATH, NAME, &args, sizeof(args));
}

/* With AT_EMPTY_PATH, a NULL path is the same as an empty path. */
static long remove_xattr(int fd)
{
	return syscall(SYS_removexattrat, fd, NULL, AT_EMPTY_PATH, NAME);
}

static long link_file(int fd)
{
	return linkat(fd, "", AT_FDCWD, "merged/linked", AT_EMPTY_PATH);
}

static void enter_owner(void)
{
	files_modified("a", "OWNER");
}

static void enter_mode(void)
{
	files_modified("a", "PERMISSIONS");
}

static void enter_xattr(void)
{
	files_modified("a", "XATTRS");
}

static void enter_link(void)
{
	struct account_file f = { .path = files_path("merged/linked"), .overlay = true };

	CHECK(lstat("merged/linked", &f.st) == 0);
	account_file("FILE_CREATE", &f);
}

/* A system call, and the function with which the calling thread adds it to the account. */
static const struct call {
	long (*make)(int fd);
	void (*enter)(void);
} owner = { change_owner, enter_owner }, mode = { change_mode, enter_mode },
  set = { set_xattr, enter_xattr }, removal = { remove_xattr, enter_xattr },
  linked = { link_file, enter_link };

struct job {
	struct waits waits;
	pthread_t thread;
	int fd;
	char *page;              /* of the holder: a page that is absent */
	const struct call *call; /* of the caller: the system call to make */
	long ret;
	int error;
};

/*
 * The holder's write(2) takes the file's lock, and then reads its bytes from an absent page. There
 * it waits until the page is unmapped. The write then fails, so it is no event.
 */
static void *holder(void *arg)
{
	struct job *job = arg;

	waits_begin(&job->waits);
	job->ret = write(job->fd, job->page, 1);
	job->error = errno;
	waits_end(&job->waits);
	return NULL;
}

static void *caller(void *arg)
{
	struct job *job = arg;

	waits_begin(&job->waits);
	job->ret = job->call->make(job->fd);
	job->error = errno;
	waits_end(&job->waits);
	if (!job->ret)
		job->call->enter();
	return NULL;
}

static void begin(struct job *job, void *(*run)(void *))
{
	CHECK(pthread_create(&job->thread, NULL, run, job) == 0);
	waits_for(&job->waits);
}

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * Map a page that stays absent. Return: the userfaultfd(2) that handles its faults, or -1 if the
 * kernel lacks this call.
 */
static int missing_page(char **ret_page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	char *page;

	if (fd < 0) {
		CHECK(errno == ENOSYS);
		return -1;
	}
	page = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED && ioctl(fd, UFFDIO_API, &api) == 0);
	range.range.start = (uint64_t)page;
	range.range.len = page_size();
	CHECK(ioctl(fd, UFFDIO_REGISTER, &range) == 0);
	*ret_page = page;
	return fd;
}

/* Return: false if the kernel lacks the call (ENOSYS). */
static bool changes(int held, int other, const struct call *call)
{
	struct job hold = { .fd = held }, job = { .fd = dup(held), .call = call };
	int faults = missing_page(&hold.page);

	CHECK(job.fd >= 0);
	if (faults >= 0)
		begin(&hold, holder);
	begin(&job, caller);
	CHECK(dup2(other, job.fd) == job.fd);
	if (faults >= 0) {
		/* Closing the userfaultfd wakes the holder. */
		CHECK(munmap(hold.page, page_size()) == 0 && close(faults) == 0);
		CHECK(pthread_join(hold.thread, NULL) == 0);
		CHECK(hold.ret == -1 && hold.error == EFAULT);
	}
	CHECK(pthread_join(job.thread, NULL) == 0);
	close(job.fd);
	CHECK(job.ret == 0 || job.error == ENOSYS);
	return job.ret == 0;
}

static void overlaid(int other)
{
	struct account_file f = { .path = files_path("merged/file"), .overlay = true };
	int fd = open("merged/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	CHECK(fd >= 0 && fstat(fd, &f.st) == 0);
	account_file("FILE_CREATE", &f);
	CHECK(changes(fd, other, &linked));
	close(fd);
}

int main(int argc, char **argv, char **envp)
{
	int a, other;

	(void)argc;
	account_begin(argv, envp);
	files_begin();
	files_mount();
	files_make("a", "");
	files_make("other", "innocent");
	a = open("a", O_RDWR | O_CLOEXEC);
	other = open("other", O_RDONLY | O_CLOEXEC);
	CHECK(a >= 0 && other >= 0);
	CHECK(changes(a, other, &owner));
	changes(a, other, &mode);    /* since 6.6 */
	if (changes(a, other, &set)) /* since 6.13 */
		CHECK(changes(a, other, &removal));
	CHECK(mkdir("lower", 0755) == 0 && mkdir("upper", 0755) == 0);
	CHECK(mkdir("work", 0755) == 0 && mkdir("merged", 0755) == 0);
	if (account_mount_overlay())
		overlaid(other);
	/* The events of a later call must not use saved data of the earlier calls. */
	CHECK(fchownat(other, "", 1, 2, AT_EMPTY_PATH) == 0);
	files_modified("other", "OWNER");
	files_unmount();
	files_end();
	return account_end();
}
