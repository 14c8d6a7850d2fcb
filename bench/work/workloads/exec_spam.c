/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/work.h"

static void *setup(const struct runfiles *runfiles)
{
	return work_spawn_new(runfiles);
}

static void run(void *state, uint64_t count)
{
	work_spawn_run(state, count);
}

static struct bench_workload workload = {
	.name = "exec-spam",
	.doc = "a static program with one 10,000-byte argument, run back to back",
	.operation = "exec",
	.events = "fork,exec,exit",
	.order = 0,
	.work = 600,
	.argv_bytes = WORK_ARGUMENT + 6,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
