/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/work/work.h"

#include <pthread.h>
#include <stdlib.h>

#include "tools/cases/account.h"

/* This number of writes takes about as long as one program. */
#define WRITES_PER_EXEC 150

struct both {
	struct work_spawn *spawn;
	struct work_flood *flood;
	uint64_t writes;
};

static void *setup(const struct runfiles *runfiles)
{
	struct both *both = calloc(1, sizeof(*both));

	CHECK(both);
	both->spawn = work_spawn_new(runfiles);
	both->flood = work_flood_new(1);
	return both;
}

static void *write_all(void *arg)
{
	struct both *both = arg;

	work_flood_run(both->flood, both->writes);
	return NULL;
}

static void run(void *state, uint64_t count)
{
	struct both *both = state;
	pthread_t thread;

	both->writes = count * WRITES_PER_EXEC;
	CHECK(pthread_create(&thread, NULL, write_all, both) == 0);
	work_spawn_run(both->spawn, count);
	CHECK(pthread_join(thread, NULL) == 0);
}

static struct bench_workload workload = {
	.name = "mixed",
	.doc = "exec-spam and tty-flood-1 at once, 150 writes for each exec",
	.operation = "exec and 150 writes",
	.events = "fork,exec,exit,tty-write",
	.order = 60,
	.work = 500,
	.tty_bytes = 1,
	.argv_bytes = WORK_ARGUMENT + 6,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
