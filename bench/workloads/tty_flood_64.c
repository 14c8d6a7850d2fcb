/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work.h"

#define SIZE 64

static void *setup(const struct bench_place *place)
{
	(void)place;
	return work_flood_new(SIZE);
}

static void run(void *state, uint64_t count)
{
	work_flood_run(state, count);
}

static struct bench_workload workload = {
	.name = "tty-flood-64",
	.doc = "writes of 64 bytes to a pseudo-terminal whose other end is drained",
	.operation = "write",
	.events = "tty-write",
	.order = 20,
	.work = 100000,
	.tty_bytes = SIZE,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
