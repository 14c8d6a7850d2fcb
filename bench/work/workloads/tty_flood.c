/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workloads tty-flood-...: writes of one size to a terminal, one after the other. There is a
 * workload for each size.
 */
#include "bench/work/work.h"

/* bytes of a write, the same as text, position in tables, writes of a round */
#define SIZES(X)                          \
	X(1, "1 byte", 10, 120000)        \
	X(64, "64 bytes", 20, 100000)     \
	X(1024, "1,024 bytes", 30, 40000) \
	X(10000, "10,000 bytes", 40, 6000)

static void run(void *state, uint64_t count)
{
	work_flood_run(state, count);
}

#define SETUP(size, words, place_, work_)                          \
	static void *setup_##size(const struct runfiles *runfiles) \
	{                                                          \
		(void)runfiles;                                    \
		return work_flood_new(size);                       \
	}
SIZES(SETUP)

#define WORKLOAD(size, words, place_, work_)                                                  \
	{                                                                                     \
		.name = "tty-flood-" #size,                                                   \
		.doc = "writes of " words " to a pseudo-terminal whose other end is drained", \
		.operation = "write",                                                         \
		.events = "tty-write",                                                        \
		.order = (place_),                                                            \
		.work = (work_),                                                              \
		.tty_bytes = (size),                                                          \
		.setup = setup_##size,                                                        \
		.run = run,                                                                   \
	},

static struct bench_workload workloads[] = { SIZES(WORKLOAD) };

__attribute__((constructor)) static void register_all(void)
{
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		bench_register_workload(&workloads[i]);
}
