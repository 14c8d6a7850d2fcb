/* SPDX-License-Identifier: BSD-2-Clause */
/* Measures workloads and rows in rounds. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench/run/result.h"

/* Names of registered workloads or rows. Without names, all are chosen. */
struct run_choice {
	const char *const *names;
	size_t count;
};

struct run_options {
	struct result_config config;
	struct run_choice workloads, rows;
	struct run_choice flags; /* additional flags for eventstrace */
	bool no_environment;     /* omit the environment, which takes a second */
};

/**
 * run_begin() - prepare measurements of cells
 * @ret_runfiles:	receives the paths for the workloads
 * @ret_stats_fd:	receives a descriptor; while it is open, the kernel measures BPF programs
 *
 * Prints failures on stderr.
 *
 * Return: 0 or a negative errno. After success, the caller calls run_end().
 */
int run_begin(struct runfiles *ret_runfiles, int *ret_stats_fd);
void run_end(const struct runfiles *runfiles, int stats_fd);

/**
 * run_all() - measure all chosen workloads under all chosen rows
 * @opts:		the choice
 * @ret:		receives the result; the caller frees it with result_done()
 *
 * Every round measures each row of each workload once, in a different order each time. Prints
 * progress and failures on stderr.
 *
 * Return: 0 or a negative errno.
 */
int run_all(const struct run_options *opts, struct result *ret);

/*
 * Check that the caller has the needed privileges. If not, print which one is missing. Return: 0,
 * or -EPERM.
 */
int run_check_privileges(void);

#endif /* BENCH_RUN_H */
