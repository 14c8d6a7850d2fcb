/* SPDX-License-Identifier: BSD-2-Clause */
/* The test's own memory and paths: programs read fields from them, and the reader compares. */
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
	char top[64]; /* the directory to remove at the end */
};

/**
 * collide_memory_init() - allocate memory, and change to a deeply nested directory
 * @m:		receives everything except the cgroups; freed with collide_memory_done()
 *
 * The memory is locked, because programs cannot wait for a page.
 *
 * Return: 0 or a negative errno.
 */
int collide_memory_init(struct collide_memory *m);

/* Change to the root directory, remove the nested directories, and free the memory. */
void collide_memory_done(struct collide_memory *m);

#endif /* TOOLS_COLLIDE_MEMORY_H */
