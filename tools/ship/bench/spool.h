/* SPDX-License-Identifier: BSD-2-Clause */
/* A spool whose segments are copies of existing files: sending deletes them. */
#ifndef TOOLS_SHIP_BENCH_SPOOL_H
#define TOOLS_SHIP_BENCH_SPOOL_H

#include <stddef.h>

/* Make the folder PATH. Return: 0 or a negative errno, with a message on stderr. */
int spool_make(const char *path);

/* Copy a file to the spool, as segment @number. Return: as spool_make(). */
int spool_copy(const char *path, const char *segment, unsigned int number);

/* Delete the spool and its files. */
void spool_remove(const char *path);

#endif /* TOOLS_SHIP_BENCH_SPOOL_H */
