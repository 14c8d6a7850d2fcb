/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workload argv-spread: a static program runs back to back, with arguments of sizes that real
 * programs have.
 */
#include "bench/work/work.h"

#include <stdlib.h>

#include "tools/cases/account.h"

/*
 * Bytes of all arguments of an exec, with their terminating NULs, one value for each percent of the
 * execs. "eventstrace -e exec" recorded 2,167 execs in 75 s, on a machine with Linux 6.18. Five
 * developers built and tested this project there. Half of these execs are shells and small tools,
 * most others call the compiler. One exec in 1,000 had more than 19,000 bytes, and is not in the
 * table.
 */
static const unsigned short sizes[] = {
	4,    5,    9,    12,   21,   24,   29,   34,   35,   37,   38,   41,   43,   43,   44,
	45,   46,   47,   47,   48,   49,   51,   56,   58,   58,   59,   60,   61,   62,   64,
	66,   70,   71,   76,   79,   79,   79,   79,   79,   79,   79,   79,   79,   79,   79,
	79,   79,   79,   82,   84,   99,   145,  162,  172,  181,  207,  279,  385,  467,  523,
	535,  1108, 1189, 1212, 1216, 1220, 1236, 1280, 1308, 1332, 1347, 1378, 1403, 1411, 1414,
	1419, 1440, 1460, 1484, 1492, 1516, 1531, 1546, 1561, 1569, 1573, 1577, 1605, 1634, 1653,
	1669, 1685, 1694, 1719, 1772, 1821, 1845, 1869, 2032, 2594,
};

#define COUNT (sizeof(sizes) / sizeof(*sizes))

/* Coprime to COUNT, so that every size is used, and small and large sizes alternate. */
#define STRIDE 37

struct spread {
	struct work_spawn *spawn;
	size_t at;
};

static void *setup(const struct runfiles *runfiles)
{
	struct spread *spread = calloc(1, sizeof(*spread));

	CHECK(spread);
	spread->spawn = work_spawn_new(runfiles);
	return spread;
}

static void run(void *state, uint64_t count)
{
	struct spread *spread = state;

	while (count--) {
		work_spawn_resize(spread->spawn, sizes[spread->at]);
		work_spawn_run(spread->spawn, 1);
		spread->at = (spread->at + STRIDE) % COUNT;
	}
}

static struct bench_workload workload = {
	.name = "argv-spread",
	.doc = "a static program with arguments as on a machine that builds software, back to back",
	.operation = "exec",
	.events = "fork,exec,exit",
	.order = 1,
	.work = 600,
	.argv_bytes = 658, /* the mean of sizes[] */
	.varied = true,
	.setup = setup,
	.run = run,
};
BENCH_WORKLOAD(workload)
