/* SPDX-License-Identifier: BSD-2-Clause */
/* Rounds over workloads and rows. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench/result.h"

/* Names to choose from what is registered; no names: everything. */
struct run_choice {
	const char *const *names;
	size_t count;
};

struct run_options {
	struct result_config config;
	struct run_choice workloads, rows;
	struct run_choice flags; /* more of them, for eventstrace */
};

/**
 * run_all() - measure everything that is chosen
 * @opts:	what
 * @ret:	receives the result; the caller frees it with result_done()
 *
 * Every round measures every row of every workload once, in another order each time. Progress and
 * what goes wrong are on stderr.
 *
 * Return: 0 or a negative errno.
 */
int run_all(const struct run_options *opts, struct result *ret);

/* Can it be run by whom it is run by? If not, says so. Return: 0, or -EPERM. */
int run_check_privileges(void);

#endif /* BENCH_RUN_H */
