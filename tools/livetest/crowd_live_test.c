/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many processes do the same operation at the same time: they wait for one directory, or end while
 * their sockets are open. Events of other processes are still recorded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/cannot.h"
#include "tools/livetest/filtered.h"
#include "tools/livetest/folder.h"
#include "tools/livetest/runfiles.h"

/* /dev/shm is a tmpfs. */
static int open_folder(void **state)
{
	(void)state;
	return folder_open("/dev/shm/et-crowd-");
}

/* ---- processes that wait for one directory or pipe ------------------------------------------ */

#define CROWD   600
#define VICTIMS 67

/* More processes than the hash table for pending operations (kernels before 5.12) has entries. */
#define USERS_CROWD 2100
#define USER        65534

/* More exits than can be held back at the same time: the table has 1,024 entries. */
#define EXITS_CROWD 1100

/*
 * A thread reads a directory or a pipe into a page that is absent. While the thread waits for the
 * page, the kernel keeps the directory or pipe locked.
 */
struct lock {
	int faults; /* descriptor of userfaultfd(2) */
	char *page;
	int fd;
	bool pipe;
	pthread_t thread;
};

static void *read_locked(void *arg)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE);
	struct lock *l = arg;

	return (void *)(l->pipe ? read(l->fd, l->page, size)
				: syscall(SYS_getdents64, l->fd, l->page, size));
}

static bool lock_file(struct lock *l, const char *path, int flags)
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
	l->fd = open(path, flags | O_CLOEXEC);
	assert_true(l->fd >= 0);
	assert_int_equal(pthread_create(&l->thread, NULL, read_locked, l), 0);
	/* Wait until the thread sleeps in the kernel and the file is locked. */
	usleep(100000);
	return true;
}

static bool lock_folder(struct lock *l, const char *path)
{
	l->pipe = false;
	return lock_file(l, path, O_RDONLY | O_DIRECTORY);
}

static void unlock(struct lock *l)
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
	/* A zombie never sleeps, so the caller would wait for ever. */
	assert_true(state != 'Z');
	return state == 'D';
}

static const char *member(int i)
{
	return filtered_text("%s/crowd/%d", folder_path(), i);
}

