/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/runfiles.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char java[PATH_MAX], jars[PATH_MAX];

int fleet_runfile(const char *name, char *ret)
{
	char self[PATH_MAX], path[2 * PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int r;

	if (n < 0)
		return -errno;
	self[n] = '\0';
	snprintf(path, sizeof(path), "%s.runfiles/%s", self, name);
	if (realpath(path, ret))
		return 0;
	r = -errno;
	fprintf(stderr,
		"fleet: no %s: %s: start the program with \"bazelw run\" or \"bazelw test\"\n",
		path, strerror(-r));
	return r;
}

int fleet_runfiles(struct fleet_options *ret)
{
	int r = fleet_runfile("kafka/java", java);

	if (r == 0)
		r = fleet_runfile("kafka/jars", jars);
	if (r < 0)
		return r;
	ret->java = java;
	ret->jars = jars;
	return 0;
}
