/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attempts of a process to falsify or suppress events of any process: paths that change during the
 * call, and a crowd of waiting calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cannot.h"
#include "tools/livetest/filtered.h"
#include "tools/livetest/runfiles.h"

/* A directory of this test, on a tmpfs. */
static char folder[64];

static int open_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/dev/shm/et-forged-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static const char *at(const char *name)
{
	return filtered_text("%s/%s", folder, name);
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

/* ---- a path that another thread overwrites -------------------------------------------------- */

#define CHMODS     3000
#define DELAYS     60 /* steps of DELAY_STEP loop rounds: up to some tens of microseconds */
#define DELAY_STEP 100

/* In memory that the process and its parent share. */
struct forged {
	/*
	 * Calls that changed the secret file; and those of them whose string was overwritten before
	 * they ended.
	 */
	int changed, overwritten;
};

static char buf[256], secret[128], innocent[128];
static _Atomic int turn, over;

static void *overwrite(void *arg)
{
	(void)arg;
	for (int i = 1; i <= CHMODS; i++) {
		while (turn != i)
			;
		for (volatile int n = 0; n < i % DELAYS * DELAY_STEP; n++)
			;
		memcpy(buf, innocent, strlen(innocent) + 1);
		over = i;
	}
	return NULL;
}

static void forge(struct forged *f)
{
	pthread_t thread;
	struct stat st;

	if (pthread_create(&thread, NULL, overwrite, NULL))
		_exit(1);
	for (int i = 1; i <= CHMODS; i++) {
		mode_t mode = i % 2 ? 0640 : 0600;
		bool changed;

		memcpy(buf, secret, strlen(secret) + 1);
		turn = i;
		/* A half overwritten string names no file. */
		if (chmod(buf, mode) && errno != ENOENT)
			_exit(2);
		changed = !stat(secret, &st) && (st.st_mode & 07777) == mode;
		f->changed += changed;
		f->overwritten += changed && over == i;
		while (over != i)
			sched_yield();
		/* Set the mode, so that the next call changes it. */
		if (!changed && syscall(SYS_fchmodat, AT_FDCWD, secret, mode))
			_exit(3);
	}
	_exit(pthread_join(thread, NULL) != 0);
}

static void check_forged(const char *filter)
{
	struct forged *f =
		mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status, told;
	pid_t pid;

	assert_true(f != MAP_FAILED);
	snprintf(secret, sizeof(secret), "%s/in/secret", folder);
	snprintf(innocent, sizeof(innocent), "%s/innocent", folder);
	assert_int_equal(mkdir(at("in"), 0700), 0);
	make_file(secret);
	make_file(innocent);
	filtered_begin("file-modify", (const char *const[]){ "--ring-size=16M", filter, NULL });
	pid = fork();
	if (pid == 0)
		forge(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	filtered_end();
	/* Subtract the calls that did not change the file: another call changed it afterwards. */
	told = (int)filtered_count_at("FILE_MODIFY", pid, "path", secret) - (CHMODS - f->changed);
	print_message("%d chmods, %d of them overwritten meanwhile, %d reported\n", f->changed,
		      f->overwritten, told);
	filtered_forget();
	unlink(secret);
	unlink(innocent);
	rmdir(at("in"));
	/* Without overwritten calls the test shows nothing. */
	assert_true(f->overwritten > CHMODS / 10);
	assert_true(told >= f->changed - f->overwritten / 20);
	munmap(f, sizeof(*f));
}

static void test_forged(void **state)
{
	(void)state;
	check_forged(NULL);
}

static void test_forged_prefix(void **state)
{
	(void)state;
	check_forged(filtered_text("--path-prefix=%s/in/", folder));
}

/* ---- a crowd that waits for one directory --------------------------------------------------- */

#define CROWD   600
#define VICTIMS 67

/* A thread reads the directory into an absent page, and so keeps the directory locked. */
struct lock {
	int faults; /* userfaultfd(2) */
	char *page;
	int fd;
	pthread_t thread;
};

static void *read_folder(void *arg)
{
	struct lock *l = arg;

	return (void *)syscall(SYS_getdents64, l->fd, l->page, sysconf(_SC_PAGESIZE));
}

static bool lock_folder(struct lock *l, const char *path)
{
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_api api = { .api = UFFD_API };
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);

	l->faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (l->faults < 0) {
		assert_int_equal(errno, ENOSYS);
		return false;
	}
	l->page = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(l->page != MAP_FAILED);
	reg.range.start = (uintptr_t)l->page;
	reg.range.len = page_size;
	assert_int_equal(ioctl(l->faults, UFFDIO_API, &api), 0);
	assert_int_equal(ioctl(l->faults, UFFDIO_REGISTER, &reg), 0);
	l->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(l->fd >= 0);
	assert_int_equal(pthread_create(&l->thread, NULL, read_folder, l), 0);
	return true;
}

static void unlock_folder(struct lock *l)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	struct uffdio_zeropage zero = { .range = { (uintptr_t)l->page, page_size } };

	assert_int_equal(ioctl(l->faults, UFFDIO_ZEROPAGE, &zero), 0);
	assert_int_equal(pthread_join(l->thread, NULL), 0);
	munmap(l->page, page_size);
	close(l->faults);
	close(l->fd);
}

