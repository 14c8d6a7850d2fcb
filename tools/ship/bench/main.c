/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures eventstrace-ship with a cluster of three nodes of its own:
 *
 *	./bazelw run //tools/ship/bench -- latency|cost|throughput|compression [FOLDER]
 *
 * docs/fleet.md has the figures. latency and cost trace, so they need root.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/fleet/runfiles.h"
#include "tools/fleet/temporary.h"
#include "tools/ship/bench/bench.h"
#include "tools/ship/bench/load.h"
#include "tools/ship/isolate.h"

static const struct measurement {
	const char *name;
	int (*run)(const struct bench *bench);
	const char *help;
} measurements[] = {
	{ "latency", bench_latency, "from an event to a consumer, at 1,000 events a second" },
	{ "cost", bench_cost, "CPU time of recorder and sender beside that of --output=FILE" },
	{ "throughput", bench_throughput, "beside rdkafka_performance and ProducerPerformance" },
	{ "compression", bench_compression, "bytes of the segments of FOLDER, and of a topic" },
};

#define MEASUREMENTS (sizeof(measurements) / sizeof(*measurements))

static int usage(void)
{
	fputs("usage: bench MEASUREMENT [FOLDER]\n", stderr);
	for (size_t i = 0; i < MEASUREMENTS; i++)
		fprintf(stderr, "  %-12s %s\n", measurements[i].name, measurements[i].help);
	return 2;
}

static const struct measurement *find_measurement(const char *name)
{
	for (size_t i = 0; i < MEASUREMENTS; i++)
		if (strcmp(measurements[i].name, name) == 0)
			return &measurements[i];
	return NULL;
}

int main(int argc, char **argv)
{
	const struct measurement *measurement = argc > 1 ? find_measurement(argv[1]) : NULL;
	struct bench bench = { .folder = "/tmp/eventstrace-bench-XXXXXX" };
	int r;

	if (argc == 4 && strcmp(argv[1], "load") == 0)
		return load_main(argv[2], argv[3]);
	if (!measurement || argc > 3)
		return usage();
	bench.recording = argc > 2 ? argv[2] : NULL;
	if (ship_isolate() < 0 ||
	    fleet_runfile("eventstrace/tools/ship/eventstrace-ship", bench.ship) < 0)
		return 1;
	if (!mkdtemp(bench.folder)) {
		fprintf(stderr, "bench: cannot make a folder in /tmp: %s\n", strerror(errno));
		return 1;
	}
	r = fleet_temporary__start(NULL, &bench.cluster);
	if (r == 0)
		r = measurement->run(&bench);
	fleet_cluster__stop(bench.cluster);
	(void)rmdir(bench.folder);
	return r < 0 ? 1 : 0;
}
