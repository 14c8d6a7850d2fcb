/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that a measurement starts. They end with it. Functions return 0 or a negative errno. */
#ifndef TOOLS_SHIP_BENCH_CHILD_H
#define TOOLS_SHIP_BENCH_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Start a program with the words @argv, which end with NULL. What it prints is appended to the file
 * @output.
 */
int child_start(const char *const *argv, const char *output, pid_t *ret);

/*
 * Wait for the end of a child, two minutes at most. If it fails, print its output. -EIO: its exit
 * status is not 0.
 */
int child_wait(pid_t pid, const char *name, const char *output);

/* Start a program, and wait for its end. @ret_s: receives the seconds that this took. */
int child_run(const char *const *argv, const char *output, double *ret_s);

/* The same, with any exit status: the caller looks at the output. */
int child_run_any(const char *const *argv, const char *output, double *ret_s);

/* The number in front of @unit in a file; the last one. -ENOENT: there is none. */
int child_number(const char *output, const char *unit, double *ret);

/* CPU time of all threads of a running process, in seconds; 0: the process has ended. */
double child_cpu_s(pid_t pid);

/* CLOCK_MONOTONIC in seconds. */
double child_now_s(void);

#endif /* TOOLS_SHIP_BENCH_CHILD_H */
