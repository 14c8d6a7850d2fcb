/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Archives for the kernel's initial root, in the format "newc". The kernel's
 * Documentation/driver-api/early-userspace/buffer-format.rst describes it. If several padded
 * archives follow one another, the kernel unpacks all of them into one root.
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

/* Begin an archive, which is written to @out. The caller closes @out. */
void cpio_begin(struct cpio *c, FILE *out);

/**
 * cpio_file() - add a file, and the directories that contain it
 * @c:		the archive
 * @path:	its path in the archive; a leading slash is ignored
 * @mode:	its permissions
 * @data:	its content
 * @len:	number of bytes at @data
 *
 * Return: 0 or a negative errno.
 */
int cpio_file(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len);

/* As cpio_file(), with a copy of this machine's file @from. The copy is executable if @from is. */
int cpio_copy(struct cpio *c, const char *path, const char *from);

/* Add an empty directory. */
int cpio_folder(struct cpio *c, const char *path);

/* Add a character device. */
int cpio_device(struct cpio *c, const char *path, unsigned int major, unsigned int minor);

/* End the archive with padding, so that another archive may follow. Free the memory of @c. */
int cpio_end(struct cpio *c);

#endif /* TOOLS_VMTEST_CPIO_H */
