/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/livetest/cgroups.h"

#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool cgroups_find(char *ret, size_t size)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	const struct mntent *m = NULL;

	if (!f)
		return false;
	do
		m = getmntent(f);
	while (m && strcmp(m->mnt_type, "cgroup2") != 0);
	if (m)
		snprintf(ret, size, "%s", m->mnt_dir);
	endmntent(f);
	return m;
}

int cgroups_remove(const char *path)
{
	int r = -1;

	/* A process that has just ended may stay in the cgroup for a moment. */
	for (int i = 0; i < 1000 && (r = rmdir(path)) < 0; i++)
		usleep(1000);
	return r;
}
