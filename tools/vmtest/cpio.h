/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives for the kernel's initial root: the "newc" format, described in the kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst. The kernel unpacks several padded
 * archives in a row into one root.
 */
#ifndef TOOLS_VMTEST_CPIO_H
#define TOOLS_VMTEST_CPIO_H

#include <stddef.h>
#include <stdio.h>

struct cpio {
	FILE *out;
	unsigned int inode; /* inode number of the last entry */
	char **folders;     /* directories in the archive */
	size_t folder_count;
};

/* Begin an archive. It is written to @out, which remains the caller's. */
void cpio_begin(struct cpio *c, FILE *out);

/**
 * cpio_file() - add a file, and the directories that contain it
 * @c:		the archive
 * @path:	its path in the archive; a leading slash is ignored
 * @mode:	its permissions
 * @data:	its content
 * @len:	bytes of it
 *
 * Return: 0 or a negative errno.
 */
int cpio_file(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len);

/* As cpio_file(), for a copy of this machine's file @from; it is executable if @from is. */
int cpio_copy(struct cpio *c, const char *path, const char *from);

/* Add an empty directory. */
int cpio_folder(struct cpio *c, const char *path);

/* Add a character device. */
int cpio_device(struct cpio *c, const char *path, unsigned int major, unsigned int minor);

/* End the archive, padded so that another may follow, and free its memory. */
int cpio_end(struct cpio *c);

#endif /* TOOLS_VMTEST_CPIO_H */
