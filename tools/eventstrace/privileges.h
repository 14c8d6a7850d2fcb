/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits the rights of the process while it records. The process decodes bytes that other users
 * control, so a fault in the decoder must not give them a root shell.
 */
#ifndef TOOLS_EVENTSTRACE_PRIVILEGES_H
#define TOOLS_EVENTSTRACE_PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/users.h"

/* Files that are opened while events are recorded, with the flags of output_flags.h. */
struct privileges_files {
	struct {
		int fd;            /* O_PATH descriptor */
		unsigned int mode; /* of new files */
		bool rename;       /* files in it are also renamed and removed */
		bool segments;     /* files in it are also read, locked and synchronized */
	} folders[4];
	size_t count;   /* of folders; 0: no file is opened */
	bool processes; /* files in /proc are read */
	bool modes;     /* settings of a terminal are changed */
};

struct privileges_wanted {
	/*
	 * Reads a BPF map. Returns -EPERM if this needs a capability. NULL: there are no maps, and
	 * no files about them are read.
	 */
	int (*read_map)(void *ctx);
	void *ctx;
	struct run_as run_as;
	int outputs[2];        /* descriptors of the outputs; -1: none */
	const char *directory; /* folder whose files must stay readable; NULL: none */
	struct privileges_files files;
};

/* The privileges that were given up, and failures, one per line. */
struct privileges_report {
	char lines[5][200];
	size_t count;
};

/**
 * privileges_drop() - give up all privileges that recording does not need
 * @wanted:		the needed privileges
 * @ret:		receives the report; on failure, its last line describes the failure
 *
 * Drops all capabilities, also from the bounding set. Only CAP_BPF stays on kernels that do not let
 * a process read a map without it (before Linux 5.19). An executed program gets no capability back,
 * and no other process of the user can trace this process. Landlock and seccomp forbid the rest, as
 * far as the kernel has them. If the kernel lacks one, this is no failure: the report names it.
 * Later threads inherit all this, so call it while there is only one thread.
 *
 * Landlock and seccomp cannot restrict the names of @wanted->files. In these folders, the process
 * can create any file, and append to any file that its user can write. With `rename`, it can also
 * rename and remove them.
 *
 * Return: 0 or a negative errno.
 */
int privileges_drop(const struct privileges_wanted *wanted, struct privileges_report *ret);

#endif /* TOOLS_EVENTSTRACE_PRIVILEGES_H */
