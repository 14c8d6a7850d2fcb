/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ptrace(2): a successful PTRACE_ATTACH or PTRACE_SEIZE is an event, unless the tracer is the
 * tracee's parent. PTRACE_TRACEME, other requests to a tracee, and failed calls are no events.
 */
#include "tools/cases/account.h"

#include <elf.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define TARGETS 3

/* Memory that the processes share. */
static struct shared {
	/* states of the targets; in of_a_thread(), index 1 is the second thread */
	struct account_snap snap[TARGETS];
	/* number of each target in its own PID namespace; 0: not ready */
	_Atomic pid_t ready[TARGETS];
	_Atomic pid_t second; /* tid of a target's second thread */
	_Atomic bool release, orphaned;
} *shared;

static long trace(long request, pid_t pid)
{
	return syscall(SYS_ptrace, request, (long)pid, 0L, 0L);
}

static void fails(long request, pid_t pid, int error)
{
	CHECK(trace(request, pid) == -1 && errno == error);
}

/* Wait until the tracee @pid has stopped, read its registers, and detach. */
static void let_go(pid_t pid)
{
	struct user_regs_struct regs;
	struct iovec to = { &regs, sizeof(regs) };
	int status;

	CHECK(waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status));
	CHECK(syscall(SYS_ptrace, PTRACE_GETREGSET, (long)pid, (long)NT_PRSTATUS, &to) == 0);
	CHECK(trace(PTRACE_DETACH, pid) == 0);
}

/*
 * Attach to @pid by both requests. @child is the process number in the events; 0: there is no
 * event.
 */
static void attaches(pid_t pid, uint32_t child)
{
	CHECK(trace(PTRACE_ATTACH, pid) == 0);
	if (child)
		account_ptrace(PTRACE_ATTACH, child);
	/* The kernel refuses to attach to a tracee. */
	fails(PTRACE_ATTACH, pid, EPERM);
	fails(PTRACE_SEIZE, pid, EPERM);
	let_go(pid);

	CHECK(trace(PTRACE_SEIZE, pid) == 0);
	if (child)
		account_ptrace(PTRACE_SEIZE, child);
	CHECK(trace(PTRACE_INTERRUPT, pid) == 0);
	let_go(pid);
}

/* ---- targets ------------------------------------------------------------------------------ */

static pid_t wait_ready(int i)
{
	while (!shared->ready[i])
		usleep(1000);
	return shared->ready[i];
}

static void be_target(int i)
{
	account_snap(&shared->snap[i]);
	shared->ready[i] = getpid();
	for (;;)
		pause();
}

static pid_t target(int i)
{
	pid_t pid;

	shared->ready[i] = 0;
	pid = account_fork();
	if (!pid)
		be_target(i);
	wait_ready(i);
	return pid;
}

static void end_target(pid_t pid, int i)
{
	int status;

	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	account_exited(&shared->snap[i], 0, SIGKILL, false);
}

/* ---- tracers ------------------------------------------------------------------------------ */

static uint32_t thread_child;

static void *attaches_from_thread(void *arg)
{
	attaches(*(pid_t *)arg, thread_child);
	return arg;
}

