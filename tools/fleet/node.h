/* SPDX-License-Identifier: BSD-2-Clause */
/* One node of a cluster: its folder, its configuration and its process. */
#ifndef TOOLS_FLEET_NODE_H
#define TOOLS_FLEET_NODE_H

#include <sys/types.h>

#include "tools/fleet/cluster.h"

/* Room for a random UUID as Kafka writes it: 16 bytes in base64, and a terminating 0. */
#define FLEET_UUID_SIZE 23

struct fleet_node {
	char folder[256]; /* has server.properties, node.log and data/ */
	pid_t pid;        /* its process; 0: it does not run */
	unsigned short ports[FLEET_LISTENERS], controller_port;
};

/* Make a random UUID. Return: 0 or a negative errno. */
int fleet_uuid(char *ret);

/**
 * fleet_node__prepare() - make the folder of a node that has never run
 * @nodes:	all nodes of the cluster, with their ports and the path of the folder
 * @index:	the node to prepare
 * @cluster_id:	UUID of the cluster
 * @certificates: folder with the certificates
 *
 * Writes what Kafka's StorageTool would write. It is a Java program, which starts for seconds.
 *
 * Return: 0 or a negative errno, with a message on stderr.
 */
int fleet_node__prepare(const struct fleet_node *nodes, int index, const char *cluster_id,
			const char *certificates);

/* Start the node's process. Return: 0 or a negative errno, with a message on stderr. */
int fleet_node__start(struct fleet_node *node, const char *java, const char *jars);

/* Kill the process and wait for its end. The node need not run. */
void fleet_node__kill(struct fleet_node *node);

#endif /* TOOLS_FLEET_NODE_H */
