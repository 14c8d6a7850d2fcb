/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a cluster of three Kafka nodes until it gets SIGINT or SIGTERM:
 *
 *	./bazelw run //tools/fleet -- TOPIC [PARTITIONS]
 *
 * Prints the destination for eventstrace-ship, "kafka://127.0.0.1:PORT,.../TOPIC". The nodes and
 * their data end with it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/fleet/cluster.h"
#include "tools/fleet/temporary.h"

#define PARTITIONS_MAX 1000

static int run(struct fleet_cluster *cluster, const char *topic, int partitions,
	       const sigset_t *signals)
{
	int r = fleet_cluster__create_topic(cluster, topic, partitions), signal;

	if (r < 0)
		return r;
	printf("kafka://%s/%s\n", fleet_cluster__addresses(cluster), topic);
	fflush(stdout);
	sigwait(signals, &signal);
	return 0;
}

int main(int argc, char **argv)
{
	const int partitions = argc > 2 ? atoi(argv[2]) : 1;
	struct fleet_cluster *cluster = NULL;
	sigset_t signals;
	int r;

	if (argc < 2 || argc > 3 || partitions < 1 || partitions > PARTITIONS_MAX) {
		fprintf(stderr, "usage: fleet TOPIC [PARTITIONS, at most %d]\n", PARTITIONS_MAX);
		return 2;
	}
	/* Before threads are made, which inherit the mask. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	r = fleet_temporary__start(getenv("TMPDIR"), &cluster);
	if (r == 0)
		r = run(cluster, argv[1], partitions, &signals);
	fleet_cluster__stop(cluster);
	return r < 0 ? 1 : 0;
}