static void attaches_in_thread(pid_t pid, uint32_t child)
{
	pthread_t thread;

	thread_child = child;
	CHECK(pthread_create(&thread, NULL, attaches_from_thread, &pid) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
}

/* A sibling of the targets attaches to one target, then to several at the same time. */
static void by_brother(void)
{
	pid_t pids[TARGETS], pid;

	for (int i = 0; i < TARGETS; i++)
		pids[i] = target(i);
	pid = account_fork();
	if (!pid) {
		attaches(pids[0], (uint32_t)pids[0]);
		attaches_in_thread(pids[0], (uint32_t)pids[0]);
		for (int i = 0; i < TARGETS; i++) {
			CHECK(trace(PTRACE_SEIZE, pids[i]) == 0);
			account_ptrace(PTRACE_SEIZE, (uint32_t)pids[i]);
		}
		/* The exit of the tracer detaches the tracees. */
		account_exit(0);
	}
	account_wait(pid, 0);

	/* A process without the permission to trace. */
	pid = account_fork();
	if (!pid) {
		CHECK(syscall(SYS_setresuid, 1, 1, 1) == 0);
		account_setuid();
		fails(PTRACE_ATTACH, pids[0], EPERM);
		fails(PTRACE_SEIZE, pids[0], EPERM);
		account_exit(0);
	}
	account_wait(pid, 0);

	for (int i = 0; i < TARGETS; i++)
		end_target(pids[i], i);
}

/* The parent attaches: from the thread that forked, and from another thread. */
static void by_parent(void)
{
	pid_t pid = target(0);

	attaches(pid, 0);
	attaches_in_thread(pid, 0);
	end_target(pid, 0);
}

static void *second_thread(void *arg)
{
	prctl(PR_SET_NAME, "second");
	account_snap(&shared->snap[1]);
	shared->second = (pid_t)syscall(SYS_gettid);
	for (;;)
		pause();
	return arg;
}

/* Attach to a thread that is not the first. The event has the number of its process. */
static void of_a_thread(void)
{
	pid_t pid, brother;
	pthread_t thread;
	int status;

	shared->ready[0] = shared->second = 0;
	pid = account_fork();
	if (!pid) {
		CHECK(pthread_create(&thread, NULL, second_thread, NULL) == 0);
		be_target(0);
	}
	wait_ready(0);
	while (!shared->second)
		usleep(1000);
	brother = account_fork();
	if (!brother) {
		attaches(shared->second, (uint32_t)pid);
		account_exit(0);
	}
	account_wait(brother, 0);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	account_exited_any(&shared->snap[0], &shared->snap[1], 0, SIGKILL);
}

/*
 * Attaching to a grandchild is an event. After its parent has ended, the grandchild is a child of
 * this process, and attaching is no event.
 */
static void of_a_grandchild(void)
{
	pid_t pid, self = getpid(), grandchild;

	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	shared->ready[0] = 0;
	shared->release = shared->orphaned = false;
	pid = account_fork();
	if (!pid) {
		pid = account_fork();
		if (!pid) {
			shared->ready[0] = getpid();
			while (getppid() != self)
				usleep(1000);
			account_snap(&shared->snap[0]);
			shared->orphaned = true;
			for (;;)
				pause();
		}
		while (!shared->release)
			usleep(1000);
		account_exit(5);
	}
	grandchild = wait_ready(0);
	attaches(grandchild, (uint32_t)grandchild);
	shared->release = true;
	account_wait(pid, 5);
	while (!shared->orphaned)
		usleep(1000);
	attaches(grandchild, 0);
	end_target(grandchild, 0);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

/* The caller is in a PID namespace. The event has the number in the initial PID namespace. */
static void in_a_namespace(void)
{
	pid_t pid, inner, brother;

	pid = account_fork();
	if (!pid) {
		CHECK(unshare(CLONE_NEWPID) == 0);
		inner = account_fork();
		if (!inner) {
			inner = target(0);
			CHECK((uint32_t)inner != shared->snap[0].pids.tgid);
			brother = account_fork();
			if (!brother) {
				attaches(inner, shared->snap[0].pids.tgid);
				account_exit(0);
			}
			account_wait(brother, 0);
			end_target(inner, 0);
			account_exit(0);
		}
		account_wait(inner, 0);
		account_exit(0);
	}
	account_wait(pid, 0);
}

/* Attach directly before or after the target's exit. The result of the call shows which. */
static void of_the_dying(void)
{
	for (int i = 0; i < 20; i++) {
		long request = i % 2 ? PTRACE_ATTACH : PTRACE_SEIZE;
		pid_t pid = target(0), brother;
		int status;

		brother = account_fork();
		if (!brother) {
			CHECK(kill(pid, SIGKILL) == 0);
			if (trace(request, pid) == 0)
				account_ptrace(request, (uint32_t)pid);
			else
				CHECK(errno == ESRCH || errno == EPERM);
			account_exit(0);
		}
		account_wait(brother, 0);
		CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
		account_exited(&shared->snap[0], 0, SIGKILL, false);
	}
}

static void nothing(void)
{
	int status;
	pid_t pid;

	fails(PTRACE_ATTACH, getpid(), EPERM);
	fails(PTRACE_SEIZE, getpid(), EPERM);
	fails(PTRACE_ATTACH, 0x3fffffff, ESRCH);
	fails(PTRACE_SEIZE, 0x3fffffff, ESRCH);
	pid = account_fork();
	if (!pid) {
		CHECK(trace(PTRACE_TRACEME, 0) == 0);
		raise(SIGSTOP);
		account_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
	CHECK(trace(PTRACE_CONT, pid) == 0);
	account_wait(pid, 0);
}

int main(int argc, char **argv, char **envp)
{
	(void)argc;
	account_begin(argv, envp);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	CHECK(shared != MAP_FAILED);
	by_brother();
	by_parent();
	of_a_thread();
	of_a_grandchild();
	in_a_namespace();
	of_the_dying();
	nothing();
	return account_end();
}
