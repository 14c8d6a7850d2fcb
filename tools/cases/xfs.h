/* SPDX-License-Identifier: BSD-2-Clause */
/* An xfs on a loop device. Its files can share extents. */
#ifndef TOOLS_CASES_XFS_H
#define TOOLS_CASES_XFS_H

#include <stdbool.h>

/* Size of the image file in bytes. */
#define XFS_SIZE (300L << 20)

/**
 * xfs_mount() - write an empty xfs to the file @image, and mount it on the directory @dir
 * @image:	has XFS_SIZE bytes, all of them zero
 * @dir:	an empty directory
 *
 * The image is written through a mapping, which causes no events. The kernel frees the loop
 * device when the file system is unmounted.
 *
 * Return: false if the kernel has no loop devices or no xfs.
 */
bool xfs_mount(const char *image, const char *dir);

#endif /* TOOLS_CASES_XFS_H */
