/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the end of the last zstd frame in a compressed file. */
#ifndef TOOLS_EVENTSTRACE_ZSTD_END_H
#define TOOLS_EVENTSTRACE_ZSTD_END_H

#include <stdbool.h>
#include <sys/types.h>

/* True if the file begins with a zstd frame. */
bool zstd_begins(int fd);

/**
 * zstd_end() - find the end of the last complete frame
 * @fd:		a regular file, open for reading
 * @ret:		receives the offset of the end; 0 if the file is empty
 *
 * Reads only the headers of frames and of their blocks.
 *
 * Return: 0; -EILSEQ: the file contains other data than frames; or another negative errno.
 */
int zstd_end(int fd, off_t *ret);

#endif /* TOOLS_EVENTSTRACE_ZSTD_END_H */
