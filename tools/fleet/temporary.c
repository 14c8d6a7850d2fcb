/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/fleet/temporary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/fleet/runfiles.h"

int fleet_temporary__start(const char *parent, struct fleet_cluster **ret)
{
	struct fleet_options options = { 0 };
	int r = fleet_runfiles(&options);
	char folder[256];

	if (r < 0)
		return r;
	snprintf(folder, sizeof(folder), "%s/eventstrace-fleet-XXXXXX", parent ? parent : "/tmp");
	options.folder = mkdtemp(folder);
	if (!options.folder) {
		r = -errno;
		fprintf(stderr, "fleet: cannot make a folder: %s: %s\n", folder, strerror(-r));
		return r;
	}
	return fleet_cluster__start(&options, ret);
}
