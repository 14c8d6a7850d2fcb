/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory and paths of the test process. Programs read fields from them, and the reader compares. */
#ifndef TOOLS_COLLIDE_MEMORY_H
#define TOOLS_COLLIDE_MEMORY_H

#include <linux/types.h>
#include <stddef.h>

#include "tools/collide/content.h"

struct collide_name {
	char text[4096];
	size_t len;
};

struct collide_memory {
	unsigned char *bytes; /* COLLIDE_BYTES bytes */
	char *text;           /* COLLIDE_STRING_N strings, one every COLLIDE_STRING_SIZE bytes */
	const char **strings; /* pointers to the strings, and a NULL */
	struct collide_name cwd, exe, cgroup, pids_cgroup;
	char top[64]; /* directory to remove at the end */
};

/**
 * collide_memory_init() - allocate memory, and change to a deeply nested directory
 * @m:		receives all members except the cgroups; freed with collide_memory_done()
 *
 * The memory is locked, because most programs cannot wait for an absent page.
 *
 * Return: 0 or a negative errno.
 */
int collide_memory_init(struct collide_memory *m);

/* Change to the root directory, remove the nested directories, and free the memory. */
void collide_memory_done(struct collide_memory *m);

#endif /* TOOLS_COLLIDE_MEMORY_H */