static bool sleeps(pid_t pid)
{
	char path[64], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	if (f)
		fclose(f);
	return state == 'D';
}

static const char *member(int i)
{
	return filtered_text("%s/crowd/%d", folder, i);
}

static void delete_some(void)
{
	char name[160];

	for (int i = 0; i < VICTIMS; i++) {
		snprintf(name, sizeof(name), "%s/victim/%d", folder, i);
		if (close(open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) ||
		    unlink(name))
			_exit(1);
	}
	_exit(0);
}

static void wait_for(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_crowd(void **state)
{
	static pid_t pids[CROWD];
	size_t told = 0, told_crowd = 0;
	struct lock lock;
	bool can;
	pid_t victim;

	(void)state;
	assert_int_equal(mkdir(at("crowd"), 0700), 0);
	assert_int_equal(mkdir(at("victim"), 0700), 0);
	for (int i = 0; i < CROWD; i++)
		make_file(member(i));
	filtered_begin("file-delete", (const char *const[]){ "--ring-size=16M", NULL });
	can = lock_folder(&lock, at("crowd"));
	if (can) {
		/* Wait until the thread sleeps with the directory locked. */
		usleep(100000);
		for (int i = 0; i < CROWD; i++) {
			pids[i] = fork();
			if (pids[i] == 0)
				_exit(unlink(member(i)) != 0);
			assert_true(pids[i] > 0);
		}
		for (int i = 0; i < CROWD; i++)
			while (!sleeps(pids[i]))
				usleep(1000);
		victim = fork();
		if (victim == 0)
			delete_some();
		wait_for(victim);
		unlock_folder(&lock);
		for (int i = 0; i < CROWD; i++)
			wait_for(pids[i]);
	}
	filtered_end();
	if (can) {
		told = filtered_count("FILE_DELETE", victim);
		for (int i = 0; i < CROWD; i++)
			told_crowd += filtered_count_at("FILE_DELETE", pids[i], "path", member(i));
		print_message("%zu of the victim's %d deletions reported, %zu of the crowd's %d\n",
			      told, VICTIMS, told_crowd, CROWD);
	}
	filtered_forget();
	rmdir(at("crowd"));
	rmdir(at("victim"));
	if (!can) {
		assert_true(cannot("forged", "no userfaultfd(2) in this kernel (ENOSYS)"));
		return;
	}
	assert_int_equal(told, VICTIMS);
	assert_int_equal(told_crowd, CROWD);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_forged_prefix),
		cmocka_unit_test(test_crowd),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, open_folder, close_folder);
}
