/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all measurements get. Each prints its figures on stdout, and returns 0 or a negative errno.
 */
#ifndef TOOLS_SHIP_BENCH_BENCH_H
#define TOOLS_SHIP_BENCH_BENCH_H

#include <limits.h>

#include "tools/fleet/cluster.h"

struct bench {
	struct fleet_cluster *cluster;
	char folder[64];       /* empty; for spools and files of the measurement */
	char ship[PATH_MAX];   /* eventstrace-ship */
	const char *recording; /* a folder of segments, from the command line; NULL: none */
};

/* From the event in the kernel to a consumer of the topic, at 1,000 events a second. */
int bench_latency(const struct bench *bench);

/* CPU time of recorder and sender beside that of --output=FILE, in turns. */
int bench_cost(const struct bench *bench);

/* Beside librdkafka's and Kafka's own programs, in turns. */
int bench_throughput(const struct bench *bench);

/* Bytes of the segments of a folder, and of the topic that gets them. */
int bench_compression(const struct bench *bench);

#endif /* TOOLS_SHIP_BENCH_BENCH_H */
