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

/**
 * fleet_runfile() - find a file of the program's runfiles
 * @name:	with its repository: "kafka/java"
 * @ret:	receives the absolute path, of PATH_MAX bytes at most
 *
 * Return: 0; or a negative errno, with a message on stderr.
 */
int fleet_runfile(const char *name, char *ret);

#endif /* TOOLS_FLEET_RUNFILES_H */
