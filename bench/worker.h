/* SPDX-License-Identifier: BSD-2-Clause */
/* A workload in a process of its own. */
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
 * worker_start() - set a workload up, and run it a little, so that caches are warm
 * @place:	handed to it
 * @workload:	what
 * @work:	operations to do
 * @warm:	operations to do before
 * @duration_s:	instead of @work: run so long; 0: not
 * @ret:	receives the worker, which waits for worker_go(); ended by worker_end()
 *
 * Return: 0 or a negative errno.
 */
int worker_start(const struct bench_place *place, const struct bench_workload *workload,
		 uint64_t work, uint64_t warm, double duration_s, struct worker **ret);

pid_t worker_pid(const struct worker *w);

/* Let it run to its end. Return: 0 or a negative errno. */
int worker_go(struct worker *w, struct worker_result *ret);

/* End the process. */
void worker_end(struct worker *w);

#endif /* BENCH_WORKER_H */
