/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exits by a signal: sent by another process, raised by a fault, of a process with several threads,
 * and with a core file.
 */
#include "tools/cases/account.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * State of the child. The parent adds the exit when waitpid(2) has shown whether there is a core
 * file.
 */
static struct account_snap *shared;

static void allow_core(bool allow)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_CORE, &limit) == 0);
	limit.rlim_cur = allow ? limit.rlim_max : 0;
	CHECK(setrlimit(RLIMIT_CORE, &limit) == 0);
	CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
}

static void raised(int signo, bool core)
{
	int status;
	pid_t pid;

	pid = account_fork();
	if (!pid) {
		allow_core(core);
		account_snap(shared);
		signal(signo, SIG_DFL);
		if (signo == SIGSEGV)
			*(volatile int *)8 = 1;
		else
			kill(getpid(), signo);
		pause();
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signo);
	CHECK(core || !WCOREDUMP(status));
	account_exited(shared, 0, signo, WCOREDUMP(status));
}

static void *waits(void *arg)
{
	prctl(PR_SET_NAME, "second");
	account_snap(shared + 1);
	CHECK(write(*(int *)arg, "", 1) == 1);
	pause();
	return NULL;
}

static void killed_with_threads(void)
{
	int ready[2], status;
	pthread_t thread;
	pid_t pid;
	char c;

	CHECK(pipe(ready) == 0);
	pid = account_fork();
	if (!pid) {
		prctl(PR_SET_NAME, "first");
		account_snap(shared);
		CHECK(pthread_create(&thread, NULL, waits, &ready[1]) == 0);
		pause();
	}
	CHECK(read(ready[0], &c, 1) == 1);
	CHECK(kill(pid, SIGKILL) == 0);
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
	account_exited_any(shared, shared + 1, 0, SIGKILL);
}

int main(int argc, char **argv, char **envp)
{
	const int signals[] = { SIGKILL, SIGTERM, SIGINT,  SIGHUP, SIGPIPE,  SIGALRM,
				SIGUSR1, SIGSEGV, SIGABRT, SIGSYS, SIGRTMIN, SIGRTMAX };
	char dir[64];

	(void)argc;
	account_begin(argv, envp);
	shared = mmap(NULL, 2 * sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	CHECK(shared != MAP_FAILED);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		raised(signals[i], false);
	killed_with_threads();

	/* The host's settings decide whether there is a core file. waitpid(2) shows that. */
	snprintf(dir, sizeof(dir), "%s", account_tmpdir());
	CHECK(chdir(dir) == 0);
	raised(SIGSEGV, true);
	raised(SIGABRT, true);
	CHECK(chdir("/") == 0);
	snprintf(dir + strlen(dir), sizeof(dir) - strlen(dir), "/core");
	unlink(dir);
	*strrchr(dir, '/') = '\0';
	rmdir(dir);
	return account_end();
}
