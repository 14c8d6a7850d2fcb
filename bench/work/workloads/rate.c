/* SPDX-License-Identifier: BSD-2-Clause */
/* Workloads rate-...: events at a fixed rate, one workload for each rate. */
#include <stdlib.h>

#include "bench/work/work.h"
#include "tools/cases/account.h"

struct rate {
	struct work_spawn *spawn; /* NULL: writes to a terminal */
	struct work_flood *flood;
	uint64_t interval_ns;
};

static void one(void *state)
{
	struct rate *rate = state;

	if (rate->spawn)
		work_spawn_run(rate->spawn, 1);
	else
		work_flood_run(rate->flood, 1);
}

static void run(void *state, uint64_t count)
{
	struct rate *rate = state;

	work_pace(one, rate, rate->interval_ns, count);
}

static struct rate *rate_new(uint64_t per_second)
{
	struct rate *rate = calloc(1, sizeof(*rate));

	CHECK(rate);
	rate->interval_ns = 1000000000 / per_second;
	return rate;
}

/* events a second, as text, position in tables, events of a round */
#define EXECS(X)                  \
	X(1, "1", 70, 3)          \
	X(20, "20", 71, 30)       \
	X(100, "100", 72, 100)    \
	X(300, "300", 73, 300)    \
	X(1000, "1,000", 74, 800) \
	X(10000, "10,000", 75, 1500)

#define WRITES(X)                       \
	X(1000, "1,000", 80, 1000)      \
	X(10000, "10,000", 81, 8000)    \
	X(100000, "100,000", 82, 60000) \
	X(1000000, "1,000,000", 83, 300000)

#define SETUP_EXEC(rate_, words, place_, work_)                          \
	static void *setup_exec_##rate_(const struct runfiles *runfiles) \
	{                                                                \
		struct rate *rate = rate_new(rate_);                     \
                                                                         \
		rate->spawn = work_spawn_new(runfiles);                  \
		return rate;                                             \
	}
EXECS(SETUP_EXEC)

#define SETUP_WRITE(rate_, words, place_, work_)                          \
	static void *setup_write_##rate_(const struct runfiles *runfiles) \
	{                                                                 \
		struct rate *rate = rate_new(rate_);                      \
                                                                          \
		(void)runfiles;                                           \
		rate->flood = work_flood_new(1);                          \
		return rate;                                              \
	}
WRITES(SETUP_WRITE)

#define EXEC(rate_, words, place_, work_)                                                   \
	{                                                                                   \
		.name = "rate-exec-" #rate_,                                                \
		.doc = words " starts a second of a program with one 10,000-byte argument", \
		.operation = "exec",                                                        \
		.events = "exec",                                                           \
		.order = (place_),                                                          \
		.work = (work_),                                                            \
		.argv_bytes = WORK_ARGUMENT + 6,                                            \
		.latency = true,                                                            \
		.setup = setup_exec_##rate_,                                                \
		.run = run,                                                                 \
	},

#define WRITE(rate_, words, place_, work_)                                        \
	{                                                                         \
		.name = "rate-write-" #rate_,                                     \
		.doc = words " writes of one byte a second to a pseudo-terminal", \
		.operation = "write",                                             \
		.events = "tty-write",                                            \
		.order = (place_),                                                \
		.work = (work_),                                                  \
		.tty_bytes = 1,                                                   \
		.latency = true,                                                  \
		.setup = setup_write_##rate_,                                     \
		.run = run,                                                       \
	},

static struct bench_workload workloads[] = { EXECS(EXEC) WRITES(WRITE) };

__attribute__((constructor)) static void register_all(void)
{
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		bench_register_workload(&workloads[i]);
}
