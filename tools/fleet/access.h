/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users of a cluster, and their rights. A client of a listener without passwords has all rights. A
 * user has only the rights that these functions give it.
 */
#ifndef TOOLS_FLEET_ACCESS_H
#define TOOLS_FLEET_ACCESS_H

#include "tools/fleet/cluster.h"

/* Add a user that logs in with SCRAM-SHA-256. Return: 0, or -EIO with a message on stderr. */
int fleet_access__add_user(struct fleet_cluster *cluster, const char *user, const char *password);

/* Allow a user to write to a topic, and no more. Return: 0, or -EIO with a message on stderr. */
int fleet_access__allow_write(struct fleet_cluster *cluster, const char *user, const char *topic);

/* Allow a user to read a topic, and no more. Return: 0, or -EIO with a message on stderr. */
int fleet_access__allow_read(struct fleet_cluster *cluster, const char *user, const char *topic);

#endif /* TOOLS_FLEET_ACCESS_H */
