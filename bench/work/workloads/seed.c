/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workload seed: the seed's own experiment. A shell on a terminal runs ls in a loop, with an
 * argument of 10,000 bytes. ls prints an error with the whole argument to the terminal. As in the
 * experiment, the tracer records all process events.
 */
#include "bench/work/work.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/cases/account.h"
#include "tools/cases/pty.h"

static const char script[] = "i=0; while [ $i -lt $2 ]; do ls \"$1\"; i=$((i+1)); done";

struct seed {
	struct pty pty;
	char argument[WORK_ARGUMENT + 1];
};

static const char *missing(void)
{
	if (access("/bin/sh", X_OK) < 0)
		return "there is no /bin/sh";
	if (access("/bin/ls", X_OK) < 0 && access("/usr/bin/ls", X_OK) < 0)
		return "there is no ls in /bin or /usr/bin";
	return NULL;
}

static void *setup(const struct runfiles *runfiles)
{
	struct seed *seed = calloc(1, sizeof(*seed));

	(void)runfiles;
	CHECK(seed);
	memset(seed->argument, 'a', WORK_ARGUMENT);
	pty_open(&seed->pty);
	pty_drain(&seed->pty);
	return seed;
}

static void run(void *state, uint64_t count)
{
	static char *const envp[] = { (char *)"PATH=/usr/bin:/bin", (char *)"LC_ALL=C", NULL };
	struct seed *seed = state;
	char number[24];
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)script, (char *)"sh", seed->argument,
			 number,       NULL };
	int status;
	pid_t pid;

	snprintf(number, sizeof(number), "%llu", (unsigned long long)count);
	pid = fork();
	CHECK(pid >= 0);
	if (!pid) {
		CHECK(setsid() > 0 && ioctl(seed->pty.slave, TIOCSCTTY, 0) == 0);
		for (int fd = 0; fd < 3; fd++)
			CHECK(dup2(seed->pty.slave, fd) == fd);
		execve("/bin/sh", argv, envp);
		_exit(127);
	}
	/*
	 * ls exits with 2, because the file name is too long. With 127, the shell has not found ls.
	 */
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) != 127);
}

static struct bench_workload workload = {
	.name = "seed",
	.doc = "a shell on a pseudo-terminal that runs ls with a 10,000-byte argument in a loop",
	.operation = "ls",
	.events = "process",
	.order = 50,
	.work = 250,
	.tty_bytes = WORK_ARGUMENT,
	.argv_bytes = WORK_ARGUMENT + 4,
	.missing = missing,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
