/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Users of a cluster, and what they may do. A client of a listener without passwords may do all; a
 * user may only do what is allowed here.
 */
#ifndef TOOLS_FLEET_ACCESS_H
#define TOOLS_FLEET_ACCESS_H

#include "tools/fleet/cluster.h"

/* Add a user, who logs in with SCRAM-SHA-256. Return: 0, or -EIO with a message on stderr. */
int fleet_access__add_user(struct fleet_cluster *cluster, const char *user, const char *password);

/* Allow a user to write to a topic, and no more. Return: 0, or -EIO with a message on stderr. */
int fleet_access__allow_write(struct fleet_cluster *cluster, const char *user, const char *topic);

/* Allow a user to read a topic, and no more. Return: 0, or -EIO with a message on stderr. */
int fleet_access__allow_read(struct fleet_cluster *cluster, const char *user, const char *topic);

#endif /* TOOLS_FLEET_ACCESS_H */
