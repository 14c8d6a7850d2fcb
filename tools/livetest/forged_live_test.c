/* SPDX-License-Identifier: BSD-2-Clause */
/* A process tries to falsify its events: it changes a path during the system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
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
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/livetest/filtered.h"
#include "tools/livetest/folder.h"
#include "tools/livetest/runfiles.h"

/* /dev/shm is a tmpfs. */
static int open_folder(void **state)
{
	(void)state;
	return folder_open("/dev/shm/et-forged-");
}

/* ---- a path that another thread overwrites -------------------------------------------------- */

#define CHMODS     3000
#define DELAYS     60 /* steps of DELAY_STEP loop rounds: up to some tens of microseconds */
#define DELAY_STEP 100

/* In memory that the process and its parent share. */
struct forged {
	/*
	 * Calls that changed the secret file. `overwritten` counts those of them whose string was
	 * overwritten before the call ended.
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
		/* A half-overwritten string names no file. */
		if (chmod(buf, mode) && errno != ENOENT)
			_exit(2);
		changed = !stat(secret, &st) && (st.st_mode & 07777) == mode;
		f->changed += changed;
		f->overwritten += changed && over == i;
		while (over != i)
			sched_yield();
		/* Set the mode now, so that the next call changes it. */
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
	snprintf(secret, sizeof(secret), "%s/in/secret", folder_path());
	snprintf(innocent, sizeof(innocent), "%s/innocent", folder_path());
	assert_int_equal(mkdir(folder_at("in"), 0700), 0);
	folder_make_file(secret);
	folder_make_file(innocent);
	filtered_begin("file-modify", (const char *const[]){ "--ring-size=16M", filter, NULL });
	pid = fork();
	if (pid == 0)
		forge(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	filtered_end();
	/* Subtract the calls of fchmodat(2) above, which also changed the file. */
	told = (int)filtered_count_at("FILE_MODIFY", pid, "path", secret) - (CHMODS - f->changed);
	print_message("%d chmods, %d of them overwritten meanwhile, %d reported\n", f->changed,
		      f->overwritten, told);
	filtered_forget();
	unlink(secret);
	unlink(innocent);
	rmdir(folder_at("in"));
	/* Too few overwritten calls would test nothing. */
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
	check_forged(filtered_text("--path-prefix=%s/in/", folder_path()));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_forged_prefix),
	};

	if (runfiles_init(argc, argv))
		return 1;
	return cmocka_run_group_tests(tests, open_folder, folder_close);
}
