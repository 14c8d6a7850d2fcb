/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmget(2): each successful call is an event, whether it makes a segment or finds one. A failed
 * call is none.
 */
#include "tools/cases/account.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

static int succeeds(key_t key, size_t size, int shmflg)
{
	int id = shmget(key, size, shmflg);

	CHECK(id >= 0);
	account_shmget(key, size, shmflg);
	return id;
}

static void fails(key_t key, size_t size, int shmflg, int error)
{
	CHECK(shmget(key, size, shmflg) == -1 && errno == error);
}

static void drop(int id)
{
	CHECK(shmctl(id, IPC_RMID, NULL) == 0);
}

static void *from_thread(void *arg)
{
	drop(succeeds(IPC_PRIVATE, 1, 0600));
	return arg;
}

static void segments(void)
{
	/* The key contains the PID, so that no other program uses it. */
	key_t key = (key_t)(0x45540000 ^ getpid()), negative = (key_t)(0x80000000u ^ (unsigned)key);
	int id;

	fails(key, 4096, 0600, ENOENT);
	fails(key, 0, IPC_CREAT | 0600, EINVAL);
	id = succeeds(key, 4096, IPC_CREAT | IPC_EXCL | 0640);
	fails(key, 4096, IPC_CREAT | IPC_EXCL | 0640, EEXIST);
	CHECK(succeeds(key, 4096, 0600) == id);
	CHECK(succeeds(key, 0, 0) == id);
	CHECK(succeeds(key, 100, IPC_CREAT) == id);
	fails(key, 4097, 0600, EINVAL);
	drop(id);
	fails(key, 4096, 0600, ENOENT);

	CHECK(negative < 0);
	drop(succeeds(negative, 1, IPC_CREAT | 0600));
	/* A size of more than 32 bits. SHM_NORESERVE: the kernel reserves no memory for it. */
	drop(succeeds(IPC_PRIVATE, 1ul << 36, SHM_NORESERVE | 0600));
	/*
	 * Unknown flags are in the event too. The register has 64 bits, of which the kernel uses
	 * 32.
	 */
	id = (int)syscall(SYS_shmget, IPC_PRIVATE, 8192, 0xfeed000000000000 | 0x40000000 | 0600);
	CHECK(id >= 0);
	account_shmget(IPC_PRIVATE, 8192, 0x40000000 | 0600);
	drop(id);
}

static void not_permitted(void)
{
	key_t key = (key_t)(0x45540000 ^ getpid());
	int id = succeeds(key, 4096, IPC_CREAT | 0600);
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		CHECK(syscall(SYS_setresuid, 1, 1, 1) == 0);
		account_setuid();
		fails(key, 4096, 0600, EACCES);
		/* With these flags, the call requests no permission. */
		CHECK(succeeds(key, 4096, 0) == id);
		account_exit(0);
	}
	account_wait(pid, 0);
	drop(id);
}

static void in_a_namespace(void)
{
	pid_t pid = account_fork();

	if (!pid) {
		CHECK(unshare(CLONE_NEWIPC) == 0);
		CHECK(succeeds(7, 4096, IPC_CREAT | IPC_EXCL | 0600) >= 0);
		account_exit(0);
	}
	account_wait(pid, 0);
}

int main(int argc, char **argv, char **envp)
{
	pthread_t thread;

	(void)argc;
	account_begin(argv, envp);
	segments();
	not_permitted();
	in_a_namespace();
	CHECK(pthread_create(&thread, NULL, from_thread, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	return account_end();
}
