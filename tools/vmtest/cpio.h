/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives that the kernel unpacks as its initial root: the "newc" format, described in the
 * kernel's Documentation/driver-api/early-userspace/buffer-format.rst. Several in a row, each
 * padded, are one root.
 */
#ifndef TOOLS_VMTEST_CPIO_H
#define TOOLS_VMTEST_CPIO_H

#include <stddef.h>
#include <stdio.h>

struct cpio {
	FILE *out;
	unsigned int inode; /* of the last entry */
	char **folders;     /* that are in it */
	size_t folder_count;
};

/* Begin an archive that is written to @out, which stays the caller's. */
void cpio_begin(struct cpio *c, FILE *out);

/**
 * cpio_file() - add a file, and the folders that it is in
 * @c:		the archive
 * @path:	where it is to be; a leading slash does not matter
 * @mode:	its permissions
 * @data:	its content
 * @len:	bytes of it
 *
 * Return: 0 or a negative errno.
 */
int cpio_file(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len);

/* As cpio_file(), of a file of this machine; it is executable if that is. */
int cpio_copy(struct cpio *c, const char *path, const char *from);

/* Add an empty folder. */
int cpio_folder(struct cpio *c, const char *path);

/* Add a character device. */
int cpio_device(struct cpio *c, const char *path, unsigned int major, unsigned int minor);

/* End the archive, padded so that another may follow, and free what belongs to it. */
int cpio_end(struct cpio *c);

#endif /* TOOLS_VMTEST_CPIO_H */