static void delete_some(void)
{
	char name[160];

	for (int i = 0; i < VICTIMS; i++) {
		snprintf(name, sizeof(name), "%s/victim/%d", folder_path(), i);
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

static void wait_all_sleep(const pid_t *pids, int count)
{
	for (int i = 0; i < count; i++)
		while (!sleeps(pids[i]))
			usleep(1000);
}

/*
 * @crowd processes of @user each delete a file in one locked directory, so all of them wait.
 * Another process deletes files in another directory, and all its events are recorded. With @whole,
 * all events of the crowd are recorded too.
 */
static void check_crowd(int crowd, uid_t user, bool whole)
{
	static pid_t pids[USERS_CROWD];
	size_t told = 0, told_crowd = 0;
	struct lock lock;
	bool can;
	pid_t victim;

	assert_int_equal(mkdir(folder_at("crowd"), 0700), 0);
	assert_int_equal(mkdir(folder_at("victim"), 0700), 0);
	for (int i = 0; i < crowd; i++)
		folder_make_file(member(i));
	assert_int_equal(chmod(folder_path(), 0711), 0);
	assert_int_equal(chown(folder_at("crowd"), user, (gid_t)-1), 0);
	filtered_begin("file-delete", (const char *const[]){ "--ring-size=16M", NULL });
	can = lock_folder(&lock, folder_at("crowd"));
	if (can) {
		for (int i = 0; i < crowd; i++) {
			pids[i] = fork();
			if (pids[i] == 0)
				_exit(setresuid(user, user, user) || unlink(member(i)));
			assert_true(pids[i] > 0);
		}
		wait_all_sleep(pids, crowd);
		victim = fork();
		if (victim == 0)
			delete_some();
		wait_for(victim);
		unlock(&lock);
		for (int i = 0; i < crowd; i++)
			wait_for(pids[i]);
	}
	if (whole)
		filtered_end();
	else
		filtered_end_with_losses();
	if (can) {
		told = filtered_count("FILE_DELETE", victim);
		for (int i = 0; i < crowd; i++)
			told_crowd += filtered_count_at("FILE_DELETE", pids[i], "path", member(i));
		print_message("%zu of the victim's %d deletions reported, %zu of the crowd's %d\n",
			      told, VICTIMS, told_crowd, crowd);
	}
	filtered_forget();
	for (int i = 0; i < crowd; i++)
		unlink(member(i));
	rmdir(folder_at("crowd"));
	rmdir(folder_at("victim"));
	if (!can) {
		assert_true(cannot("crowd", "no userfaultfd(2) in this kernel (ENOSYS)"));
		return;
	}
	assert_int_equal(told, VICTIMS);
	if (whole)
		assert_int_equal(told_crowd, crowd);
	else
		assert_true(told_crowd > 0);
}

static void test_crowd(void **state)
{
	(void)state;
	check_crowd(CROWD, 0, true);
}

/*
 * Kernels before 5.12 keep pending operations in a hash table, which is smaller than this crowd.
 * One user can have half of the table. Newer kernels have room for each task.
 */
static void test_crowd_of_a_user(void **state)
{
	(void)state;
	check_crowd(USERS_CROWD, USER, false);
}

/* ---- processes that end --------------------------------------------------------------------- */

/*
 * Start a process that opens the pipe itself, and ends when @go is closed. Its end needs the pipe's
 * lock, because the kernel closes the pipe.
 */
static pid_t begin_ending(const char *pipe, const int go[2], int ready)
{
	pid_t pid = fork();
	char byte = 0;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	close(go[1]);
	if (open(pipe, O_RDWR | O_CLOEXEC) < 0 || write(ready, &byte, 1) != 1 ||
	    read(go[0], &byte, 1) != 0)
		_exit(1);
	_exit(0);
}

/*
 * The programs hold back an exit until the process's sockets are closed. If too many exits are held
 * back, further exits are sent at once, with the field sockets_open. No exit is lost or sent twice.
 */
static void test_crowd_of_exits(void **state)
{
	static pid_t pids[EXITS_CROWD];
	int go[2], ready[2], sockets[2];
	size_t exits = 0, open_sockets = 0;
	struct lock lock = { .pipe = true };
	char byte = 0;
	bool can;

	(void)state;
	assert_int_equal(mkfifo(folder_at("pipe"), 0600), 0);
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	filtered_begin("exit,net-conn-closed", (const char *const[]){ "--ring-size=16M", NULL });
	for (int i = 0; i < EXITS_CROWD; i++)
		pids[i] = begin_ending(folder_at("pipe"), go, ready[1]);
	for (int i = 0; i < EXITS_CROWD; i++)
		assert_int_equal(read(ready[0], &byte, 1), 1);
	/* Write a byte for the thread's read(2). */
	lock.fd = open(folder_at("pipe"), O_RDWR | O_CLOEXEC);
	assert_true(lock.fd >= 0 && write(lock.fd, "x", 1) == 1);
	close(lock.fd);
	can = lock_file(&lock, folder_at("pipe"), O_RDWR);
	close(go[1]);
	if (can) {
		wait_all_sleep(pids, EXITS_CROWD);
		unlock(&lock);
	}
	for (int i = 0; i < EXITS_CROWD; i++)
		wait_for(pids[i]);
	filtered_end();
	for (int i = 0; i < EXITS_CROWD; i++) {
		exits += filtered_count("PROCESS_EXIT", pids[i]) == 1;
		open_sockets += filtered_count_true("PROCESS_EXIT", pids[i], "sockets_open");
	}
	print_message("%zu of %d exits reported, %zu with open sockets\n", exits, EXITS_CROWD,
		      open_sockets);
	filtered_forget();
	unlink(folder_at("pipe"));
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(sockets[i]);
	}
	close(go[0]);
	if (!can) {
		assert_true(cannot("crowd", "no userfaultfd(2) in this kernel (ENOSYS)"));
		return;
	}
	assert_int_equal(exits, EXITS_CROWD);
	/*
	 * The table holds a few exits less than the crowd has. Exits of other processes take some
	 * entries.
	 */
	assert_in_range(open_sockets, 1, EXITS_CROWD / 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crowd),
		cmocka_unit_test(test_crowd_of_a_user),
		cmocka_unit_test(test_crowd_of_exits),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, open_folder, folder_close);
}
