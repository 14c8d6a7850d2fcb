/* SPDX-License-Identifier: BSD-2-Clause */
/* An xfs, whose files can share extents: in a file, through a loop device. */
#ifndef TOOLS_CASES_XFS_H
#define TOOLS_CASES_XFS_H

#include <stdbool.h>

/* Size of an image in bytes. */
#define XFS_SIZE (300L << 20)

/**
 * xfs_mount() - make an empty xfs in the file @image, and mount it on the directory @dir
 * @image:	has XFS_SIZE bytes, all of them zero
 * @dir:	an empty directory
 *
 * The image is written through a mapping, which causes no events. The kernel frees the loop device
 * with the mount.
 *
 * Return: true if it is mounted; false if the kernel has no loop devices or no xfs.
 */
bool xfs_mount(const char *image, const char *dir);

#endif /* TOOLS_CASES_XFS_H */
