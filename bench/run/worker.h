/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a workload in a separate process. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/work/bench.h"

struct worker;

struct worker_result {
	double wall_s;
	uint64_t operations;
};

struct worker_options {
	const struct runfiles *runfiles; /* passed to the workload */
	const struct bench_workload *workload;
	uint64_t work;     /* operations to do in each worker_go() */
	uint64_t warm;     /* operations of the warm-up */
	double duration_s; /* seconds to run, instead of @work; 0: use @work */
	bool one_cpu;      /* run on one CPU only, with all that the workload starts */
};

/**
 * worker_start() - set up a workload, and run the warm-up
 * @o:		the workload and how much of it to do
 * @ret:	receives the worker, which waits for worker_go(); worker_end() ends it
 *
 * Return: 0 or a negative errno.
 */
int worker_start(const struct worker_options *o, struct worker **ret);

pid_t worker_pid(const struct worker *w);

/* Run the workload to its end; may be called again. Return: 0 or a negative errno. */
int worker_go(struct worker *w, struct worker_result *ret);

/* End the process, and free @w. */
void worker_end(struct worker *w);

#endif /* BENCH_WORKER_H */
