/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/livetest/memory.h"

int proc_scaled_ms(int ms)
{
	const char *scale = getenv("LIVETEST_TIME_SCALE");
	long n = scale ? strtol(scale, NULL, 10) : 1;

	return n > 1 ? ms * (int)n : ms;
}

uint64_t proc_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

/*
 * Copy the arguments to memory that this process has written. An exec that fails early has not read
 * its arguments, and literals can be in pages that are not in memory. An event would then lack the
 * arguments.
 */
static char **touched(const char *const *argv)
{
	size_t count = 0;
	char **copy;

	while (argv[count])
		count++;
	copy = must_realloc(NULL, (count + 1) * sizeof(*copy));
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(argv[i]) + 1;

		copy[i] = memcpy(must_realloc(NULL, size), argv[i], size);
	}
	copy[count] = NULL;
	return copy;
}

static int child(const struct proc_options *opts)
{
	char *const *envp = opts->envp ? (char *const *)opts->envp : environ;
	char *const *argv = touched(opts->argv);
	const int fds[] = { opts->in, opts->out, opts->err };
	int null, err;

	if (setsid() < 0)
		return errno;
	null = open("/dev/null", O_RDWR);
	if (null < 0)
		return errno;
	for (int i = 0; i < 3; i++) {
		if (dup2(fds[i] ? fds[i] : null, i) < 0)
			return errno;
	}
	if (opts->prepare) {
		err = opts->prepare(opts->prepare_ctx);
		if (err)
			return err;
	}
	if (opts->program_fd)
		syscall(SYS_execveat, opts->program_fd, "", argv, envp, AT_EMPTY_PATH);
	else
		execve(opts->argv[0], argv, envp);
	return errno;
}

int proc_spawn(const struct proc_options *opts, pid_t *ret)
{
	int failed[2], err = 0;
	pid_t pid;

	/*
	 * A successful exec closes the pipe. If the exec fails, the child writes its errno to the
	 * pipe.
	 */
	if (pipe2(failed, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		err = child(opts);
		if (write(failed[1], &err, sizeof(err)) < 0)
			_exit(98);
		_exit(97);
	}
	close(failed[1]);
	if (read(failed[0], &err, sizeof(err)) != sizeof(err))
		err = 0;
	close(failed[0]);
	if (err) {
		waitpid(pid, NULL, 0);
		return -err;
	}
	*ret = pid;
	return 0;
}

int proc_wait(pid_t pid, int timeout_ms, int *ret_status)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(timeout_ms) * 1000000;
	pid_t got;

	/*
	 * Poll: this needs no signal handler and no pidfd (5.3), and a delay of 1 ms does not
	 * matter.
	 */
	while ((got = waitpid(pid, ret_status, WNOHANG)) == 0) {
		if (proc_now_ns() > end) {
			kill(pid, SIGKILL);
			waitpid(pid, ret_status, 0);
			return -ETIMEDOUT;
		}
		usleep(1000);
	}
	return got < 0 ? -errno : 0;
}

int proc_run(const struct proc_options *opts, int timeout_ms)
{
	int r, status = 0;
	pid_t pid = -1;

	r = proc_spawn(opts, &pid);
	if (r == 0)
		r = proc_wait(pid, timeout_ms, &status);
	return r < 0 ? r : status;
}

char *proc_read_all(int fd, int timeout_ms)
{
	uint64_t end = proc_now_ns() + (uint64_t)proc_scaled_ms(timeout_ms) * 1000000;
	size_t len = 0, size = 65536;
	char *buf = must_realloc(NULL, size);

	for (;;) {
		int64_t left = (int64_t)(end - proc_now_ns()) / 1000000;
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			break;
		n = read(fd, buf + len, size - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (size - len < 2) {
			size *= 2;
			buf = must_realloc(buf, size);
		}
	}
	buf[len] = '\0';
	return buf;
}
