/* SPDX-License-Identifier: BSD-2-Clause */
/* A cluster in a folder of its own, from the Kafka and Java that Bazel puts beside the program. */
#ifndef TOOLS_FLEET_TEMPORARY_H
#define TOOLS_FLEET_TEMPORARY_H

#include "tools/fleet/cluster.h"

/**
 * fleet_temporary__start() - make a folder, and start a cluster in it
 * @parent:	the folder of the new folder; NULL: /tmp
 * @ret:	receives the cluster; fleet_cluster__stop() ends it and deletes the folder
 *
 * Return: 0; or a negative errno, with a message on stderr. Then the folder stays: it has the logs.
 */
int fleet_temporary__start(const char *parent, struct fleet_cluster **ret);

#endif /* TOOLS_FLEET_TEMPORARY_H */
