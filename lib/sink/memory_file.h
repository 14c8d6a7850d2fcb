/* SPDX-License-Identifier: BSD-2-Clause */
/* Files in memory, for tests. Without memory, these functions abort. */
#ifndef ET_SINK_MEMORY_FILE_H
#define ET_SINK_MEMORY_FILE_H

#include <stddef.h>

/* Return: the descriptor of a new, empty file; the caller closes it. */
int memory_file_new(void);

/*
 * Read a whole file; its offset moves to its end. @ret_size receives the number of bytes; NULL: not
 * needed. Return: the bytes and a terminating 0, for free(3).
 */
char *memory_file_text(int fd, size_t *ret_size);

#endif /* ET_SINK_MEMORY_FILE_H */
