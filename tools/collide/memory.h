/* SPDX-License-Identifier: BSD-2-Clause */
/* The test's own memory and names, which programs take fields from and the reader knows. */
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
	unsigned char *bytes; /* COLLIDE_BYTES of them */
	char *text;           /* strings, one every COLLIDE_STRING_SIZE */
	const char **strings; /* pointers to the COLLIDE_STRING_N of them, and a NULL */
	struct collide_name cwd, exe, cgroup, pids_cgroup;
	char top[64]; /* the folder that is removed in the end */
};

/**
 * collide_memory_init() - make memory, and go to a folder that is deep down
 * @m:	receives everything but the cgroups; freed with collide_memory_done()
 *
 * It is locked: programs cannot wait for a page.
 *
 * Return: 0 or a negative errno.
 */
int collide_memory_init(struct collide_memory *m);

/* Go back to the root, remove the folder and free. */
void collide_memory_done(struct collide_memory *m);

#endif /* TOOLS_COLLIDE_MEMORY_H */
