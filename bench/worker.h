/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a workload in a separate process. */
#ifndef BENCH_WORKER_H
#define BENCH_WORKER_H

#include <stdint.h>
#include <sys/types.h>

#include "bench/bench.h"

struct worker;

struct worker_result {
	double wall_s;
	uint64_t operations;
};

/**
 * worker_start() - set up a workload, and run the warm-up
 * @runfiles:	passed to the workload
 * @workload:	the workload
 * @work:	operations to do
 * @warm:	operations of the warm-up
 * @duration_s:	seconds to run, instead of @work; 0: use @work
 * @ret:	receives the worker, which waits for worker_go(); worker_end() ends it
 *
 * Return: 0 or a negative errno.
 */
int worker_start(const struct runfiles *runfiles, const struct bench_workload *workload,
		 uint64_t work, uint64_t warm, double duration_s, struct worker **ret);

pid_t worker_pid(const struct worker *w);

/* Run the workload to its end. Return: 0 or a negative errno. */
int worker_go(struct worker *w, struct worker_result *ret);

/* End the process. */
void worker_end(struct worker *w);

#endif /* BENCH_WORKER_H */
