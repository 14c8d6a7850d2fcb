/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds and removes cgroups. */
#ifndef TOOLS_LIVETEST_CGROUPS_H
#define TOOLS_LIVETEST_CGROUPS_H

#include <stdbool.h>
#include <stddef.h>

/* Find a mount point of the cgroups of version 2. Return: false if they are not mounted. */
bool cgroups_find(char *ret, size_t size);

/* Remove a cgroup that processes have just left. Return: as rmdir(2). */
int cgroups_remove(const char *path);

#endif /* TOOLS_LIVETEST_CGROUPS_H */
