/* SPDX-License-Identifier: BSD-2-Clause */
/* Child processes of a test. No shell is used, and only system calls between fork and exec. */
#ifndef TOOLS_LIVETEST_PROC_H
#define TOOLS_LIVETEST_PROC_H

#include <stdint.h>
#include <sys/types.h>

struct proc_options {
	const char *const *argv; /* argv[0] is the path too, unless program_fd is set */
	const char *const *envp; /* NULL: the caller's environment */
	int program_fd;          /* the program, if its path cannot be reached; 0: use argv[0] */
	int in, out, err;        /* descriptors for 0, 1, 2; 0: /dev/null */
	/* Called in the child before exec, after the above. Returns 0, or an errno to give up. */
	int (*prepare)(void *ctx);
	void *prepare_ctx;
};

/**
 * proc_spawn() - start a program in a session of its own
 * @opts:	options
 * @ret:	receives its PID
 *
 * Return: 0 once it runs, or a negative errno of what failed in parent or child.
 */
int proc_spawn(const struct proc_options *opts, pid_t *ret);

/**
 * proc_wait() - wait for a child, and kill it after a time-out
 * @pid:	the child
 * @timeout_ms:	multiplied by LIVETEST_TIME_SCALE
 * @ret_status:	receives the status of waitpid(2)
 *
 * Return: 0, -ETIMEDOUT if it had to be killed, or a negative errno.
 */
int proc_wait(pid_t pid, int timeout_ms, int *ret_status);

/* Multiply milliseconds by the environment's LIVETEST_TIME_SCALE: emulators are slow. */
int proc_scaled_ms(int ms);

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t proc_now_ns(void);

/* Read @fd to its end or for @timeout_ms (scaled); returns a string to free(), never NULL. */
char *proc_read_all(int fd, int timeout_ms);

#endif /* TOOLS_LIVETEST_PROC_H */
