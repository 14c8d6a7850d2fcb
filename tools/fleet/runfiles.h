/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds Kafka and its Java runtime beside the running program, where Bazel puts its data. */
#ifndef TOOLS_FLEET_RUNFILES_H
#define TOOLS_FLEET_RUNFILES_H

#include "tools/fleet/cluster.h"

/**
 * fleet_runfiles() - find Kafka and its Java runtime
 * @ret:	receives the members `java` and `jars`, which stay valid until the program ends
 *
 * Return: 0; or a negative errno, with a message on stderr.
 */
int fleet_runfiles(struct fleet_options *ret);

#endif /* TOOLS_FLEET_RUNFILES_H */
