/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Limits what the process may do while it records. It decodes bytes that other users control, so a
 * fault in the decoder must not become a root shell.
 */
#ifndef TOOLS_EVENTSTRACE_PRIVILEGES_H
#define TOOLS_EVENTSTRACE_PRIVILEGES_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/eventstrace/users.h"

/* Files that are opened while events are recorded, with OUTPUT_ flags of output_flags.h. */
struct privileges_files {
	struct {
		int fd;            /* O_PATH descriptor */
		unsigned int mode; /* of new files */
		bool rename;       /* files in it are also renamed and removed */
		bool segments;     /* files in it are also read, locked and synchronized */
	} folders[4];
	size_t count;   /* of folders; 0: no file is opened */
	bool processes; /* files in /proc are read */
	bool modes;     /* modes of a terminal are set */
};

struct privileges_wanted {
	/*
	 * Reads a BPF map: returns -EPERM if that needs a capability. NULL: there are no maps, and
	 * their files are not read either.
	 */
	int (*read_map)(void *ctx);
	void *ctx;
	struct run_as run_as;
	int outputs[2];        /* descriptors for output; -1: none */
	const char *directory; /* files in it must stay readable; NULL: none */
	struct privileges_files files;
};

/* The privileges that were given up, one per line; and those that could not be. */
struct privileges_report {
	char lines[5][200];
	size_t count;
};

/**
 * privileges_drop() - give up all privileges that recording does not need
 * @wanted:	the needed privileges
 * @ret:	receives the report; on failure its last line describes the failure
 *
 * Drops all capabilities, also from the bounding set. Only CAP_BPF stays on kernels that do not let
 * a process read a map without it (before Linux 5.19). An executed program gets none back, and no
 * other process of the user may trace this one. Landlock and seccomp forbid the rest, as far as the
 * kernel has them. Otherwise the report contains that, and it is no failure. Later threads inherit
 * all this, so call it while there is only one thread.
 *
 * They cannot restrict the names of @wanted->files: the process can make, and add to, any file in
 * these folders that its user can; with `rename` also rename and remove it.
 *
 * Return: 0 or a negative errno.
 */
int privileges_drop(const struct privileges_wanted *wanted, struct privileges_report *ret);

#endif /* TOOLS_EVENTSTRACE_PRIVILEGES_H */
