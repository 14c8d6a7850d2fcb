/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Child processes of a test. No shell is involved. Between fork and exec, the child only makes
 * system calls.
 */
#ifndef TOOLS_LIVETEST_PROC_H
#define TOOLS_LIVETEST_PROC_H

#include <stdint.h>
#include <sys/types.h>

struct proc_options {
	const char *const *argv; /* argv[0] is also the path, unless program_fd is set */
	const char *const *envp; /* NULL: the caller's environment */
	/* descriptor of the program, if its path cannot be used; 0: use argv[0] */
	int program_fd;
	int in, out, err; /* descriptors for 0, 1, 2; 0: /dev/null */
	/*
	 * Called in the child before the exec, when descriptors 0 to 2 are set. Returns 0, or an
	 * errno, with which proc_spawn() fails.
	 */
	int (*prepare)(void *ctx);
	void *prepare_ctx;
};

/**
 * proc_spawn() - start a program in a new session
 * @opts:	options
 * @ret:	receives its PID
 *
 * Return: 0 after the exec, or a negative errno of the call that failed in the parent or the child.
 */
int proc_spawn(const struct proc_options *opts, pid_t *ret);

/**
 * proc_wait() - wait for a child, and kill it after a time-out
 * @pid:	the child
 * @timeout_ms:	multiplied by LIVETEST_TIME_SCALE
 * @ret_status:	receives the status of waitpid(2)
 *
 * Return: 0, -ETIMEDOUT if the child was killed, or a negative errno.
 */
int proc_wait(pid_t pid, int timeout_ms, int *ret_status);

/*
 * Start a program and wait until it ends, as proc_spawn() and proc_wait(). Return: the status of
 * waitpid(2), or a negative errno.
 */
int proc_run(const struct proc_options *opts, int timeout_ms);

/*
 * Multiply @ms milliseconds by LIVETEST_TIME_SCALE in the environment, which is above 1 in
 * emulators.
 */
int proc_scaled_ms(int ms);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t proc_now_ns(void);

/* Read @fd to its end, or for @timeout_ms (scaled). Return: a string for free(3), never NULL. */
char *proc_read_all(int fd, int timeout_ms);

#endif /* TOOLS_LIVETEST_PROC_H */
